"""Takes a publish back: main goes to the version before the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundwork.spec import names
from groundwork.spec.decision import Decision
from groundwork.spec.report import UndoReport
from groundwork.spec.run import Batch, FrozenRun

from spark_jobs.errors import JobError
from spark_jobs.iceberg import BATCH_ID, FENCING_TOKEN, Snapshot, Table
from spark_jobs.progress import Progress

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def undo(spark: SparkSession, run: FrozenRun, batch: Batch, progress: Progress) -> UndoReport:
    """Roll main back to the parent of the batch's snapshot, if that is main's newest.

    :raises JobError: the product was never published, or a newer run holds it
    """
    name = names.table(run.environment, run.contract, "refined")
    if not spark.catalog.tableExists(name):
        raise JobError(f"{name} is not there: nothing was ever published")
    table = Table(spark, name)
    head = table.head()
    if head is None:
        raise JobError(f"{name} has no version: nothing was ever published")
    if head.count(FENCING_TOKEN) > run.fencing_token:
        raise JobError(
            f"main of {name} was written with fencing token {head.count(FENCING_TOKEN)}, this run holds "
            f"{run.fencing_token}: a newer run has taken over. Nothing was undone; start a new run"
        )
    committed = table.committed(batch.batch_id)
    if committed is None:
        return _not_in_main(run, batch, table, head)
    if committed.snapshot_id != head.snapshot_id:
        reason = f"batch {head.summary.get(BATCH_ID)} was published on top of it; undo that first"
        return _report(run, batch, table, "refused", Decision(outcome="refuse", reasons=(reason,)), None, head)
    if committed.parent_id is None or (parent := table.snapshot(committed.parent_id)) is None:
        reason = "the version before it has expired; replay the batches that should stand"
        return _report(run, batch, table, "refused", Decision(outcome="refuse", reasons=(reason,)), None, head)
    with progress.step("roll back"):
        table.roll_back(parent.snapshot_id)
    return _report(run, batch, table, "undone", Decision(outcome="undo"), committed.snapshot_id, parent)


def _not_in_main(run: FrozenRun, batch: Batch, table: Table, head: Snapshot) -> UndoReport:
    if table.knows(batch.batch_id):
        return _report(run, batch, table, "already_undone", Decision(outcome="undo"), None, head)
    reason = f"batch {batch.batch_id} is not published"
    return _report(run, batch, table, "refused", Decision(outcome="refuse", reasons=(reason,)), None, head)


def _report(
    run: FrozenRun, batch: Batch, table: Table, outcome: Any, decision: Decision, undone: int | None, now: Snapshot
) -> UndoReport:
    return UndoReport(
        product=run.contract.product,
        batch_id=batch.batch_id,
        decision=decision,
        table=table.name,
        outcome=outcome,
        undone_snapshot_id=undone,
        snapshot_id=now.snapshot_id,
        total_rows=now.total_records,
    )
