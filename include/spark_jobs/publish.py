"""A person's override: the kept branch of a blocked batch becomes main."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from groundwork.spec.report import RefineReport
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import tables
from spark_jobs.candidate import evaluate
from spark_jobs.iceberg import BATCH_ID, NotAnAncestorError, Snapshot
from spark_jobs.progress import Progress
from spark_jobs.refine import (
    Work,
    already_published,
    finish,
    publish_candidate,
    published_before,
    read_audit,
    refuse_superseded,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def publish(spark: SparkSession, run: FrozenRun, batch: Batch, progress: Progress) -> RefineReport:
    """Publish what was audited and blocked; where the branch is gone or main has moved, it is written anew.

    :raises JobError: the batch is not in the raw table, or a newer run holds the product
    """
    with progress.step("prepare"):
        work = Work(spark, run, batch, tables.refined_table(spark, run), progress, stage="publish")
        kept = kept_branch(work)
        if kept is None and (snapshot := published_before(work)) is not None:
            return already_published(work, snapshot)
        refuse_superseded(work)
    if kept is not None and (report := publish_kept(work, kept)) is not None:
        return report
    # An earlier publish of the batch may stand in main: its rows are replaced and not joined by the same ones.
    anew = replace(work, run=run.model_copy(update={"replay": True}))
    return publish_candidate(anew, evaluate(spark, anew.run, batch, progress), gated=False)


def kept_branch(work: Work) -> Snapshot | None:
    """The branch's snapshot of the batch, if it is not main's already."""
    head = work.refined.head(work.branch)
    if head is None or head.summary.get(BATCH_ID) != work.batch.batch_id:
        return None
    return None if any(item.snapshot_id == head.snapshot_id for item in work.refined.history()) else head


def publish_kept(work: Work, kept: Snapshot) -> RefineReport | None:
    """Make the kept branch main; None where main is no longer what the branch was made from.

    Main may have gone back, too: what a person has taken back meanwhile stands on the branch and would come with it.
    """
    main = work.refined.head()
    if main is not None and kept.written_on == main.snapshot_id:
        try:
            return finish(work, read_audit(work, kept), kept, None)
        except NotAnAncestorError:
            pass
    work.progress.say("main has moved since the gate blocked it: written anew on top of it")
    return None
