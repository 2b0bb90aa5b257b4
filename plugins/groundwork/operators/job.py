"""A task that is a job elsewhere: started exactly once however often the task is tried, and waited for deferred."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException

from groundwork.links import JOB_URL, REPORT_URL, JobLink, ReportLink

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.triggers.base import BaseTrigger

    from groundwork.hooks.job_attempts import Attempt
    from groundwork.hooks.job_engine import EngineName, JobEngine, JobIdentity
    from groundwork.hooks.job_once import JobOnce
    from groundwork.spec.environment import Environment
    from groundwork.spec.model_run import ModelRun
    from groundwork.spec.run import FrozenRun

TAIL_LINES = 60


class JobOperator(BaseOperator):
    """Starts a job for a frozen run, or attaches to the one that an earlier try started, and waits deferred.

    A next job is started only after the one before has ended without success. A cleared task whose job has succeeded
    succeeds again without a job. Clearing a waiting task, failing it by hand and its ``execution_timeout`` end the job;
    a triggerer, scheduler or worker that dies does not.

    :param run_uri: ``s3://`` address of the frozen run; templated, so that an earlier task may give it
    """

    template_fields: Sequence[str] = ("run_uri",)
    ui_color = "#e8d9f7"
    operator_extra_links = (JobLink(), ReportLink())
    engine_name: EngineName

    def __init__(self, *, run_uri: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run_uri = run_uri
        self._running: tuple[JobEngine, str] | None = None

    # What a kind of job says.

    @abstractmethod
    def _load_run(self) -> FrozenRun | ModelRun:
        """The frozen run."""

    @abstractmethod
    def _begin(self, run: Any, engine: Any, identity: JobIdentity) -> str:
        """Ask the engine for the job and give its id; the same identity twice is one job."""

    @abstractmethod
    def _trigger(self, environment: Environment, engine: Any, job_id: str) -> BaseTrigger:
        """Waits for the job."""

    @abstractmethod
    def _result(self, run: Any, engine: Any, job_id: str) -> Any:
        """What a job that has succeeded gives to later tasks."""

    @abstractmethod
    def _report(self, run: Any) -> str:
        """Address of what a person reads about the job's work."""

    # What all of them do.

    def execute(self, context: Context) -> Any:
        """Start or attach, then wait deferred.

        :raises AirflowException: the job has ended already, without success
        """
        run = self._load_run()
        engine = self._engine(run.environment)
        job = self._job(run.environment, engine, context)
        attempt = job.attach(context["ti"].try_number)
        if attempt.state == "succeeded":
            self.log.info("job %s (%s) has succeeded before; nothing is started", attempt.job_id, attempt.name)
            return self._result(run, engine, str(attempt.job_id))
        job_id = attempt.job_id or job.start(attempt, lambda identity: self._begin(run, engine, identity), run.subject)
        self._running = (engine, job_id)
        self._leave_links(context, run, engine, job_id)
        if engine.state(job_id).phase == "running":
            job.hand_over(attempt, context["ti"].try_number)
            self._wait(run.environment, engine, job_id)
        return self._finish(run, job, attempt, engine, job_id)

    def execute_complete(self, context: Context, event: dict[str, str]) -> Any:
        """Go on after the trigger has fired; what the engine says now counts, not what the trigger saw.

        :param event: the trigger's
        :raises AirflowException: the job has not succeeded, or can be watched no longer
        """
        run = self._load_run()
        engine = self._engine(run.environment)
        job = self._job(run.environment, engine, context)
        attempt = job.waited_for()
        job_id = str(attempt.job_id)
        self._running = (engine, job_id)
        if engine.state(job_id).phase == "running":
            job.hand_over(attempt, None)
            raise AirflowException(
                f"job {job_id} runs but cannot be watched: {event['detail']}. The next try attaches to it"
            )
        return self._finish(run, job, attempt, engine, job_id)

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context) -> Any:
        """Also end the job when the wait has taken longer than ``execution_timeout``; the triggerer may be down."""
        from airflow.sdk.exceptions import TaskDeferralError, TaskDeferralTimeout

        try:
            return super().resume_execution(next_method, next_kwargs, context)
        except TaskDeferralTimeout as error:
            job, attempt = self._abandoned(context)
            job.end(attempt, "execution_timeout has passed")
            raise AirflowException(f"job {attempt.job_id} was cancelled: execution_timeout has passed") from error
        except TaskDeferralError:
            # The trigger broke, not the job: the next try attaches.
            job, attempt = self._abandoned(context)
            job.hand_over(attempt, None)
            raise

    def on_kill(self) -> None:
        """End the job when the task is stopped on its worker."""
        if self._running:
            engine, job_id = self._running
            self.log.info("the task is stopped; cancelling job %s", job_id)
            engine.cancel(job_id)

    def _leave_links(self, context: Context, run: FrozenRun | ModelRun, engine: JobEngine, job_id: str) -> None:
        from groundwork.spec.uri import object_url

        environment = run.environment
        report = object_url(environment.object_url, environment.region, self._report(run))
        context["ti"].xcom_push(key=JOB_URL, value=engine.job_url(job_id))
        context["ti"].xcom_push(key=REPORT_URL, value=report)

    def _wait(self, environment: Environment, engine: JobEngine, job_id: str) -> NoReturn:
        trigger = self._trigger(environment, engine, job_id)
        self.defer(trigger=trigger, method_name="execute_complete", timeout=self.execution_timeout)

    def _finish(self, run: FrozenRun | ModelRun, job: JobOnce, attempt: Attempt, engine: JobEngine, job_id: str) -> Any:
        """Show the log's tail, write down how the job ended, and give its result or the failure."""
        state = engine.state(job_id)
        self._show_tail(engine, job_id)
        job.record_end(attempt, state)
        if state.phase != "succeeded":
            raise AirflowException(f"job {job_id} ({attempt.name}) is {state.word}: {state.detail or 'no details'}")
        result = self._result(run, engine, job_id)
        self.log.info("job %s (%s) has succeeded; it gives %s", job_id, attempt.name, result)
        return result

    def _show_tail(self, engine: JobEngine, job_id: str) -> None:
        try:
            lines = engine.tail(job_id, TAIL_LINES)
        except Exception as error:  # noqa: BLE001 - a log that cannot be shown fails no task
            self.log.warning("the job's log cannot be read: %s", error)
            return
        for line in lines or ["the job has left no log (yet)"]:
            self.log.info("%s", line)

    def _abandoned(self, context: Context) -> tuple[JobOnce, Attempt]:
        environment = self._load_run().environment
        job = self._job(environment, self._engine(environment), context)
        return job, job.waited_for()

    def _engine(self, environment: Environment) -> JobEngine:
        from groundwork.hooks.job_engine import engine_of

        return engine_of(environment, self.engine_name)

    def _job(self, environment: Environment, engine: JobEngine, context: Context) -> JobOnce:
        from groundwork.hooks.job_attempts import JobAttempts, TaskRun
        from groundwork.hooks.job_once import JobOnce
        from groundwork.hooks.ledger import LedgerHook

        ti = context["ti"]
        map_index = -1 if ti.map_index is None else ti.map_index
        work = TaskRun(ti.dag_id, ti.run_id, ti.task_id, map_index, self.engine_name)
        ledger = LedgerHook(table=environment.ledger_table, region_name=environment.region)
        return JobOnce(work, JobAttempts(ledger), engine)
