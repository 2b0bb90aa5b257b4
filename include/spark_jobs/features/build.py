"""Feature rows of the batches of a run: computed, audited on a branch, published together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.feature_contract import feature_contract
from groundwork.spec.model_report import FeaturesReport
from groundwork.spec.model_run import ModelRun
from spark_jobs import storage
from spark_jobs.errors import JobError
from spark_jobs.features.audit import FeatureAudit, audit_features
from spark_jobs.features.plan import feature_rows
from spark_jobs.features.sources import Sources, pinned
from spark_jobs.features.table import feature_table
from spark_jobs.iceberg import RUN_PREFIX, Snapshot
from spark_jobs.model_publication import Publication, content_digest
from spark_jobs.progress import Progress

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

STAGE = "build_features"
AUDIT = "audit.json"


def build_features(spark: SparkSession, run: ModelRun, progress: Progress) -> FeaturesReport:
    """Publish the batches' feature rows, or find that they are published, or block them and keep the audited branch.

    :raises JobError: a table that is read is not pinned or gone, a newer run holds the feature table, or other
        publishes came in between time after time
    """
    from pyspark.sql import functions as F  # noqa: N812

    with progress.step("prepare"):
        publication = _publication(spark, run, progress)
        if (snapshot := publication.published()) is not None:
            return _already_published(publication, snapshot)
        sources = Sources.open(spark, run)
    with progress.step("plan"):
        rows = feature_rows(sources)
    batches = F.col("_batch_id").isin(list(run.batches))

    def audit(head: Snapshot) -> tuple[bool, FeaturesReport]:
        written = spark.read.option("branch", publication.branch).table(publication.table.name).where(batches)
        report = _report(publication, audit_features(sources, written), head)
        storage.write(run.artefact_uri(STAGE, AUDIT), report.to_json())
        return report.decision.outcome == "publish", report

    head, published, report = publication.publish(rows, batches, audit)
    outcome = {"outcome": "published", "snapshot_id": head.snapshot_id} if published else {}
    return report.model_copy(update=outcome)


def _publication(spark: SparkSession, run: ModelRun, progress: Progress) -> Publication:
    """What the rows follow from: the view, the tables that it reads, the batches. Another of these makes other rows."""
    if not run.batches:
        raise JobError("the run names no batches to build features of: plan it again")
    view = run.model.features
    read = [pinned(run, name).model_dump() for name in view.products]
    content = content_digest(view.content_digest(), read, sorted(run.batches))
    return Publication(run, feature_table(spark, run), run.batches, content, view.content_digest(), progress)


def _already_published(publication: Publication, snapshot: Snapshot) -> FeaturesReport:
    """What an earlier attempt published, told again from the audit that it left.

    :raises JobError: the audit is gone
    """
    from botocore.exceptions import ClientError

    publication.table.drop_branch(publication.branch)
    made_by = publication.run.model_copy(update={"prefix": snapshot.summary[RUN_PREFIX]})
    try:
        report = FeaturesReport.from_json(storage.read(made_by.artefact_uri(STAGE, AUDIT)))
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise
        raise JobError(f"the audit of snapshot {snapshot.snapshot_id} is not at {made_by.prefix} any more") from error
    return report.model_copy(
        update={
            "outcome": "already_published",
            "snapshot_id": snapshot.snapshot_id,
            "total_rows": snapshot.total_records,
        }
    )


def _report(publication: Publication, found: FeatureAudit, head: Snapshot) -> FeaturesReport:
    run = publication.run
    contract = run.artefact_uri(STAGE, "contract.yaml")
    storage.write(contract, feature_contract(run.model, run.contract), "application/yaml")
    return FeaturesReport(
        model=run.model.name,
        artefacts={"contract": contract},
        outcome="blocked",
        decision=found.decision,
        table=publication.table.name,
        snapshot_id=None,
        rows=found.rows,
        unlabelled=found.unlabelled,
        total_rows=head.total_records,
        audited_rows=found.leaks.rows,
        audited_differences=found.leaks.differing,
        profile=found.profile,
    )
