"""Training, tuning, processing and transform jobs on SageMaker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook
from botocore.exceptions import ClientError

from groundwork.hooks.aws_retries import retrying
from groundwork.hooks.job_engine import ContainerJob, EngineError, JobIdentity, JobState
from groundwork.hooks.spark_job import tag_values
from groundwork.spec.environment import Environment
from groundwork.spec.uri import web_address

PHASES = {"Completed": "succeeded", "Failed": "failed", "Stopped": "cancelled"}


@dataclass(frozen=True)
class JobKind:
    """How SageMaker's API names a kind of job.

    :param action: last part of the client's methods: ``create_<action>``, ``describe_<action>``, ``stop_<action>``
    :param name: parameter that holds the job's name
    :param status: field that holds its state
    :param log_group: CloudWatch log group of its containers; None where only the jobs under it have logs
    :param page: the job's part of the console's address
    """

    action: str
    name: str
    status: str
    log_group: str | None
    page: str


KINDS: dict[ContainerJob, JobKind] = {
    "training": JobKind("training_job", "TrainingJobName", "TrainingJobStatus", "/aws/sagemaker/TrainingJobs", "jobs"),
    "tuning": JobKind(
        "hyper_parameter_tuning_job",
        "HyperParameterTuningJobName",
        "HyperParameterTuningJobStatus",
        None,
        "hyper-tuning-jobs",
    ),
    "processing": JobKind(
        "processing_job",
        "ProcessingJobName",
        "ProcessingJobStatus",
        "/aws/sagemaker/ProcessingJobs",
        "processing-jobs",
    ),
    "transform": JobKind(
        "transform_job", "TransformJobName", "TransformJobStatus", "/aws/sagemaker/TransformJobs", "transform-jobs"
    ),
}


class ContainerJobHook(SageMakerHook):
    """One kind of SageMaker job as an engine. A job's id is its name, which stands for one job for ever.

    :param environment: names region and where people see jobs
    :param kind: which jobs
    """

    def __init__(self, environment: Environment, kind: ContainerJob) -> None:
        super().__init__(aws_conn_id=None, region_name=environment.region, config=retrying())  # type: ignore[no-untyped-call]
        self._environment = environment
        self._name: ContainerJob = kind
        self._kind = KINDS[kind]

    def start(self, identity: JobIdentity, request: Mapping[str, Any]) -> str:
        """Start a job, or find the one that was started under the same name.

        :param request: of the API's Create call, without name and tags
        :return: its name
        :raises EngineError: a quota of the account does not allow it
        """
        kind = self._kind
        tags = [{"Key": name, "Value": value} for name, value in tag_values(identity.tags).items()]
        try:
            self._call("create", **{kind.name: identity.name, "Tags": tags}, **request)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ResourceLimitExceeded":
                raise EngineError(
                    f"SageMaker does not start {identity.name}: {error.response['Error']['Message']} Ask for a larger "
                    "quota, choose another instanceType in the model's file, or wait for other jobs to end"
                ) from error
            if code != "ResourceInUse" or self._described(identity.name) is None:
                raise
        return identity.name

    def find(self, name: str) -> str | None:
        """See :class:`groundwork.hooks.job_engine.JobEngine`."""
        return name if self.state(name).phase == "running" else None

    def state(self, job_id: str) -> JobState:
        """See :class:`groundwork.hooks.job_engine.JobEngine`."""
        answer = self._described(job_id)
        if answer is None:
            return JobState("failed", "UNKNOWN", f"SageMaker does not know job {job_id}")
        return read_state(self._kind, answer)

    def cancel(self, job_id: str) -> None:
        """See :class:`groundwork.hooks.job_engine.JobEngine`."""
        try:
            self._call("stop", **{self._kind.name: job_id})
        except ClientError as error:
            # A job that ends at the same moment cannot be stopped any more.
            if self.state(job_id).phase == "running":
                raise EngineError(f"job {job_id} was not stopped: {error}") from error

    def tail(self, job_id: str, lines: int) -> list[str]:
        """See :class:`groundwork.hooks.job_engine.JobEngine`."""
        group = self._kind.log_group
        if group is None:
            return self._children(job_id)
        logs: Any = AwsBaseHook(
            aws_conn_id=None, client_type="logs", region_name=self._environment.region, config=retrying()
        ).conn
        kept: list[str] = []
        try:
            streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{job_id}/")["logStreams"]
            for stream in streams:
                answer = logs.get_log_events(
                    logGroupName=group, logStreamName=stream["logStreamName"], limit=lines, startFromHead=False
                )
                kept += [event["message"] for event in answer["events"]]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return kept[-lines:]

    def job_url(self, job_id: str) -> str:
        """Where a person sees the job."""
        environment = self._environment
        return web_address(
            environment.container_job_url,
            region=environment.region,
            kind=self._name,
            page=self._kind.page,
            job=job_id,
        )

    def artifact(self, job_id: str) -> str:
        """Address of the ``model.tar.gz`` that a training job left; of a tuning job, its best training job's.

        :raises EngineError: it has left none
        """
        answer = self._described(job_id) or {}
        if self._kind is KINDS["tuning"]:
            best = answer.get("BestTrainingJob", {}).get("TrainingJobName")
            if best is None:
                raise EngineError(f"tuning job {job_id} has no best training job: none of its jobs gave the metric")
            answer = self._sagemaker.describe_training_job(TrainingJobName=best)
        uri = answer.get("ModelArtifacts", {}).get("S3ModelArtifacts")
        if uri is None:
            raise EngineError(f"job {job_id} has left no model")
        return str(uri)

    def _children(self, job_id: str) -> list[str]:
        pages = self._sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
            HyperParameterTuningJobName=job_id
        )
        found = []
        for child in (each for page in pages for each in page["TrainingJobSummaries"]):
            metric = child.get("FinalHyperParameterTuningJobObjectiveMetric", {})
            figure = f", {metric['MetricName']} {metric['Value']:.5f}" if metric else ""
            tuned = ", ".join(f"{name}={value}" for name, value in sorted(child["TunedHyperParameters"].items()))
            found.append(f"{child['TrainingJobName']} is {child['TrainingJobStatus']}{figure}: {tuned}")
        return found

    def _described(self, job_id: str) -> dict[str, Any] | None:
        try:
            answer: dict[str, Any] = self._call("describe", **{self._kind.name: job_id})
        except ClientError as error:
            # Some kinds answer one, some the other.
            missing = error.response["Error"]["Code"] in ("ResourceNotFound", "ValidationException")
            if missing and "not" in error.response["Error"]["Message"].lower():
                return None
            raise
        return answer

    def _call(self, verb: str, **arguments: Any) -> Any:
        return getattr(self._sagemaker, f"{verb}_{self._kind.action}")(**arguments)

    @property
    def _sagemaker(self) -> Any:
        return self.conn


def read_state(kind: JobKind, answer: Mapping[str, Any]) -> JobState:
    """The state that a Describe call answers."""
    word = answer[kind.status]
    detail = answer.get("FailureReason") or answer.get("ExitMessage") or ""
    if word == "Stopped" and answer.get("SecondaryStatus") == "MaxRuntimeExceeded":
        detail = "it took longer than maximumMinutes of the model's file"
    return JobState(PHASES.get(word, "running"), word, detail)  # type: ignore[arg-type]
