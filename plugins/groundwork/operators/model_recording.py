"""What the last task of a run about a model does: read the report, write ledger and catalogue, tell others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from airflow.sdk import Asset

from groundwork.operators.model_run import ModelRunOperator
from groundwork.operators.run_planning import holder

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.model_report import ModelReport
    from groundwork.spec.model_run import ModelRun

AnyReport = TypeVar("AnyReport", bound="ModelReport")


class ModelRecordingOperator(ModelRunOperator):
    """Records what a job's report says.

    :param run_uri: ``s3://`` address of the frozen run; templated
    :param asset: the asset whose event tells consumers
    """

    ui_color = "#dff3e4"

    def __init__(self, *, asset: Asset, **kwargs: Any) -> None:
        super().__init__(outlets=[asset], **kwargs)
        self.asset = asset

    def _report(self, run: ModelRun, stage: str, kind: type[AnyReport]) -> AnyReport:
        from groundwork.hooks.evidence import EvidenceHook

        return EvidenceHook(region_name=run.environment.region).read(run.report_uri(stage), kind)

    def _release(self, run: ModelRun, ledger: LedgerHook, written: str) -> None:
        """Let the next writer in.

        :param written: feature view or model
        """
        from groundwork.hooks.writers import Writers

        Writers(ledger, written).release(holder(run.dag_id, run.run_id))

    def _tell(self, context: Context, extra: dict[str, Any]) -> None:
        """Give the asset's event, which goes out when the task succeeds, what consumers need."""
        context["outlet_events"][self.asset].extra = extra
