"""Proves that the endpoint answers as the evaluator did, and takes the release back where it does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk.exceptions import AirflowFailException

from groundwork.operators.deploy_model import name_of, release_of, wait_for_endpoint
from groundwork.operators.model_run import ModelRunOperator, ledger_of, own_run, version_of

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.endpoint import EndpointHook
    from groundwork.spec.decision import Decision
    from groundwork.spec.model_run import ModelRun


class VerifyModelOperator(ModelRunOperator):
    """Sends the evaluation's golden requests to the endpoint and holds its answers against the evaluator's.

    Where one differs the endpoint goes back to the configuration that it served before, which is waited for, or is
    deleted where it served none; then the task fails with what differed. It is not tried again. Returns how many
    requests were answered and the largest difference.

    :param run_uri: ``s3://`` address of the frozen run; templated
    """

    ui_color = "#d9f0e3"

    def execute(self, context: Context) -> dict[str, Any]:
        """See the class.

        :raises AirflowFailException: an answer differs and there is nothing to go back to, or the release is over
        """
        from groundwork.hooks.endpoint import EndpointHook

        run = own_run(context, self.run_uri)
        release_of(run)
        endpoint = EndpointHook(run.environment, run.model)
        decision = self._ask(run, endpoint)
        if decision.outcome != "serve":
            self._take_back(run, endpoint, list(decision.reasons))
        self.log.info("all golden requests are answered as before: %s", decision.measured)
        return decision.measured

    def taken_back(self, context: Context, event: dict[str, str], reasons: list[str]) -> NoReturn:
        """The endpoint rests again after the step back.

        :param event: the trigger's
        :param reasons: what differed
        :raises AirflowFailException: always
        """
        from groundwork.hooks.endpoint import EndpointHook

        run = own_run(context, self.run_uri)
        endpoint = EndpointHook(run.environment, run.model)
        before = _before(run)
        state = endpoint.state()
        if event["word"] == "unknown" or state.moving:
            self._wait(run, endpoint, reasons)
        if (state.word, state.config) == ("InService", before):
            self._fail(run, endpoint, reasons, f"it serves {before} again")
        why = state.detail or "SageMaker gives no reason"
        self._fail(run, endpoint, reasons, f"IT COULD NOT GO BACK to {before} and is {state.word or 'gone'} ({why})")

    def _ask(self, run: ModelRun, endpoint: EndpointHook) -> Decision:
        from groundwork.decisions.golden import decide_golden
        from groundwork.hooks.endpoint import EndpointError
        from groundwork.hooks.object_digest import ObjectDigestHook
        from groundwork.spec.decision import Decision

        if run.model.release is None:
            raise AirflowFailException(f"model {run.model.name} declares no release")
        golden = version_of(run).version.golden
        try:
            content = ObjectDigestHook(region_name=run.environment.region).content(golden)
            lines = content.decode().splitlines()[: run.model.release.golden_requests]
            requests = "".join(json.dumps(json.loads(line)["request"]) + "\n" for line in lines)
            answers = endpoint.invoke(requests.encode()).decode().splitlines()
        except (EndpointError, ValueError, KeyError) as error:
            return Decision(outcome="refuse", reasons=(str(error),))
        return decide_golden(lines, answers, run.model.release.golden_tolerance)

    def _take_back(self, run: ModelRun, endpoint: EndpointHook, reasons: list[str]) -> NoReturn:
        """Serve what was served before."""
        before = _before(run)
        if before is None:
            endpoint.delete()
            self._fail(run, endpoint, reasons, "there was no release before, so the endpoint is deleted")
        self.log.error("the endpoint goes back to %s: %s", before, "; ".join(reasons))
        endpoint.deploy(before)
        self._wait(run, endpoint, reasons)

    def _wait(self, run: ModelRun, endpoint: EndpointHook, reasons: list[str]) -> NoReturn:
        wait_for_endpoint(self, run, endpoint.endpoint, "taken_back", {"reasons": reasons})

    def _fail(self, run: ModelRun, endpoint: EndpointHook, reasons: list[str], after: str) -> NoReturn:
        from groundwork.hooks.model_ledger.releases import Releases

        detail = f"endpoint {endpoint.endpoint} does not answer as the evaluator did, and {after}: {'; '.join(reasons)}"
        Releases(ledger_of(run), run.model.name).record_failed(release_of(run), detail)
        raise AirflowFailException(detail)


def _before(run: ModelRun) -> str | None:
    """The configuration that the endpoint served before this release; None where it served none."""
    replaces = release_of(run).replaces
    return name_of(run, replaces) if replaces is not None else None
