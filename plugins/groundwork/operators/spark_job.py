"""Runs the stages of a frozen run as one Spark job, exactly once however often the task is tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException

from groundwork.links import JOB_URL, REPORT_URL, JobLink, ReportLink

if TYPE_CHECKING:
    from airflow.sdk import Context

    from groundwork.hooks.evidence import EvidenceHook
    from groundwork.hooks.job_attempts import Attempt
    from groundwork.hooks.job_once import JobOnce
    from groundwork.hooks.spark_job import SparkJobHook
    from groundwork.spec.environment import Environment, Stage
    from groundwork.spec.run import FrozenRun, JobSpec

TAIL_LINES = 60
PAGES = {"refine": "report.html", "publish": "report.html"}
"""Stages that leave a page for people; of the others the report itself is shown."""


class SparkJobOperator(BaseOperator):
    """Starts a Spark job for a frozen run, or attaches to the one that an earlier try started, and waits deferred.

    A next job is started only after the one before has ended without success. A cleared task whose job has succeeded
    succeeds again without a job. Clearing a waiting task, failing it by hand and its ``execution_timeout`` end the job;
    a triggerer, scheduler or worker that dies does not.

    Returns the addresses of the reports: ``{stage: [address of each batch's report]}``.

    :param stages: carried out in this order for every batch of the run
    :param run_uri: ``s3://`` address of the frozen run; templated, so that an earlier task may give it
    """

    template_fields: Sequence[str] = ("run_uri",)
    ui_color = "#e8d9f7"
    operator_extra_links = (JobLink(), ReportLink())

    def __init__(self, *, stages: Sequence[Stage], run_uri: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stages = tuple(stages)
        self.run_uri = run_uri
        self._running: tuple[SparkJobHook, str] | None = None

    def execute(self, context: Context) -> dict[str, list[str]]:
        """Start or attach, then wait deferred.

        :raises AirflowException: the job has ended already, without success
        """
        evidence = _evidence()
        run = self._load_run(evidence)
        spec = self._write_spec(run, evidence)
        engine = _engine(run.environment)
        job = _job(run.environment, engine, context)
        attempt = job.attach(context["ti"].try_number)
        if attempt.state == "succeeded":
            self.log.info("job %s (%s) has succeeded before; nothing is started", attempt.job_id, attempt.name)
            return self._reports(run)
        job_id = attempt.job_id or job.start(attempt, spec)
        self._running = (engine, job_id)
        self._leave_links(context, run, engine, job_id)
        if engine.state(job_id).phase == "running":
            job.hand_over(attempt, context["ti"].try_number)
            self._wait(run.environment, engine, job_id)
        return self._finish(run, job, attempt, engine, job_id)

    def execute_complete(self, context: Context, event: dict[str, str]) -> dict[str, list[str]]:
        """Go on after the trigger has fired; what the engine says now counts, not what the trigger saw.

        :param event: the trigger's
        :raises AirflowException: the job has not succeeded, or can be watched no longer
        """
        run = self._load_run(_evidence())
        engine = _engine(run.environment)
        job = _job(run.environment, engine, context)
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

    def _load_run(self, evidence: EvidenceHook) -> FrozenRun:
        from groundwork.spec.run import FrozenRun

        return evidence.read(self.run_uri, FrozenRun)

    def _write_spec(self, run: FrozenRun, evidence: EvidenceHook) -> JobSpec:
        from groundwork.spec.run import JobSpec

        spec = JobSpec(spec_version=1, stages=self.stages, run=run)
        evidence.write(spec.uri, spec)
        return spec

    def _leave_links(self, context: Context, run: FrozenRun, engine: SparkJobHook, job_id: str) -> None:
        from groundwork.spec.uri import object_url

        stage, batch = self.stages[-1], run.batches[-1].batch_id
        report = run.artefact_uri(stage, batch, PAGES[stage]) if stage in PAGES else run.report_uri(stage, batch)
        environment = run.environment
        context["ti"].xcom_push(key=JOB_URL, value=engine.job_url(job_id))
        context["ti"].xcom_push(key=REPORT_URL, value=object_url(environment.object_url, environment.region, report))

    def _wait(self, environment: Environment, engine: SparkJobHook, job_id: str) -> NoReturn:
        from groundwork.triggers.spark_job import SparkJobTrigger

        trigger = SparkJobTrigger(
            region_name=environment.region,
            application_id=engine.application_id,
            job_id=job_id,
            poll_seconds=environment.engine.poll_seconds,
        )
        self.defer(trigger=trigger, method_name="execute_complete", timeout=self.execution_timeout)

    def _finish(
        self, run: FrozenRun, job: JobOnce, attempt: Attempt, engine: SparkJobHook, job_id: str
    ) -> dict[str, list[str]]:
        """Show the log's tail, write down how the job ended, and give the reports or the failure."""
        state = engine.state(job_id)
        self._show_tail(engine, job_id)
        job.record_end(attempt, state)
        if state.phase != "succeeded":
            raise AirflowException(f"job {job_id} ({attempt.name}) is {state.word}: {state.detail or 'no details'}")
        reports = self._reports(run)
        self.log.info("job %s (%s) has succeeded; its reports: %s", job_id, attempt.name, reports)
        return reports

    def _reports(self, run: FrozenRun) -> dict[str, list[str]]:
        return {stage: [run.report_uri(stage, batch.batch_id) for batch in run.batches] for stage in self.stages}

    def _show_tail(self, engine: SparkJobHook, job_id: str) -> None:
        try:
            lines = engine.tail(job_id, TAIL_LINES)
        except Exception as error:  # noqa: BLE001 - a log that cannot be shown fails no task
            self.log.warning("the job's log cannot be read: %s", error)
            return
        for line in lines or ["the job has left no log (yet)"]:
            self.log.info("%s", line)

    def _abandoned(self, context: Context) -> tuple[JobOnce, Attempt]:
        """The job that no trigger watches any more."""
        environment = self._load_run(_evidence()).environment
        job = _job(environment, _engine(environment), context)
        return job, job.waited_for()


def _evidence() -> EvidenceHook:
    from groundwork.hooks.evidence import EvidenceHook

    return EvidenceHook()


def _engine(environment: Environment) -> SparkJobHook:
    from groundwork.hooks.spark_job import SparkJobHook

    return SparkJobHook(environment)


def _job(environment: Environment, engine: SparkJobHook, context: Context) -> JobOnce:
    from groundwork.hooks.job_attempts import JobAttempts, TaskRun
    from groundwork.hooks.job_once import JobOnce
    from groundwork.hooks.ledger import LedgerHook

    ti = context["ti"]
    work = TaskRun(ti.dag_id, ti.run_id, ti.task_id, -1 if ti.map_index is None else ti.map_index)
    ledger = LedgerHook(table=environment.ledger_table, region_name=environment.region)
    return JobOnce(work, JobAttempts(ledger), engine)
