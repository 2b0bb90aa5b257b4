"""The end of an acquisition: the batch's receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.recording import RecordingOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.batches import Batches
    from groundwork.spec.report import AcquireReport
    from groundwork.spec.run import FrozenRun


class RecordBatchOperator(RecordingOperator):
    """Writes receipts into the ledger, describes the raw table, and tells consumers of the new batches.

    :param run_uri: ``s3://`` address of the frozen run; templated
    :param asset: the raw table's asset
    """

    def execute(self, context: Context) -> None:
        """See the class.

        :raises AirflowFailException: a batch was refused; the raw table is as it was and no event goes out
        """
        from groundwork.hooks.batches import Batches
        from groundwork.spec.report import AcquireReport

        run = self._run()
        ledger = self._ledger(run)
        batches = Batches(ledger, run.contract.product)
        reports = self._reports(run, "acquire", AcquireReport)
        refused = [report for report in reports if report.outcome == "refused"]
        for report in reports:
            self._record(run, batches, report)
        if refused or not run.contract.refine_with_acquire:
            self._release(run, ledger)
        if refused:
            raise AirflowFailException("\n".join(_refusal(run, report) for report in refused))
        self._tell(
            context,
            {"batches": [report.batch_id for report in reports], "snapshot_id": reports[-1].snapshot_id},
        )

    def _record(self, run: FrozenRun, batches: Batches, report: AcquireReport) -> None:
        from groundwork.hooks.catalogue import CatalogueHook
        from groundwork.hooks.catalogue_entry import raw_entry
        from groundwork.spec.names import table

        uri = run.report_uri("acquire", report.batch_id)
        if report.outcome == "refused":
            batch = next(batch for batch in run.batches if batch.batch_id == report.batch_id)
            batches.record_refused(batch, report.decision.reasons, run.contract.content_digest(), uri)
            return
        name = table(run.environment, run.contract, "raw")
        CatalogueHook(region_name=run.environment.region).describe(name, raw_entry(run, report))
        batches.record_acquired(report.batch_id, report.snapshot_id, uri)
        rows = sum(file.rows for file in report.files)
        self.log.info("batch %s: %s rows are in %s", report.batch_id, rows, name)


def _refusal(run: FrozenRun, report: AcquireReport) -> str:
    return (
        f"batch {report.batch_id} of {run.contract.product} is refused, nothing of it is in the raw table: "
        f"{'; '.join(report.decision.reasons)}. Mend the files, or the contract's groundwork.evolution, and acquire "
        "again"
    )
