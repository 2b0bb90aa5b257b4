"""The end of an undo: consumers are told that a batch is no longer there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.recording import RecordingOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class RecordUndoOperator(RecordingOperator):
    """Writes an undo into the ledger and tells consumers by an event of the refined table's asset.

    :param run_uri: ``s3://`` address of the frozen run; templated
    :param asset: the refined table's asset
    """

    def execute(self, context: Context) -> None:
        """See the class.

        :raises AirflowFailException: the job refused; the table is as it was and no event goes out
        """
        from groundwork.hooks.publications import Publications
        from groundwork.spec.report import UndoReport

        run = self._run()
        ledger = self._ledger(run)
        (report,) = self._reports(run, "undo", UndoReport)
        if report.outcome != "refused":
            Publications(ledger, run.contract.product).record_undo(run, report)
        self._release(run, ledger)
        if report.outcome == "refused":
            raise AirflowFailException(
                f"batch {report.batch_id} of {run.contract.product} is not undone: {'; '.join(report.decision.reasons)}"
            )
        self.log.info("batch %s is undone; %s rows remain in %s", report.batch_id, report.total_rows, report.table)
        self._tell(context, {"undone": report.batch_id, "snapshot_id": report.snapshot_id})
