"""The first step of a training: which features, which code, which settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.operators.model_planning import ModelPlanningOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class PlanTrainingOperator(ModelPlanningOperator):
    """Freezes a training on the feature table as it is now. Returns the address of the frozen run."""

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowSkipException: the features are not built yet
        """
        if frozen := self._frozen(context):
            return frozen
        return self._freeze_model(context, sources=[self._feature_pin()], reason=context["params"]["reason"] or "")
