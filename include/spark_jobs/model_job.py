"""One Spark job about a model: every stage of its spec, each leaving one report."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from groundwork.spec.environment import ModelStage
from groundwork.spec.model_report import ModelReport
from groundwork.spec.model_run import ModelJobSpec
from spark_jobs import storage
from spark_jobs.progress import Progress

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def run_model_job(spark: SparkSession, spec: ModelJobSpec) -> list[ModelReport]:
    """Carry out the spec in a session that is settled; gives the reports, which are written as well."""
    return [_carry_out(spark, spec, stage) for stage in spec.stages]


def _carry_out(spark: SparkSession, spec: ModelJobSpec, stage: ModelStage) -> ModelReport:
    run = spec.run
    progress = Progress(f"{stage} {run.model.name}")
    start = time.monotonic()
    try:
        report = _stage(stage)(spark, run, progress)
    finally:
        spark.catalog.clearCache()
    report = report.model_copy(update={"seconds": {**progress.seconds, "total": round(time.monotonic() - start, 3)}})
    storage.write(run.report_uri(stage), report.to_json())
    progress.say(_summary(report))
    return report


def _stage(stage: ModelStage) -> Callable[..., ModelReport]:
    from spark_jobs.examples.select import select_examples
    from spark_jobs.features.build import build_features
    from spark_jobs.monitor.measure import measure_drift
    from spark_jobs.predictions.publish import publish_predictions
    from spark_jobs.predictions.requests import select_requests

    stages: dict[ModelStage, Callable[..., ModelReport]] = {
        "build_features": build_features,
        "select_examples": select_examples,
        "select_requests": select_requests,
        "publish_predictions": publish_predictions,
        "measure_drift": measure_drift,
    }
    return stages[stage]


def _summary(report: ModelReport) -> str:
    decision = getattr(report, "decision", None)
    outcome = getattr(report, "outcome", "") or (decision.outcome if decision else "done")
    rows = getattr(report, "rows", None)
    figures = "" if rows is None else f": {rows} rows"
    reasons = "".join(f"; {reason}" for reason in decision.reasons) if decision else ""
    return f"{outcome}{figures} in {report.seconds['total']:.2f} s{reasons}"
