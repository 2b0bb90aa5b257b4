"""The end of scoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.operators.model_recording import ModelRecordingOperator
from groundwork.operators.model_run import ledger_of, own_run, version_of

if TYPE_CHECKING:
    from airflow.sdk import Context


class RecordPredictionsOperator(ModelRecordingOperator):
    """Writes into the ledger which batches were answered, describes the prediction table, and tells consumers."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from groundwork.hooks.catalogue import CatalogueHook
        from groundwork.hooks.model_ledger.covered_batches import CoveredBatches
        from groundwork.hooks.model_tables import prediction_entry
        from groundwork.spec.ledger import model_key
        from groundwork.spec.model_report import PredictionsReport

        run = own_run(context, self.run_uri)
        model = run.model
        number = version_of(run).number
        report = self._report(run, "publish_predictions", PredictionsReport)
        ledger = ledger_of(run)
        CatalogueHook(region_name=run.environment.region).describe(report.table, prediction_entry(run, report))
        CoveredBatches(ledger, model_key(model.name)).record(run.made_from, run.prefix)
        self._release(run, ledger, model.name)
        self.log.info("version %s has answered %s rows; they are in %s", number, report.rows, report.table)
        self._tell(context, {"batches": list(run.batches), "snapshot_id": report.snapshot_id, "version": number})
