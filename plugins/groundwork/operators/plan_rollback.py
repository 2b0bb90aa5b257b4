"""The first step of a step back: whether the version before may serve again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.model_planning import ModelPlanningOperator
from groundwork.operators.plan_release import registered_version

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.model_ledger.versions import VersionRecord


class PlanRollbackOperator(ModelPlanningOperator):
    """Freezes a run that lets the version of the release before serve again, with the person and the reason.

    Parameter: ``reason``. Returns the address of the frozen run.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowFailException: there is no release before, its version is not approved, or the reason does not
            say enough
        """
        if frozen := self._frozen(context):
            return frozen
        reason = context["params"]["reason"]
        record = self._target(reason)
        version = registered_version(record, self.environment.region)
        return self._freeze_model(context, version=version, reason=reason)

    def _target(self, reason: str) -> VersionRecord:
        from groundwork.decisions.release import decide_rollback
        from groundwork.hooks.model_ledger.approvals import Approvals
        from groundwork.hooks.model_ledger.releases import Releases
        from groundwork.hooks.model_ledger.versions import Versions

        ledger = self._ledger()
        releases = Releases(ledger, self.subject)
        live = releases.live()
        target = releases.before(live) if live else None
        approval = Approvals(ledger, self.subject).get(target.digest) if target else None
        decision = decide_rollback(
            live.number if live else None,
            target.number if target else None,
            approval.approved if approval else None,
            target.digest if target else None,
            reason,
        )
        record = Versions(ledger, self.subject).get(target.version) if target else None
        if decision.outcome != "roll_back" or record is None:
            raise AirflowFailException(f"{self.subject} is not rolled back: {'; '.join(decision.reasons)}")
        return record
