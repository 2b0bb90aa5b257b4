"""Predictions of the batches of a run: held against the requests, published together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundwork.decisions.predictions import decide_predictions
from groundwork.spec import names
from groundwork.spec.decision import Decision
from groundwork.spec.feature_contract import prediction_columns, prediction_contract
from groundwork.spec.model_report import PredictionsReport
from groundwork.spec.model_run import ModelRun
from groundwork.spec.model_version import RegisteredVersion
from spark_jobs import storage
from spark_jobs.errors import JobError
from spark_jobs.features.sources import pinned
from spark_jobs.iceberg import Snapshot
from spark_jobs.model_publication import Publication, content_digest
from spark_jobs.model_table import model_table
from spark_jobs.predictions.answers import Answers
from spark_jobs.predictions.requests import scored_rows
from spark_jobs.progress import Progress

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

STAGE = "publish_predictions"


def publish_predictions(spark: SparkSession, run: ModelRun, progress: Progress) -> PredictionsReport:
    """Publish the answers, or find that they are published, or block them.

    :raises JobError: the run is about no version, requests or answers are not there, a newer run holds the prediction
        table, or other publishes came in between time after time
    """
    from pyspark.sql import functions as F  # noqa: N812

    version = _version(run)
    with progress.step("prepare"):
        publication = _publication(spark, run, version, progress)
        ours = F.col("_batch_id").isin(list(run.batches)) & (F.col("version_number") == version.number)
        if (snapshot := publication.published()) is not None:
            publication.table.drop_branch(publication.branch)
            rows = spark.table(publication.table.name).where(ours)
            return _report(publication, rows, Decision(outcome="publish"), "already_published", snapshot)
    with progress.step("compare"):
        answers = Answers.open(spark, run)
        decision = decide_predictions(answers.figures(version.version.answers_as))
    if decision.outcome == "block":
        return _report(publication, None, decision, "blocked", None)

    def audit(_: Snapshot) -> tuple[bool, PredictionsReport]:
        written = spark.read.option("branch", publication.branch).table(publication.table.name).where(ours)
        checked = _checked(decision, written.count())
        report = _report(publication, written, checked, "blocked", None)
        return checked.outcome == "publish", report

    head, published, report = publication.publish(_rows(spark, run, version, answers), ours, audit)
    return report.model_copy(update={"outcome": "published", "snapshot_id": head.snapshot_id}) if published else report


def _version(run: ModelRun) -> RegisteredVersion:
    if run.version is None:
        raise JobError("the run names no version of the model: plan it again")
    return run.version


def _publication(spark: SparkSession, run: ModelRun, version: RegisteredVersion, progress: Progress) -> Publication:
    """What the rows follow from: the version, the feature rows, the batches."""
    pin = pinned(run, run.model.features.view)
    content = content_digest(version.digest, version.number, pin.model_dump(), sorted(run.batches))
    name = names.prediction_table(run.environment, run.model)
    table = model_table(spark, run.model, name, columns=prediction_columns(run.contract), system=("_batch_id",))
    parts = tuple(f"{batch}@{version.number}" for batch in run.batches)
    return Publication(run, table, parts, content, version.digest, progress)


def _rows(spark: SparkSession, run: ModelRun, version: RegisteredVersion, answers: Answers) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812

    key = list(answers.key)
    asked = scored_rows(spark, run).select(*key, "prediction_time", "_batch_id")
    return asked.join(answers.lines, key).select(
        *key,
        F.lit(version.number).alias("version_number"),
        "prediction_time",
        "probability",
        "version",
        F.lit(run.frozen_at).cast("timestamp").alias("scored_at"),
        "_batch_id",
    )


def _checked(decision: Decision, written: int) -> Decision:
    """The decision again, on what was written: requests of other feature rows than the run's would be lost here."""
    asked = decision.measured["requests"]
    if written == asked:
        return decision
    reason = f"{written} predictions were written for {asked} requests: the requests are of other feature rows"
    return decision.model_copy(update={"outcome": "block", "reasons": (reason,)})


def _report(
    publication: Publication, rows: DataFrame | None, decision: Decision, outcome: Any, snapshot: Snapshot | None
) -> PredictionsReport:
    run = publication.run
    contract = run.artefact_uri(STAGE, "contract.yaml")
    storage.write(contract, prediction_contract(run.model, run.contract), "application/yaml")
    count, mean = (0, None) if rows is None else _mean(rows)
    return PredictionsReport(
        model=run.model.name,
        artefacts={"contract": contract},
        outcome=outcome,
        decision=decision,
        table=publication.table.name,
        snapshot_id=snapshot.snapshot_id if snapshot else None,
        rows=count,
        mean_probability=mean,
    )


def _mean(rows: DataFrame) -> tuple[int, float | None]:
    from pyspark.sql import functions as F  # noqa: N812

    row = rows.agg(F.count(F.lit(1)).alias("rows"), F.avg("probability").alias("mean")).first()
    assert row is not None, "a global aggregate has one row"
    return row["rows"], row["mean"]
