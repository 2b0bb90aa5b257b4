"""What a model's container does on SageMaker: training, tuning, evaluation, batch transform, drift page."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from groundwork.operators.job import JobOperator

if TYPE_CHECKING:
    from groundwork.hooks.container_job import ContainerJobHook
    from groundwork.hooks.job_engine import ContainerJob, JobIdentity
    from groundwork.spec.environment import Environment
    from groundwork.spec.model_run import ModelRun
    from groundwork.triggers.container_job import ContainerJobTrigger


class ContainerJobOperator(JobOperator):
    """A SageMaker job of a model's container.

    :param run_uri: ``s3://`` address of the frozen run; templated
    """

    engine_name: ContainerJob

    @abstractmethod
    def _request(self, run: ModelRun) -> Mapping[str, Any]:
        """The API's Create request, without the job's name."""

    def _load_run(self) -> ModelRun:
        from groundwork.hooks.evidence import EvidenceHook
        from groundwork.spec.model_run import ModelRun

        return EvidenceHook().read(self.run_uri, ModelRun)

    def _begin(self, run: ModelRun, engine: ContainerJobHook, identity: JobIdentity) -> str:
        return engine.start(identity, self._request(run))

    def _trigger(self, environment: Environment, engine: ContainerJobHook, job_id: str) -> ContainerJobTrigger:  # noqa: ARG002
        from groundwork.triggers.container_job import ContainerJobTrigger

        return ContainerJobTrigger(
            region_name=environment.region,
            job_id=job_id,
            poll_seconds=environment.engine.poll_seconds,
            kind=self.engine_name,
        )

    def _report(self, run: ModelRun) -> str:
        return run.uri


class TrainModelOperator(ContainerJobOperator):
    """Trains the model, or its baseline. Returns the address of the ``model.tar.gz``.

    :param algorithm: which of the train program's algorithms
    """

    engine_name = "training"

    def __init__(self, *, algorithm: Literal["xgboost", "logistic_regression"], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.algorithm = algorithm

    def _request(self, run: ModelRun) -> Mapping[str, Any]:
        from groundwork.spec.container_job import training_request

        return training_request(run, self.algorithm)

    def _result(self, run: ModelRun, engine: ContainerJobHook, job_id: str) -> str:  # noqa: ARG002
        return engine.artifact(job_id)


class TuneModelOperator(ContainerJobOperator):
    """Searches hyperparameters by training many models. Returns the address of the best one's ``model.tar.gz``."""

    engine_name = "tuning"

    def _request(self, run: ModelRun) -> Mapping[str, Any]:
        from groundwork.spec.container_job import tuning_request

        return tuning_request(run)

    def _result(self, run: ModelRun, engine: ContainerJobHook, job_id: str) -> str:  # noqa: ARG002
        return engine.artifact(job_id)


class EvaluateModelOperator(ContainerJobOperator):
    """Evaluates a trained model beside its baseline. Returns the address of the evaluation report.

    :param model: address of the model's ``model.tar.gz``; templated
    :param baseline: the baseline's; None where the model declares none; templated
    """

    engine_name = "processing"
    template_fields: Sequence[str] = ("run_uri", "model", "baseline")

    def __init__(self, *, model: str, baseline: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model = model
        self.baseline = baseline

    def _request(self, run: ModelRun) -> Mapping[str, Any]:
        from groundwork.spec.container_job import evaluation_request

        return evaluation_request(run, self.model, self.baseline)

    def _result(self, run: ModelRun, engine: ContainerJobHook, job_id: str) -> str:  # noqa: ARG002
        return run.report_uri("evaluate")

    def _report(self, run: ModelRun) -> str:
        return run.artefact_uri("evaluate", "page.html")


class TransformOperator(ContainerJobOperator):
    """Lets the serving version answer a file of requests. Returns the folder of the answers."""

    engine_name = "transform"

    def _request(self, run: ModelRun) -> Mapping[str, Any]:
        from groundwork.spec.container_job import transform_request

        return transform_request(run)

    def _result(self, run: ModelRun, engine: ContainerJobHook, job_id: str) -> str:  # noqa: ARG002
        return run.folder_uri("answers")


class ReportDriftOperator(ContainerJobOperator):
    """Draws the page that shows captured requests beside the examples. Returns its address."""

    engine_name = "processing"

    def _request(self, run: ModelRun) -> Mapping[str, Any]:
        from groundwork.spec.container_job import drift_report_request

        assert run.version is not None
        trained_by = run.model_copy(update={"prefix": run.version.version.training_run})
        return drift_report_request(run, f"{trained_by.folder_uri('examples')}train/")

    def _result(self, run: ModelRun, engine: ContainerJobHook, job_id: str) -> str:  # noqa: ARG002
        return self._report(run)

    def _report(self, run: ModelRun) -> str:
        return run.artefact_uri("report_drift", "page.html")
