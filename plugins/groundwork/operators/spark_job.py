"""Runs the stages of a frozen run as one Spark job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from groundwork.operators.job import JobOperator

if TYPE_CHECKING:
    from groundwork.hooks.job_engine import JobIdentity
    from groundwork.hooks.spark_job import SparkJobHook
    from groundwork.spec.environment import Environment, ModelStage, Stage
    from groundwork.spec.model_run import ModelJobSpec, ModelRun
    from groundwork.spec.run import FrozenRun, JobSpec
    from groundwork.triggers.spark_job import SparkJobTrigger

PAGES = {"refine": "report.html", "publish": "report.html"}
"""Stages that leave a page for people; of the others the report itself is shown."""
UNFAVOURABLE = ("block", "refuse")
"""Outcomes of a model's stage after which nothing may follow."""


class _SparkOperator(JobOperator):
    """What Spark jobs for products and for models have in common."""

    engine_name = "spark"
    stages: tuple[str, ...]

    def _spec(self, run: Any) -> JobSpec | ModelJobSpec:
        """What the job is given."""
        raise NotImplementedError

    def _begin(self, run: FrozenRun | ModelRun, engine: SparkJobHook, identity: JobIdentity) -> str:
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.hooks.spark_job import job_start

        spec = self._spec(run)
        EvidenceHook(region_name=run.environment.region).write(spec.uri, spec)
        return engine.start(job_start(spec, identity))

    def _trigger(self, environment: Environment, engine: SparkJobHook, job_id: str) -> SparkJobTrigger:
        from groundwork.triggers.spark_job import SparkJobTrigger

        return SparkJobTrigger(
            region_name=environment.region,
            application_id=engine.application_id,
            job_id=job_id,
            poll_seconds=environment.engine.poll_seconds,
        )


class SparkJobOperator(_SparkOperator):
    """A Spark job for the batches of a product.

    Returns the addresses of the reports: ``{stage: [address of each batch's report]}``.

    :param stages: carried out in this order for every batch of the run
    :param run_uri: ``s3://`` address of the frozen run; templated
    """

    stages: tuple[Stage, ...]

    def __init__(self, *, stages: Sequence[Stage], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stages = tuple(stages)

    def _load_run(self) -> FrozenRun:
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.run import FrozenRun

        return EvidenceHook().read(self.run_uri, FrozenRun)

    def _spec(self, run: FrozenRun) -> JobSpec:
        from groundwork.spec.run import JobSpec

        return JobSpec(spec_version=1, stages=self.stages, run=run)

    def _result(self, run: FrozenRun, engine: SparkJobHook, job_id: str) -> dict[str, list[str]]:  # noqa: ARG002
        return {stage: run.report_uris(stage) for stage in self.stages}

    def _report(self, run: FrozenRun) -> str:
        stage, batch = self.stages[-1], run.batches[-1].batch_id
        if stage in PAGES:
            return run.artefact_uri(stage, batch, PAGES[stage])
        return run.report_uri(stage, batch)


class ModelSparkJobOperator(_SparkOperator):
    """A Spark job for a model. A stage that blocks or refuses fails the task with its reasons and is not tried again.

    Returns the addresses of the reports: ``{stage: address}``.

    :param stages: carried out in this order
    :param run_uri: ``s3://`` address of the frozen run; templated
    """

    stages: tuple[ModelStage, ...]

    def __init__(self, *, stages: Sequence[ModelStage], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stages = tuple(stages)

    def _load_run(self) -> ModelRun:
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.model_run import ModelRun

        return EvidenceHook().read(self.run_uri, ModelRun)

    def _spec(self, run: ModelRun) -> ModelJobSpec:
        from groundwork.spec.model_run import ModelJobSpec

        return ModelJobSpec(spec_version=1, stages=self.stages, run=run)

    def _result(self, run: ModelRun, engine: SparkJobHook, job_id: str) -> dict[str, str]:  # noqa: ARG002
        from airflow.sdk.exceptions import AirflowFailException

        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.model_report import REPORTS

        evidence = EvidenceHook(region_name=run.environment.region)
        for stage in self.stages:
            report = evidence.read(run.report_uri(stage), REPORTS[stage])
            decision = getattr(report, "decision", None)
            if decision and decision.outcome in UNFAVOURABLE:
                raise AirflowFailException(f"{stage} {decision.outcome}s: {'; '.join(decision.reasons)}")
        return {stage: run.report_uri(stage) for stage in self.stages}

    def _report(self, run: ModelRun) -> str:
        return run.report_uri(self.stages[-1])
