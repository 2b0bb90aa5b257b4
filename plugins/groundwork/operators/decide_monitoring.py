"""The end of a look: what follows from it is decided, written down, and asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, AssetAlias
from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.model_run import ModelRunOperator, ledger_of, own_run, version_of

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.model_ledger.looks import Look
    from groundwork.spec.decision import Decision
    from groundwork.spec.model_run import ModelRun


class DecideMonitoringOperator(ModelRunOperator):
    """Decides a look by thresholds, figures and earlier looks at the same release, and records it.

    ``healthy`` and ``watch`` end the run well. ``retrain`` does too, and the asset's event wakes training.
    ``human_review`` fails the task, after the look was recorded, because a failed run is what people who run
    Airflow are told of; the message says what to look at, a next try says the same, and the next look decides anew.

    Returns outcome and reasons.

    :param run_uri: ``s3://`` address of the frozen run; templated
    :param asset: the asset ``retrain/<model>``
    """

    ui_color = "#dff3e4"

    def __init__(self, *, asset: Asset, **kwargs: Any) -> None:
        # An outlet has an event whenever its task succeeds; through an alias only when one is asked for.
        self.alias = AssetAlias(name=f"monitor/{asset.name}")
        super().__init__(outlets=[self.alias], **kwargs)
        self.asset = asset

    def execute(self, context: Context) -> dict[str, Any]:
        """See the class.

        :raises AirflowFailException: a person has to look
        """
        run = own_run(context, self.run_uri)
        look = self._recorded(run)
        decision = look.decision
        sentence = f"look {look.number} at release {look.release} of {run.model.name}: {decision.outcome}"
        why = "; ".join(decision.reasons)
        if decision.outcome == "human_review":
            raise AirflowFailException(f"{sentence}, because {why}. Figures: {look.report_uri}")
        self.log.info("%s%s", sentence, f", because {why}" if why else "")
        if decision.outcome == "retrain":
            extra: dict[str, Any] = {"look": look.number, "release": look.release, "reasons": list(decision.reasons)}
            context["outlet_events"][self.alias].add(self.asset, extra=extra)
        return {"outcome": decision.outcome, "reasons": list(decision.reasons)}

    def _recorded(self, run: ModelRun) -> Look:
        """The run's look: what an earlier try has recorded stands."""
        from groundwork.hooks.model_ledger.looks import Looks

        ledger = ledger_of(run)
        looks = Looks(ledger, run.model.name)
        if standing := looks.of_run(run.prefix):
            return standing
        if run.window is None or run.release is None:
            raise AirflowFailException(f"{run.uri} names no release or no window; trigger a new run")
        decision = self._decide(run, run.release)
        return looks.record(run.prefix, run.release, run.window, run.report_uri("measure_drift"), decision)

    def _decide(self, run: ModelRun, release: int) -> Decision:
        from groundwork.decisions.monitoring import decide_monitoring
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.hooks.model_ledger.looks import Looks, open_request
        from groundwork.hooks.model_ledger.versions import Versions
        from groundwork.hooks.object_digest import ObjectDigestHook
        from groundwork.spec.model_report import DriftReport, Reference

        if run.model.monitor is None:
            raise AirflowFailException(f"model {run.model.name} declares no monitor")
        region = run.environment.region
        report = EvidenceHook(region_name=region).read(run.report_uri("measure_drift"), DriftReport)
        reference = ObjectDigestHook(region_name=region).content(version_of(run).version.reference)
        ledger = ledger_of(run)
        earlier = Looks(ledger, run.model.name).of_release(release)
        return decide_monitoring(
            run.model.monitor,
            report,
            Reference.from_json(reference).metrics,
            [look.decision for look in earlier],
            open_request(earlier, Versions(ledger, run.model.name).all()),
        )
