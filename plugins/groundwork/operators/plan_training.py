"""The first step of a training: which features, which code, which settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.operators.model_planning import ModelPlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class PlanTrainingOperator(ModelPlanningOperator):
    """Freezes a training on the feature table as it is now, and which batches it holds.

    Returns the address of the frozen run.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowSkipException: the features are not built yet
        """
        if frozen := self._frozen(context):
            return frozen
        from groundwork.hooks.model_ledger.covered_batches import CoveredBatches
        from groundwork.spec.ledger import view_key

        # Before the table is looked at: a batch that comes in between is in it and not named, and so is scored as well.
        batches = CoveredBatches(self._ledger(), view_key(self.declared.model.features.view)).all()
        return self._freeze_model(
            context,
            sources=[self._feature_pin()],
            batches=sorted(batches),
            reason=context["params"]["reason"] or "",
        )
