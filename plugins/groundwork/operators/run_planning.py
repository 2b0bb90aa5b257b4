"""What the first task of every run does: become the writer, and freeze what the run works with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.writers import WrittenLayer
    from groundwork.spec.base import Frozen
    from groundwork.spec.environment import Environment
    from groundwork.spec.model_run import ModelRun
    from groundwork.spec.run import FrozenRun, JobBundle

LEASE_PAUSE = timedelta(seconds=10)
RECORD_MINUTES = 15
"""What a run needs beside its job; a run that takes longer loses its lease."""


class RunPlanningOperator(BaseOperator):
    """What planning for products and for models has in common.

    :param include: folder of the declarations
    :param environment: where Groundwork runs
    """

    ui_color = "#dbe9f9"

    def __init__(self, *, include: str, environment: Environment, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.include = include
        self.environment = environment

    @property
    def subject(self) -> str:
        """What is written: product, feature view or model."""
        raise NotImplementedError

    @property
    def accountable(self) -> str:
        """Who stands for a run that nobody has triggered."""
        raise NotImplementedError

    def execute_again(self, context: Context, event: Any = None) -> str:  # noqa: ARG002 - Airflow gives it
        """After a wait: everything is looked at anew.

        :param event: of the trigger
        """
        result: str = self.execute(context)
        return result

    def _ledger(self) -> LedgerHook:
        from groundwork.hooks.ledger import LedgerHook

        return LedgerHook(table=self.environment.ledger_table, region_name=self.environment.region)

    def _frozen_before(self, context: Context, kind: type[Frozen]) -> str | None:
        """Address of the frozen run where an earlier try of this task has written it.

        :param kind: class of the frozen run
        """
        from groundwork.hooks.evidence import EvidenceHook, MissingEvidenceError

        uri = f"{self._prefix(context)}run.json"
        try:
            EvidenceHook(region_name=self.environment.region).read(uri, kind)
        except MissingEvidenceError:
            return None
        self.log.info("an earlier try has frozen this run: %s. Trigger a new run to use what is declared now", uri)
        return uri

    def _begun(self, context: Context) -> dict[str, Any]:
        """What every frozen run says of itself: where it stands, who wants it, and what carries it out."""
        return {
            "prefix": self._prefix(context),
            "dag_id": context["ti"].dag_id,
            "run_id": context["ti"].run_id,
            "requested_by": self._requested_by(context),
            "frozen_at": datetime.now(UTC),
            "environment": self.environment,
            "bundle": self._bundle(),
        }

    def _write(self, run: FrozenRun | ModelRun, what: str) -> str:
        """Write ``run.json``.

        :param what: what the run works on, for the log
        :return: its address
        """
        from groundwork.hooks.evidence import EvidenceHook

        EvidenceHook(region_name=self.environment.region).write(run.uri, run)
        self.log.info("%s: %s", run.uri, what)
        return run.uri

    def _become_writer(self, context: Context, ledger: LedgerHook, layers: Sequence[WrittenLayer]) -> int:
        """Take the leases; waits deferred while another run has one.

        :return: the fencing token of the last layer
        """
        from groundwork.hooks.writers import Writers

        writers = Writers(ledger, self.subject)
        seconds = (self.environment.engine.execution_timeout_minutes + RECORD_MINUTES) * 60.0
        token = 0
        for layer in layers:
            taken = writers.take(layer, _holder(context), seconds, lambda other: _is_over(context, other))
            if taken is None:
                writers.release(_holder(context))
                self._wait_for_writer(f"{writers.holder(layer)} writes {layer}/{self.subject}")
            token = taken
        return token

    def _wait_for_writer(self, why: str) -> NoReturn:
        from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

        self.log.info("%s; looking again in %s s", why, LEASE_PAUSE.seconds)
        self.defer(trigger=TimeDeltaTrigger(LEASE_PAUSE), method_name="execute_again")

    def _release(self, context: Context, ledger: LedgerHook) -> None:
        from groundwork.hooks.writers import Writers

        Writers(ledger, self.subject).release(_holder(context))

    def _bundle(self) -> JobBundle:
        from groundwork.spec.run import JobBundle

        file = Path(self.include) / "job_bundle.json"
        try:
            return JobBundle.model_validate(json.loads(file.read_text()))
        except FileNotFoundError as error:
            raise AirflowFailException(f"{file} is not there, so no job code is known: run make bundle") from error
        except ValueError as error:
            raise AirflowFailException(f"{file} is not a job bundle's manifest: run make bundle ({error})") from error

    def _requested_by(self, context: Context) -> str:
        return getattr(context["dag_run"], "triggering_user_name", None) or self.accountable

    def _prefix(self, context: Context) -> str:
        from groundwork.spec.names import run_prefix

        return run_prefix(self.environment, context["ti"].dag_id, context["ti"].run_id)


def _holder(context: Context) -> str:
    """Name of this run as a lease's holder."""
    return holder(context["ti"].dag_id, context["ti"].run_id)


def holder(dag_id: str, run_id: str) -> str:
    """Name of a run as a lease's holder; a dag_id has no slash."""
    return f"{dag_id}/{run_id}"


def _is_over(context: Context, other: str) -> bool:
    """Whether the run that holds a lease has ended: failed, or marked so by hand, before it could let go."""
    from airflow.sdk.api.client import ServerResponseError
    from airflow.sdk.exceptions import AirflowRuntimeError

    dag_id, _, run_id = other.partition("/")
    try:
        return context["ti"].get_dagrun_state(dag_id, run_id) in ("success", "failed")
    except (AirflowRuntimeError, ServerResponseError):
        # The run was deleted, or another Airflow's; its lease ends by itself. A worker's supervisor says the first,
        # `airflow dags test` the second.
        return False
