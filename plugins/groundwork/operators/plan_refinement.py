"""The first step of a refinement: which acquired batches wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from groundwork.operators.planning import PlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.run import Batch


class PlanRefinementOperator(PlanningOperator):
    """Freezes a run over every batch that is acquired and has not been through the gate, in order.

    The ledger alone says which those are; an event only wakes the run. With the parameter ``batch_id`` it is that batch
    alone, with ``replay`` also if it has been through the gate before. Returns the address of the frozen run.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowSkipException: nothing waits, or a product that the rules look up is not published yet
        :raises AirflowFailException: the batch asked for is not there or needs ``replay``, the contract takes a
            published column away, or a product that the rules look up was published too long ago
        """
        if frozen := self._frozen(context):
            return frozen
        ledger = self._ledger()
        self._batches(context, ledger)
        self._refuse_changed_columns()
        look_ups = self._look_up_pins()
        batches, token = self._look_as_writer(context, ledger, lambda: self._batches(context, ledger))
        replay = bool(context["params"]["replay"])
        history = self._history(ledger, batches)
        return self._freeze(context, batches, token, look_ups=look_ups, history=history, replay=replay)

    def _batches(self, context: Context, ledger: LedgerHook) -> list[Batch]:
        batch_id = context["params"]["batch_id"]
        if context["params"]["replay"] and not batch_id:
            raise AirflowFailException("replay needs the batch_id of the batch to refine again")
        batches = self._one(ledger, batch_id, bool(context["params"]["replay"])) if batch_id else self._pending(ledger)
        if not batches:
            raise AirflowSkipException(f"no acquired batch of {self.product_name} waits for refinement")
        return batches

    def _pending(self, ledger: LedgerHook) -> list[Batch]:
        from groundwork.hooks.batches import Batches
        from groundwork.hooks.publications import Publications

        decided = Publications(ledger, self.product_name).all()
        records = Batches(ledger, self.product_name).all()
        return [
            record.batch for record in records if record.state == "acquired" and record.batch.batch_id not in decided
        ]

    def _one(self, ledger: LedgerHook, batch_id: str, replay: bool) -> list[Batch]:
        from groundwork.hooks.batches import Batches
        from groundwork.hooks.publications import Publications

        record = Batches(ledger, self.product_name).get(batch_id)
        if record is None or record.state != "acquired":
            state = record.state if record else "unknown"
            raise AirflowFailException(
                f"batch {batch_id} of {self.product_name} is {state}; only an acquired one counts"
            )
        publication = Publications(ledger, self.product_name).get(batch_id)
        if publication and not replay:
            raise AirflowFailException(
                f"batch {batch_id} of {self.product_name} is {publication.state}; set replay to refine it again"
            )
        return [record.batch]
