"""Lets the endpoint serve an approved version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NoReturn

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from groundwork.operators.model_run import ModelRunOperator, ledger_of, own_run, version_of

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.endpoint import EndpointHook, EndpointState
    from groundwork.hooks.model_ledger.releases import Release, Releases
    from groundwork.spec.model_run import ModelRun
    from groundwork.spec.model_version import RegisteredVersion


class DeployModelOperator(ModelRunOperator):
    """Takes the next release's number, makes its SageMaker model and endpoint configuration, and waits, deferred, until
    the endpoint serves it.

    Whether the version may serve is decided here once more, from the ledger and from what stands in S3, so that a task
    before this one that somebody marked as done opens nothing. A next try attaches to what an earlier one began. While
    another configuration is on its way, it is waited for. After a failed update SageMaker goes on serving what it did
    before; the task fails with the reason and is not tried again, because a container that does not answer will not the
    next time. Clearing it begins a release with a number of its own.

    Returns the name of SageMaker model and endpoint configuration.

    :param run_uri: ``s3://`` address of the frozen run; templated
    :param rolls_back: a step back, which thresholds that were changed since do not stop
    """

    ui_color = "#d9f0e3"

    def __init__(self, *, rolls_back: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rolls_back = rolls_back

    def execute(self, context: Context) -> str:
        """See the class.

        :raises AirflowFailException: the version may not serve, or the endpoint does not come up with it
        """
        from groundwork.hooks.endpoint import EndpointHook

        run = own_run(context, self.run_uri)
        version = version_of(run)
        self._allow(run, version)
        release = self._begin(run, version)
        endpoint = EndpointHook(run.environment, run.model)
        name = name_of(run, release.number)
        endpoint.prepare(name, version.package_arn)
        self.log.info("release %s of %s: version %s as %s", release.number, run.model.name, version.number, name)
        return self._deploy(run, endpoint, name)

    def execute_complete(
        self, context: Context, event: dict[str, str], how: Literal["started", "attached", "busy"]
    ) -> str:
        """Go on after the trigger has fired; what the endpoint says now counts, not what the trigger saw.

        :param event: the trigger's
        :param how: whether this release was on its way, or another one was waited for
        :raises AirflowFailException: the endpoint does not serve the release
        """
        from groundwork.hooks.endpoint import EndpointHook

        run = own_run(context, self.run_uri)
        release = release_of(run)
        endpoint = EndpointHook(run.environment, run.model)
        name = name_of(run, release.number)
        state = endpoint.state()
        if event["word"] == "unknown":
            raise AirflowException(
                f"endpoint {endpoint.endpoint} cannot be watched: {event['detail']}. The next try attaches"
            )
        if state.moving or how == "busy":
            return self._deploy(run, endpoint, name)
        if (state.word, state.config) != ("InService", name):
            self._fail(run, release, endpoint.endpoint, state)
        self.log.info("endpoint %s serves %s", endpoint.endpoint, name)
        return name

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context) -> Any:
        """Also write down that the wait has taken longer than ``execution_timeout``."""
        from airflow.sdk.exceptions import TaskDeferralTimeout

        try:
            return super().resume_execution(next_method, next_kwargs, context)
        except TaskDeferralTimeout as error:
            run = own_run(context, self.run_uri)
            detail = "the endpoint did not come up within execution_timeout; what it does then is not recorded as live"
            _releases(run).record_failed(release_of(run), detail)
            raise AirflowFailException(detail) from error

    def _allow(self, run: ModelRun, version: RegisteredVersion) -> None:
        from groundwork.decisions.release import decide_release
        from groundwork.hooks.model_ledger.approvals import Approvals
        from groundwork.hooks.model_registry import ModelRegistryHook
        from groundwork.hooks.object_digest import ObjectDigestHook

        region = run.environment.region
        approval = Approvals(ledger_of(run), run.model.name).get(version.digest)
        decision = decide_release(
            version,
            approval.approved if approval else None,
            ObjectDigestHook(region_name=region).standing(version.version),
            None if self.rolls_back else run.model.policy_digest,
        )
        reasons = list(decision.reasons)
        if not ModelRegistryHook(region_name=region).package(version.package_arn).is_of(version.version):
            reasons.append(f"{version.package_arn} names another model or container than the version; it was changed")
        if reasons:
            raise AirflowFailException(
                f"version {version.number} of {run.model.name} does not serve: {'; '.join(reasons)}"
            )

    def _begin(self, run: ModelRun, version: RegisteredVersion) -> Release:
        from groundwork.hooks.model_ledger.versions import Versions

        record = Versions(ledger_of(run), run.model.name).get(version.number)
        if record is None or record.digest != version.digest:
            raise AirflowFailException(
                f"the ledger knows no version {version.number} of {run.model.name} of this digest"
            )
        return under_way(_releases(run).begin(run, record.version_uri, rolls_back=self.rolls_back))

    def _deploy(self, run: ModelRun, endpoint: EndpointHook, name: str) -> str:
        how = endpoint.deploy(name)
        self.log.info("endpoint %s: %s", endpoint.endpoint, WORDS[how])
        if how != "served":
            wait_for_endpoint(self, run, endpoint.endpoint, "execute_complete", {"how": how})
        return name

    def _fail(self, run: ModelRun, release: Release, endpoint: str, state: EndpointState) -> NoReturn:
        stays = f"it stays on {state.config}" if state.word == "InService" else f"it is {state.word or 'gone'}"
        reason = state.detail or "SageMaker gives no reason"
        detail = f"endpoint {endpoint} does not serve release {release.number}, {stays}: {reason}"
        _releases(run).record_failed(release, detail)
        raise AirflowFailException(detail)


WORDS = {
    "served": "it serves the release already",
    "started": "an update has begun",
    "attached": "an earlier try has begun the update; attaching to it",
    "busy": "another change is under way; it is waited for",
}


def name_of(run: ModelRun, number: int) -> str:
    """SageMaker model and endpoint configuration of a release of the run's model.

    :param number: of the release
    """
    from groundwork.spec.names import release

    return release(run.environment, run.model.name, number)


def release_of(run: ModelRun) -> Release:
    """The release that a run is at.

    :raises AirflowFailException: there is none, or it has failed
    """
    release = _releases(run).of_run(run.prefix)
    if release is None:
        raise AirflowFailException(f"{run.dag_id} is at no release, or its release has failed; clear deploy_model")
    return under_way(release)


def under_way(release: Release) -> Release:
    """A release that its run may still work at.

    :raises AirflowFailException: it is over, and a task of its run that was cleared must not bring it back
    """
    if release.state not in ("deploying", "live"):
        raise AirflowFailException(
            f"release {release.number} of this run is {release.state}, so nothing is changed. Trigger release_model "
            f"with the version's number ({release.version}), or roll_back_model"
        )
    return release


def wait_for_endpoint(
    operator: ModelRunOperator, run: ModelRun, endpoint: str, method_name: str, arguments: dict[str, Any]
) -> NoReturn:
    """Defer until an endpoint rests.

    :param method_name: of the operator, to go on with
    :param arguments: of that method, beside the event
    """
    from groundwork.triggers.endpoint import EndpointTrigger

    environment = run.environment
    trigger = EndpointTrigger(
        region_name=environment.region, endpoint=endpoint, poll_seconds=environment.engine.poll_seconds
    )
    operator.defer(trigger=trigger, method_name=method_name, kwargs=arguments, timeout=operator.execution_timeout)


def _releases(run: ModelRun) -> Releases:
    from groundwork.hooks.model_ledger.releases import Releases

    return Releases(ledger_of(run), run.model.name)
