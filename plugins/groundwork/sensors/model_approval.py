"""Waits until a model package is approved by somebody whose record stands in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.model_approval import ApprovalState


class ModelApprovalSensor(BaseOperator):
    """Waits, deferred, until SageMaker shows a package as Approved and the ledger has an approval of its very content.

    Of any DAG that uses a model: the status in SageMaker alone can be set by whoever has the execution role, so it is
    not enough. A status that no record explains is told in the log. A rejection fails the task.

    :param package_arn: SageMaker model package; templated
    :param model: the model
    :param ledger_table: the environment's ledger
    :param region_name: AWS region
    :param poll_seconds: pause between two looks
    """

    template_fields: Sequence[str] = ("package_arn",)
    ui_color = "#f9f0d5"

    def __init__(
        self,
        *,
        package_arn: str,
        model: str,
        ledger_table: str,
        region_name: str,
        poll_seconds: int = 60,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.package_arn = package_arn
        self.model = model
        self.ledger_table = ledger_table
        self.region_name = region_name
        self.poll_seconds = poll_seconds

    def execute(self, context: Context) -> str:  # noqa: ARG002 - Airflow gives it
        """Look, and wait where it is not decided.

        :return: who approved it and when
        :raises AirflowFailException: it is rejected
        """
        state = self._look()
        if state.phase == "waiting":
            self._wait(state)
        return self._decided(state)

    def execute_complete(self, context: Context, event: dict[str, str]) -> str:  # noqa: ARG002 - Airflow gives it
        """Go on after the trigger has fired; what stands now counts, not what the trigger saw.

        :param event: the trigger's
        :raises AirflowException: the package can be watched no longer
        """
        if event["phase"] == "unknown":
            raise AirflowException(f"{self.package_arn} cannot be watched: {event['detail']}. The next try looks again")
        state = self._look()
        if state.phase == "waiting":
            self._wait(state)
        return self._decided(state)

    def _decided(self, state: ApprovalState) -> str:
        if state.phase == "rejected":
            raise AirflowFailException(f"{self.package_arn} is rejected: {state.detail}")
        self.log.info("%s is approved: %s", self.package_arn, state.detail)
        return state.detail

    def _wait(self, state: ApprovalState) -> None:
        from groundwork.triggers.model_approval import ModelApprovalTrigger

        self.log.log(30 if state.unrecorded else 20, "%s", state.detail)
        trigger = ModelApprovalTrigger(
            package_arn=self.package_arn,
            model=self.model,
            ledger_table=self.ledger_table,
            region_name=self.region_name,
            poll_seconds=self.poll_seconds,
        )
        self.defer(trigger=trigger, method_name="execute_complete", timeout=self.execution_timeout)

    def _look(self) -> ApprovalState:
        from groundwork.hooks.model_approval import approval_state

        return approval_state(self.package_arn, self.model, self.ledger_table, self.region_name)
