"""The end of an undo: consumers are told that a batch is no longer there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.recording import RecordingOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.publications import Publications
    from groundwork.spec.report import UndoReport
    from groundwork.spec.run import FrozenRun


class RecordUndoOperator(RecordingOperator):
    """Writes an undo into ledger and catalogue, and tells consumers by an event of the refined table's asset.

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
            publications = Publications(ledger, run.contract.product)
            publications.record_undo(run, report)
            self._describe(run, report, ledger, publications)
        self._release(run, ledger)
        if report.outcome == "refused":
            raise AirflowFailException(
                f"batch {report.batch_id} of {run.contract.product} is not undone: {'; '.join(report.decision.reasons)}"
            )
        self.log.info("batch %s is undone; %s rows remain in %s", report.batch_id, report.total_rows, report.table)
        self._tell(context, {"undone": report.batch_id, "snapshot_id": report.snapshot_id})

    def _describe(self, run: FrozenRun, report: UndoReport, ledger: LedgerHook, publications: Publications) -> None:
        """Let the catalogue tell of the version that stands again, not of the one that is gone."""
        from groundwork.hooks.batches import Batches
        from groundwork.hooks.catalogue import CatalogueHook
        from groundwork.hooks.catalogue_entry import undone_entry
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.report import RefineReport

        standing = publications.of_snapshot(report.snapshot_id)
        record = Batches(ledger, run.contract.product).get(standing.batch_id) if standing else None
        refined = None
        if standing and record:
            refined = EvidenceHook(region_name=run.environment.region).read(standing.report_uri, RefineReport)
            run = run.model_copy(update={"batches": (record.batch,)})
        CatalogueHook(region_name=run.environment.region).describe(report.table, undone_entry(run, report, refined))
