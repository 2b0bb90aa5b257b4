"""The first step of a look at what serves: which requests it covers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowSkipException

from groundwork.operators.model_planning import ModelPlanningOperator
from groundwork.operators.plan_release import registered_version

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.model_ledger.releases import Release
    from groundwork.spec.model_run import CaptureWindow
    from groundwork.spec.model_version import RegisteredVersion


class PlanMonitoringOperator(ModelPlanningOperator):
    """Freezes a run about the release that serves, and the requests that were captured since the last look at it.

    It covers what was answered until now, and waits deferred for as long as captured requests may take to S3, so that
    none is missed by this look and by the next one. A look that had too few rows to conclude anything is taken together
    with the next one: the window begins where the last look that concluded something ended, and at first when the
    release went live. Labels are read from the feature table as it is now. Parameter: ``reason``, which may be left
    out. Returns the address of the frozen run.
    """

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowSkipException: nothing serves
        """
        if frozen := self._frozen(context):
            return self._once_captured(frozen)
        ledger = self._ledger()
        release = self._serving(ledger)
        run_uri = self._freeze_model(
            context,
            sources=[self._feature_pin()],
            version=self._version(ledger, release),
            release=release.number,
            window=self._window(ledger, release),
            reason=context["params"].get("reason") or "",
        )
        return self._once_captured(run_uri)

    def _once_captured(self, run_uri: str) -> str:
        """The frozen run, when everything that its window covers has had the time to arrive in S3."""
        from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.model_run import ModelRun

        run = EvidenceHook(region_name=self.environment.region).read(run_uri, ModelRun)
        assert run.window is not None
        delay = timedelta(seconds=self.environment.capture_delay_seconds)
        left = run.window.until + delay - datetime.now(UTC)
        if left > timedelta(0):
            self.log.info("waiting %.0f s for requests that were answered and are not in S3 yet", left.total_seconds())
            self.defer(trigger=TimeDeltaTrigger(left), method_name="execute_again")
        return run_uri

    def _serving(self, ledger: LedgerHook) -> Release:
        from groundwork.hooks.model_ledger.releases import Releases

        release = Releases(ledger, self.subject).live()
        if release is None:
            raise AirflowSkipException(f"no release of {self.subject} serves, so there is nothing to look at")
        return release

    def _version(self, ledger: LedgerHook, release: Release) -> RegisteredVersion:
        from groundwork.hooks.model_ledger.versions import Versions

        record = Versions(ledger, self.subject).get(release.version)
        assert record is not None, "a release is of a registered version, and records are never deleted"
        return registered_version(record, self.environment.region)

    def _window(self, ledger: LedgerHook, release: Release) -> CaptureWindow:
        from groundwork.hooks.model_ledger.looks import Looks
        from groundwork.spec.model_run import CaptureWindow
        from groundwork.spec.names import capture_prefix

        concluded = [look for look in Looks(ledger, self.subject).of_release(release.number) if look.concluded]
        after = concluded[-1].window.until if concluded else datetime.fromisoformat(release.at)
        prefix = capture_prefix(self.environment, self.subject)
        return CaptureWindow(prefix=prefix, after=after, until=datetime.now(UTC))
