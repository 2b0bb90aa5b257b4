"""The first step of an undo: whether a person may take a publish back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.planning import PlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.run import Batch


class PlanUndoOperator(PlanningOperator):
    """Freezes a run that takes the last publish back, with the person and the reason.

    Parameters: ``batch_id`` and ``reason``. Returns the address of the frozen run.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowFailException: the batch is not the last one published, or the reason does not say enough
        """
        if frozen := self._frozen(context):
            return frozen
        ledger = self._ledger()
        self._publish_to_take_back(context, ledger)
        (batch, snapshot_id), token = self._look_as_writer(
            context, ledger, lambda: self._publish_to_take_back(context, ledger)
        )
        return self._freeze(context, [batch], token, reason=context["params"]["reason"], takes_back=snapshot_id)

    def _publish_to_take_back(self, context: Context, ledger: LedgerHook) -> tuple[Batch, int | None]:
        from groundwork.decisions.publication import decide_undo
        from groundwork.hooks.batches import Batches
        from groundwork.hooks.catalogue import CatalogueHook
        from groundwork.hooks.publications import Publications
        from groundwork.spec.names import table

        batch_id = context["params"]["batch_id"]
        record = Batches(ledger, self.product_name).get(batch_id)
        publication = Publications(ledger, self.product_name).get(batch_id)
        name = table(self.environment, self.product.contract, "refined")
        head = CatalogueHook(region_name=self.environment.region).current_snapshot(name)
        decision = decide_undo(
            publication.state if publication else None,
            context["params"]["reason"],
            bool(publication and publication.snapshot_id == head),
        )
        if decision.outcome != "undo" or record is None:
            raise AirflowFailException(f"batch {batch_id} of {self.product_name}: {'; '.join(decision.reasons)}")
        return record.batch, head
