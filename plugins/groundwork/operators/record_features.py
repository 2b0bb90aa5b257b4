"""The end of building features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.operators.model_recording import ModelRecordingOperator
from groundwork.operators.model_run import ledger_of, own_run

if TYPE_CHECKING:
    from airflow.sdk import Context


class RecordFeaturesOperator(ModelRecordingOperator):
    """Writes into the ledger which batches the feature table holds, describes it, and tells consumers."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from groundwork.hooks.catalogue import CatalogueHook
        from groundwork.hooks.model_ledger.covered_batches import CoveredBatches
        from groundwork.hooks.model_tables import feature_entry
        from groundwork.spec.ledger import view_key
        from groundwork.spec.model_report import FeaturesReport

        run = own_run(context, self.run_uri)
        view = run.model.features.view
        report = self._report(run, "build_features", FeaturesReport)
        ledger = ledger_of(run)
        CatalogueHook(region_name=run.environment.region).describe(report.table, feature_entry(run, report))
        CoveredBatches(ledger, view_key(view)).record(run.made_from, run.prefix)
        self._release(run, ledger, view)
        self.log.info(
            "%s rows of %s batches are in %s, which has %s; %s were computed a second time, %s differ",
            *(report.rows, len(run.batches), report.table, report.total_rows),
            *(report.audited_rows, report.audited_differences),
        )
        self._tell(context, {"batches": list(run.batches), "snapshot_id": report.snapshot_id})
