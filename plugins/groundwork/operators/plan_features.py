"""The first step of building features: which batches the feature table lacks or holds in an old form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowSkipException

from groundwork.operators.model_planning import ModelPlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.model import Model

TAKEN_BACK = "taken back"


class PlanFeaturesOperator(ModelPlanningOperator):
    """Freezes a run over every batch whose feature rows are not those of its publication.

    That is a batch that was published, published again, or taken back since; and every batch after the view has been
    changed. The ledger alone says so; an event only wakes the run. With the parameter ``again`` it is every published
    batch. Returns the address of the frozen run.
    """

    @property
    def subject(self) -> str:
        """The feature view."""
        return self.declared.model.features.view

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowSkipException: nothing is to be built, or a product is not published yet
        """
        if frozen := self._frozen(context):
            return frozen
        ledger = self._ledger()
        again = bool(context["params"]["again"])
        self._content(ledger, again)
        token = self._become_writer(context, ledger, ["feature"])
        try:
            content = self._content(ledger, again)
            # After what the batches are: one that is published in between is built anew, never taken for built.
            sources = [self._pin(product, self._table(product)) for product in self.declared.contracts]
        except AirflowSkipException:
            self._release(context, ledger)
            raise
        return self._freeze_model(
            context, sources=sources, batches=list(content), made_from=content, fencing_token=token
        )

    def _content(self, ledger: LedgerHook, again: bool) -> dict[str, str]:
        """Batch → what its rows are to be made from."""
        from groundwork.hooks.model_ledger.covered_batches import CoveredBatches
        from groundwork.spec.ledger import view_key

        wanted = published_content(ledger, self.declared.model)
        built = CoveredBatches(ledger, view_key(self.subject)).all()
        lacking = [batch_id for batch_id, text in wanted.items() if built.get(batch_id, TAKEN_BACK) != text]
        standing = [batch_id for batch_id, text in wanted.items() if text != TAKEN_BACK]
        batches = list(dict.fromkeys([*lacking, *standing])) if again else lacking
        if not batches:
            raise AirflowSkipException(
                f"{self.subject} holds every published batch of {self.declared.contract.product}"
            )
        return {batch_id: wanted[batch_id] for batch_id in batches}

    def _table(self, product: str) -> str:
        from groundwork.spec.names import table

        return table(self.environment, self.declared.contracts[product], "refined")


def published_content(ledger: LedgerHook, model: Model) -> dict[str, str]:
    """Batch of the predicted product → what its feature rows are to be made from, in the order of the batches."""
    from groundwork.hooks.batches import Batches
    from groundwork.hooks.publications import Publications

    product, view = model.features.product, model.features.content_digest()[:12]
    publications = Publications(ledger, product).all()
    ordered = [record.batch.batch_id for record in Batches(ledger, product).all()]
    return {
        batch_id: f"{publications[batch_id].snapshot_id}/{view}"
        if publications[batch_id].state == "published"
        else TAKEN_BACK
        for batch_id in ordered
        if batch_id in publications
    }
