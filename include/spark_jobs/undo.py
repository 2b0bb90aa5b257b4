"""Takes a publish back: main goes to the version before the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundwork.spec import names
from groundwork.spec.decision import Decision
from groundwork.spec.report import UndoReport
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs.errors import JobError
from spark_jobs.iceberg import BATCH_ID, REPLAY_ID, Snapshot, Table
from spark_jobs.progress import Progress
from spark_jobs.quarantine import reopen

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
    if table.fencing_token > run.fencing_token:
        raise JobError(
            f"main of {name} was written with fencing token {table.fencing_token}, this run holds "
            f"{run.fencing_token}: a newer run has taken over. Nothing was undone; start a new run"
        )
    committed = _to_take_back(run, batch, table)
    if committed is None:
        if run.takes_back is not None and (taken_back := table.snapshot(run.takes_back)) is not None:
            _reopen(spark, run, batch, taken_back)
        return _not_in_main(run, batch, table)
    if committed.snapshot_id != head.snapshot_id:
        later = head.summary.get(BATCH_ID)
        on_top = f"batch {later} was published" if later else "main was rewritten, as a compaction does,"
        return _refused(run, batch, table, f"{on_top} on top of it: undo that first")
    parent = table.snapshot(committed.written_on) if committed.written_on is not None else None
    if parent is None:
        return _refused(run, batch, table, "the version before it has expired: replay the batches that should stand")
    with progress.step("roll back"):
        table.roll_back(parent.snapshot_id)
    _reopen(spark, run, batch, committed)
    return _report(run, batch, table, outcome="undone", undone=committed.snapshot_id)


def _reopen(spark: SparkSession, run: FrozenRun, batch: Batch, taken_back: Snapshot) -> None:
    """Of a replay of quarantined rows: let them wait again. A retry does so too, should the job have died before."""
    if replay_id := taken_back.summary.get(REPLAY_ID):
        reopen(spark, run, batch, replay_id)


def _to_take_back(run: FrozenRun, batch: Batch, table: Table) -> Snapshot | None:
    """What the run is to take back, if it is in main.

    A batch that was replayed is there more than once, and a retry after the roll-back must leave the earlier one alone.
    """
    if run.takes_back is None:
        return table.committed(batch.batch_id)
    return next((item for item in table.history() if item.snapshot_id == run.takes_back), None)


def _not_in_main(run: FrozenRun, batch: Batch, table: Table) -> UndoReport:
    if table.knows(batch.batch_id):
        return _report(run, batch, table, outcome="already_undone", undone=run.takes_back)
    return _refused(run, batch, table, f"batch {batch.batch_id} is not published")


def _refused(run: FrozenRun, batch: Batch, table: Table, reason: str) -> UndoReport:
    return _report(run, batch, table, outcome="refused", reasons=(reason,))


def _report(
    run: FrozenRun,
    batch: Batch,
    table: Table,
    *,
    outcome: Any,
    reasons: tuple[str, ...] = (),
    undone: int | None = None,
) -> UndoReport:
    now = table.head()
    assert now is not None, f"{table.name} has no version"
    earlier = table.committed(batch.batch_id) if outcome != "refused" else None
    return UndoReport(
        product=run.contract.product,
        batch_id=batch.batch_id,
        decision=Decision(outcome="refuse" if reasons else "undo", reasons=reasons),
        table=table.name,
        outcome=outcome,
        undone_snapshot_id=undone,
        snapshot_id=now.snapshot_id,
        earlier_snapshot_id=earlier.snapshot_id if earlier else None,
        total_rows=now.total_records,
    )
