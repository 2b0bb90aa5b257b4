"""What the catalogue is told of a table: business, technical and operational metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from groundwork.hooks.catalogue import ColumnDescription, TableDescription
from groundwork.spec.contract import Column, Contract
from groundwork.spec.report import AcquireReport, ColumnProfile, RefineReport
from groundwork.spec.run import FrozenRun

# Lake Formation and Athena show parameters as they are; Glue takes half a million characters of each.
PARAMETER_CHARACTERS = 500_000
LAYER_SENTENCES = {
    "raw": "As it landed, every field as text, with file and row.",
    "refined": "Cleaned by rules and checked; only audited batches are here.",
}


def raw_entry(run: FrozenRun, report: AcquireReport) -> TableDescription:
    """What is told of the raw table after an acquisition."""
    contract = run.contract
    columns = contract.landing.columns if contract.landing else contract.columns
    operational = {
        "rows_in_batch": sum(file.rows for file in report.files),
        "unreadable_in_batch": sum(file.unreadable for file in report.files),
    }
    return _entry(run, "raw", columns, report, operational)


def refined_entry(run: FrozenRun, report: RefineReport) -> TableDescription:
    """What is told of the refined table after a refinement, published or blocked."""
    operational: dict[str, Any] = {
        "quality_outcome": report.decision.outcome,
        "quality_reasons": list(report.decision.reasons),
        "checks_met": sum(result.success for result in report.expectations),
        "checks": len(report.expectations),
        "rows": report.total_rows,
        **{f"{name}_in_batch": count for name, count in report.counts.model_dump().items()},
    }
    return _entry(run, "refined", run.contract.columns, report, operational)


def _entry(
    run: FrozenRun,
    layer: Literal["raw", "refined"],
    columns: Sequence[Column],
    report: AcquireReport | RefineReport,
    operational: Mapping[str, Any],
) -> TableDescription:
    contract = run.contract
    profiles = {profile.name: profile for profile in report.profile}
    operational = {
        "last_batch": report.batch_id,
        "last_outcome": report.outcome,
        "last_run_by": run.requested_by,
        "fresh_as_of": next(
            batch.acquired_at.isoformat() for batch in run.batches if batch.batch_id == report.batch_id
        ),
        "report": run.report_uri(report.stage, report.batch_id),
        **operational,
    }
    if report.snapshot_id is not None:
        operational["snapshot_id"] = report.snapshot_id
    text = " ".join(part for part in (contract.purpose.strip(), LAYER_SENTENCES[layer]) if part)
    return TableDescription(
        description=text or contract.title,
        parameters={
            **_business(contract, layer, columns),
            **{f"groundwork.operational.{name}": _text(value) for name, value in operational.items()},
        },
        columns={column.name: _column(column, profiles.get(column.name)) for column in columns},
    )


def _business(contract: Contract, layer: str, columns: Sequence[Column]) -> dict[str, str]:
    found = {
        "product": contract.product,
        "title": contract.title,
        "layer": layer,
        "owner": contract.owner,
        "domain": contract.domain,
        "purpose": contract.purpose,
        "usage": contract.usage,
        "limitations": contract.limitations,
        "tags": list(contract.tags),
        "contract_version": contract.version,
        "contract_digest": contract.content_digest(),
        "classification": {column.name: column.classification for column in columns},
    }
    return {f"groundwork.business.{name}": _text(value) for name, value in found.items()}


def _column(column: Column, profile: ColumnProfile | None) -> ColumnDescription:
    parameters: dict[str, str] = {"groundwork.classification": column.classification}
    if column.tags:
        parameters["groundwork.tags"] = ",".join(column.tags)
    if profile:
        figures = profile.model_dump(include={"rows", "nulls", "distinct", "minimum", "maximum", "mean", "detected"})
        parameters["groundwork.profile"] = _text({name: value for name, value in figures.items() if value is not None})
    return ColumnDescription(column.description, parameters)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    return text[:PARAMETER_CHARACTERS]
