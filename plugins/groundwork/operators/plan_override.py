"""The first step of an override: whether a person may publish what the gate holds back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.planning import PlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.run import Batch


class PlanOverrideOperator(PlanningOperator):
    """Freezes a run that publishes one blocked batch, with the person and the reason.

    Parameters: ``batch_id`` and ``reason``. Returns the address of the frozen run.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowFailException: the batch is not blocked, the reason does not say enough, or a product that the
            rules look up was published too long ago
        """
        if frozen := self._frozen(context):
            return frozen
        ledger = self._ledger()
        self._batch(context, ledger)
        look_ups = self._look_up_pins()
        batch, token = self._look_as_writer(context, ledger, lambda: self._batch(context, ledger))
        history = self._history(ledger, [batch])
        reason = context["params"]["reason"]
        return self._freeze(context, [batch], token, look_ups=look_ups, history=history, reason=reason)

    def _batch(self, context: Context, ledger: LedgerHook) -> Batch:
        from groundwork.decisions.publication import decide_override
        from groundwork.hooks.batches import Batches
        from groundwork.hooks.publications import Publications

        batch_id = context["params"]["batch_id"]
        record = Batches(ledger, self.product_name).get(batch_id)
        publication = Publications(ledger, self.product_name).get(batch_id)
        decision = decide_override(
            publication.state if publication else None,
            context["params"]["reason"],
            publication.reasons if publication else (),
        )
        if decision.outcome != "publish" or record is None:
            raise AirflowFailException(f"batch {batch_id} of {self.product_name}: {'; '.join(decision.reasons)}")
        return record.batch
