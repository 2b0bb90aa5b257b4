"""The first step of scoring: which batches of features the serving version has not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowSkipException

from groundwork.operators.model_planning import ModelPlanningOperator
from groundwork.operators.plan_features import TAKEN_BACK, published_content

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.model_ledger.releases import Release
    from groundwork.spec.model_version import RegisteredVersion


class PlanScoringOperator(ModelPlanningOperator):
    """Freezes a run over every batch of features that the serving version has not scored, or scored in another form.

    Batches that the version has learnt from are left out: its answers would flatter it. The ledger alone says which
    wait; with the parameter ``again`` it is every batch, those included. Returns the address of the frozen run.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowSkipException: no version serves, or nothing is to be scored
        """
        from groundwork.hooks.model_ledger.releases import Releases

        if frozen := self._frozen(context):
            return frozen
        ledger = self._ledger()
        live = Releases(ledger, self.subject).live()
        if live is None:
            raise AirflowSkipException(f"no version of {self.subject} serves; a release scores what waits")
        again = bool(context["params"]["again"])
        self._content(ledger, live, again)
        token = self._become_writer(context, ledger, ["prediction"])
        try:
            content = self._content(ledger, live, again)
            # After what the batches are: one that is built anew in between is answered again, never taken for answered.
            features = self._feature_pin()
        except AirflowSkipException:
            self._release(context, ledger)
            raise
        return self._freeze_model(
            context,
            sources=[features],
            batches=list(content),
            made_from=content,
            version=self._version(live),
            release=live.number,
            fencing_token=token,
        )

    def _content(self, ledger: LedgerHook, live: Release, again: bool) -> dict[str, str]:
        """Batch → what its answers are to be made from."""
        from groundwork.hooks.model_ledger.covered_batches import CoveredBatches
        from groundwork.spec.ledger import model_key, view_key

        view = self.declared.model.features.view
        built = CoveredBatches(ledger, view_key(view)).all()
        scored = CoveredBatches(ledger, model_key(self.subject)).all()
        learnt = set() if again else self._learnt(live)
        content = {
            batch_id: answered_from(built[batch_id], live.version)
            for batch_id in published_content(ledger, self.declared.model)
            if batch_id in built
            and batch_id not in learnt
            and (again or scored.get(batch_id, TAKEN_BACK) != answered_from(built[batch_id], live.version))
        }
        if not content:
            raise AirflowSkipException(f"version {live.version} of {self.subject} has answered every batch of {view}")
        return content

    def _learnt(self, live: Release) -> set[str]:
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.model_run import ModelRun

        training = f"{self._version(live).version.training_run}run.json"
        return set(EvidenceHook(region_name=self.environment.region).read(training, ModelRun).batches)

    def _version(self, live: Release) -> RegisteredVersion:
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.model_version import ModelVersion, RegisteredVersion

        version = EvidenceHook(region_name=self.environment.region).read(live.version_uri, ModelVersion)
        return RegisteredVersion(package_arn=live.package_arn, number=live.version, digest=live.digest, version=version)


def answered_from(built: str, version: int) -> str:
    """What a batch of predictions is made from.

    :param built: what its feature rows were made from
    :param version: number of the version that answers
    """
    return TAKEN_BACK if built == TAKEN_BACK else f"{built}/v{version}"
