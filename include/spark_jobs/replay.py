"""Takes quarantined rows of a published batch up again, under the rules of now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.decision import Decision
from groundwork.spec.report import Counts, RefineReport
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import tables
from spark_jobs.candidate import Candidate, evaluate
from spark_jobs.errors import JobError
from spark_jobs.iceberg import BATCH_ID, REPLAY_ID, Snapshot
from spark_jobs.progress import Progress
from spark_jobs.publish import kept_branch, publish_kept
from spark_jobs.quarantine import settle
from spark_jobs.refine import Work, already_published, publish_candidate, read_audit, refuse_superseded, with_artefacts

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def replay_quarantined(spark: SparkSession, run: FrozenRun, batch: Batch, progress: Progress) -> RefineReport:
    """Publish the rows that pass now, in the same way as a batch; the others stay with their reasons of now.

    What was published or dropped so is marked in the quarantine table after the commit. Should the job die in between,
    a row in main is known by its place, so that nothing is published twice, and is marked by the next replay.

    A run that publishes a blocked replay, because a person overrides the gate, makes its kept branch main. Where the
    branch is gone or main has moved, the rows are taken up anew, under the rules and look-ups of that replay.

    :raises JobError: the batch is not published, or a rule cannot be carried out
    """
    with progress.step("prepare"):
        stage = "refine" if run.blocked_replay is None else "publish"
        work = Work(spark, run, batch, tables.refined_table(spark, run), progress, stage=stage)
        committed, standing = _committed(work), work.refined.committed(batch.batch_id)
        if standing is None:
            raise JobError(
                f"batch {batch.batch_id} is not published: take it up again whole, by refine_data with replay"
            )
        gone = _replaced(work)
        candidate = None if gone else evaluate(spark, run, batch, progress)
    if committed is not None:
        # The job died after the commit: what it wrote is told again, and marked where it was not.
        if candidate is not None:
            settle(spark, run, batch, candidate)
        return already_published(work, committed)
    if candidate is None or candidate.kept_back == candidate.raw_rows:
        return _unchanged(work, candidate, standing, gone)
    if run.blocked_replay is not None and (report := _overridden(work, candidate)) is not None:
        return report
    return publish_candidate(work, candidate, gated=run.blocked_replay is None)


def _committed(work: Work) -> Snapshot | None:
    """The replay's snapshot in main, whichever run has published it."""
    made = (work.batch.batch_id, work.run.replay_id)
    history = work.refined.history()
    return next((item for item in history if (item.summary.get(BATCH_ID), item.summary.get(REPLAY_ID)) == made), None)


def _overridden(work: Work, candidate: Candidate) -> RefineReport | None:
    """The blocked replay as it was audited; None where it has to be written anew."""
    refuse_superseded(work)
    kept = kept_branch(work)
    if kept is None or kept.summary.get(REPLAY_ID) != work.run.replay_id:
        return None
    report = publish_kept(work, kept)
    if report is not None:
        with work.progress.step("mark"):
            settle(work.spark, work.run, work.batch, candidate)
    return report


def _replaced(work: Work) -> str | None:
    """Of a product that each batch replaces whole: the later batch that stands in its place."""
    newest = next((item for item in work.refined.history() if BATCH_ID in item.summary), None)
    later = newest.summary[BATCH_ID] if newest else None
    return later if work.run.contract.load_mode == "full" and later != work.batch.batch_id else None


def _unchanged(work: Work, candidate: Candidate | None, standing: Snapshot, gone: str | None) -> RefineReport:
    """None of the rows passes: main stays as it is, and the rows have their reasons of now."""
    reason = f"batch {gone} has replaced the batch" if gone else "no quarantined row passes the rules of now"
    replayed = Counts(raw=0, published=0, quarantined=0, dropped=0)
    if candidate is not None and candidate.raw_rows:
        settle(work.spark, work.run, work.batch, candidate)
        rows = candidate.raw_rows
        replayed = Counts(raw=rows, published=0, quarantined=rows, dropped=0)
    told = read_audit(work, standing).model_copy(
        update={
            "outcome": "unchanged",
            "stage": work.stage,
            "decision": Decision(outcome="leave", reasons=(reason,), measured=replayed.model_dump()),
            "replayed": replayed,
            "rules": candidate.rules if candidate else (),
            "quarantine_reasons": candidate.quarantine_reasons if candidate else {},
            "snapshot_id": None,
            "previous_snapshot_id": standing.snapshot_id,
            "seconds": work.progress.seconds,
        }
    )
    return with_artefacts(work, told)
