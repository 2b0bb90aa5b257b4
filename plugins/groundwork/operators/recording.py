"""What the last tasks of every run do: read the reports, write ledger and catalogue, let the next writer in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from airflow.sdk import Asset, BaseOperator

from groundwork.operators.run_planning import holder

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.environment import Stage
    from groundwork.spec.report import Report
    from groundwork.spec.run import FrozenRun

AnyReport = TypeVar("AnyReport", bound="Report")


class RecordingOperator(BaseOperator):
    """Records what a job's reports say.

    :param run_uri: ``s3://`` address of the frozen run; templated
    :param asset: the asset whose event tells consumers
    """

    template_fields: Sequence[str] = ("run_uri",)
    ui_color = "#dff3e4"

    def __init__(self, *, run_uri: str, asset: Asset, **kwargs: Any) -> None:
        super().__init__(outlets=[asset], **kwargs)
        self.run_uri = run_uri
        self.asset = asset
        self._recorded: tuple[FrozenRun, Sequence[Report]] | None = None

    def get_openlineage_facets_on_complete(self, _: Any) -> OperatorLineage[Any, Any] | None:
        """Datasets that the run read and wrote, with schema, quality figures and column lineage."""
        if self._recorded is None:
            return None
        from groundwork.operators.lineage import operator_lineage

        return operator_lineage(*self._recorded)

    def _run(self) -> FrozenRun:
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.run import FrozenRun

        return EvidenceHook().read(self.run_uri, FrozenRun)

    def _reports(self, run: FrozenRun, stage: Stage, model: type[AnyReport]) -> list[AnyReport]:
        from groundwork.hooks.evidence import EvidenceHook

        evidence = EvidenceHook(region_name=run.environment.region)
        reports = [evidence.read(run.report_uri(stage, batch.batch_id), model) for batch in run.batches]
        self._recorded = (run, reports)
        return reports

    def _ledger(self, run: FrozenRun) -> LedgerHook:
        from groundwork.hooks.ledger import LedgerHook

        return LedgerHook(table=run.environment.ledger_table, region_name=run.environment.region)

    def _release(self, run: FrozenRun, ledger: LedgerHook) -> None:
        from groundwork.hooks.writers import Writers

        Writers(ledger, run.contract.product).release(holder(run.dag_id, run.run_id))

    def _tell(self, context: Context, extra: dict[str, Any]) -> None:
        """Give the asset's event, which goes out when the task succeeds, what consumers need."""
        context["outlet_events"][self.asset].extra = extra
