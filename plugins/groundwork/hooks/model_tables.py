"""What the catalogue is told of feature and prediction tables."""

from __future__ import annotations

from typing import Any

from groundwork.hooks.catalogue import ColumnDescription, TableDescription
from groundwork.spec.model_report import FeaturesReport, PredictionsReport
from groundwork.spec.model_run import ModelRun


def feature_entry(run: ModelRun, report: FeaturesReport) -> TableDescription:
    """What is told of a feature table."""
    view = run.model.features
    columns = {own.name: ColumnDescription(own.description) for own in view.own if own.description}
    for history in view.history:
        for feature in history.features:
            comment = f"Over earlier rows of the same {', '.join(history.by)} that were known by the prediction time."
            columns[feature.name] = ColumnDescription(comment)
    for as_of in view.as_of:
        for name, there in as_of.take.items():
            comment = f"{there} of the newest {as_of.product} row that was known by the prediction time."
            columns[name] = ColumnDescription(comment)
    columns[view.label.name] = ColumnDescription(f"What is predicted: {view.label.expression}")
    figures = {
        "rows": report.total_rows,
        "rows_in_batches": report.rows,
        "unlabelled_in_batches": report.unlabelled,
        "leak_audit_rows": report.audited_rows,
        "leak_audit_differences": report.audited_differences,
        "contract": report.artefacts.get("contract", ""),
        "snapshot_id": report.snapshot_id,
    }
    sentence = f"{run.model.title}: what was known at {view.prediction_time}, for every row of {view.product}."
    return TableDescription(sentence, _parameters(run, "build_features", figures), columns)


def prediction_entry(run: ModelRun, report: PredictionsReport) -> TableDescription:
    """What is told of a prediction table."""
    version = run.version
    figures = {
        "rows_in_batches": report.rows,
        "mean_probability": report.mean_probability,
        "model_version": version.number if version else None,
        "model_digest": version.digest if version else None,
        "snapshot_id": report.snapshot_id,
    }
    columns = {"probability": ColumnDescription(f"Of {run.model.features.label.name}.")}
    return TableDescription(run.model.purpose, _parameters(run, "publish_predictions", figures), columns)


def _parameters(run: ModelRun, stage: str, figures: dict[str, Any]) -> dict[str, str]:
    """Business, technical and operational metadata as the catalogue keeps them."""
    model = run.model
    told = {
        "model": model.name,
        "title": model.title,
        "owner": model.owner,
        "domain": model.domain,
        "purpose": model.purpose,
        "limitations": model.limitations,
        "last_run_by": run.requested_by,
        "last_batches": ",".join(run.batches),
        "sources": ",".join(f"{pin.table}@{pin.snapshot_id}" for pin in run.sources),
        "report": run.report_uri(stage),
        **figures,
    }
    return {f"groundwork.{name}": "" if value is None else str(value) for name, value in told.items()}
