"""Spark jobs on EMR Serverless."""

from __future__ import annotations

import re
import zlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from airflow.providers.amazon.aws.hooks.emr import EmrServerlessHook
from botocore.exceptions import ClientError

from groundwork.hooks.aws_retries import retrying
from groundwork.hooks.job_engine import EngineError, JobIdentity, JobState
from groundwork.spec.environment import Environment
from groundwork.spec.uri import object_url, web_address

if TYPE_CHECKING:
    from groundwork.spec.model_run import ModelJobSpec
    from groundwork.spec.run import JobSpec

PHASES = {"SUCCESS": "succeeded", "FAILED": "failed", "CANCELLED": "cancelled"}
UNFINISHED = ("SUBMITTED", "PENDING", "SCHEDULED", "QUEUED", "RUNNING")
STREAMS = ("stdout", "stderr")
CHUNK = 1_000_000


@dataclass(frozen=True)
class JobStart:
    """What the engine is asked to run.

    :param role: IAM role that the job runs under
    :param entry_point: ``s3://`` address of the script
    :param archive: ``s3://`` address of the zip that it imports
    :param arguments: the script's arguments
    """

    identity: JobIdentity
    role: str
    entry_point: str
    archive: str
    arguments: tuple[str, ...]


class SparkJobHook(EmrServerlessHook):
    """The environment's EMR Serverless application as a Spark engine.

    :param environment: names application, timeout and the bucket for logs
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(aws_conn_id=None, region_name=environment.region, config=retrying())
        self._environment = environment

    @cached_property
    def application_id(self) -> str:
        """Id of the application that the environment names.

        :raises EngineError: there is none, or more than one
        """
        name = self._environment.engine.application
        pages = self._emr.get_paginator("list_applications").paginate()
        found = [
            application["id"]
            for page in pages
            for application in page["applications"]
            if application["name"] == name and application["state"] != "TERMINATED"
        ]
        if len(found) == 1:
            return str(found[0])
        if not found:
            raise EngineError(
                f"EMR Serverless has no application {name!r} in {self._environment.region}. "
                "On a laptop: make up; on AWS: deploy the infrastructure, or mend engine.application of the environment"
            )
        raise EngineError(f"{len(found)} EMR Serverless applications are named {name!r} ({found}); delete all but one")

    def start(self, job: JobStart) -> str:
        """Start a job, or find the one that was started with the same token.

        :return: the engine's id of it
        """
        self._start_application()
        engine = self._environment.engine
        answer = self._emr.start_job_run(
            applicationId=self.application_id,
            clientToken=job.identity.token,
            name=job.identity.name,
            executionRoleArn=job.role,
            jobDriver={
                "sparkSubmit": {
                    "entryPoint": job.entry_point,
                    "entryPointArguments": list(job.arguments),
                    "sparkSubmitParameters": f"--py-files {job.archive}",
                }
            },
            configurationOverrides={
                "monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": self._log_uri}}
            },
            executionTimeoutMinutes=engine.execution_timeout_minutes,
            tags=tag_values(job.identity.tags),
        )
        return str(answer["jobRunId"])

    def find(self, name: str) -> str | None:
        """See :class:`groundwork.hooks.job_engine.JobEngine`."""
        pages = self._emr.get_paginator("list_job_runs").paginate(
            applicationId=self.application_id, states=list(UNFINISHED)
        )
        return next((str(run["id"]) for page in pages for run in page["jobRuns"] if run.get("name") == name), None)

    def state(self, job_id: str) -> JobState:
        """See :class:`groundwork.hooks.job_engine.JobEngine`."""
        try:
            answer = self._emr.get_job_run(applicationId=self.application_id, jobRunId=job_id)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return JobState("failed", "UNKNOWN", f"the engine does not know job {job_id}")
        return read_state(answer)

    def cancel(self, job_id: str) -> None:
        """See :class:`groundwork.hooks.job_engine.JobEngine`."""
        try:
            self._emr.cancel_job_run(applicationId=self.application_id, jobRunId=job_id)
        except ClientError as error:
            # A job that ends at the same moment cannot be cancelled any more.
            if self.state(job_id).phase == "running":
                raise EngineError(f"job {job_id} was not cancelled: {error}") from error

    def tail(self, job_id: str, lines: int) -> list[str]:
        """See :class:`groundwork.hooks.job_engine.JobEngine`."""
        kept: list[str] = []
        for stream in STREAMS:
            last = self._last_lines(f"{self._log_key(job_id)}{stream}.gz", lines)
            kept += [f"--- driver's {stream}", *last] if last else []
        return kept

    def job_url(self, job_id: str) -> str:
        """Where a person sees the job."""
        environment = self._environment
        if environment.job_url:
            names = {"region": environment.region, "application": self.application_id, "job": job_id}
            return web_address(environment.job_url, **names)
        log = f"s3://{environment.bucket('evidence')}/{self._log_key(job_id)}stdout.gz"
        return object_url(environment.object_url, environment.region, log)

    @property
    def _log_uri(self) -> str:
        return f"s3://{self._environment.bucket('evidence')}/logs/"

    def _log_key(self, job_id: str) -> str:
        return f"logs/applications/{self.application_id}/jobs/{job_id}/SPARK_DRIVER/"

    def _start_application(self) -> None:
        """Start an application that does not start by itself."""
        application = self._emr.get_application(applicationId=self.application_id)["application"]
        if application["state"] == "STARTED" or application.get("autoStartConfiguration", {}).get("enabled", True):
            return
        self.log.info("starting application %s, which is %s", self.application_id, application["state"])
        self._emr.start_application(applicationId=self.application_id)
        waiter = self.get_waiter("serverless_app_started")
        waiter.wait(applicationId=self.application_id, WaiterConfig={"Delay": 5, "MaxAttempts": 60})

    def _last_lines(self, key: str, lines: int) -> list[str]:
        """The last lines of a gzip object, read as a stream; none where it is not there yet."""
        region = self._environment.region
        client: Any = AwsBaseHook(aws_conn_id=None, client_type="s3", region_name=region, config=retrying()).conn
        try:
            body = client.get_object(Bucket=self._environment.bucket("evidence"), Key=key)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "NoSuchBucket"):
                return []
            raise
        return last_lines(body.iter_chunks(CHUNK), lines)

    @property
    def _emr(self) -> Any:
        return self.conn


def job_start(spec: JobSpec | ModelJobSpec, identity: JobIdentity) -> JobStart:
    """What the engine is asked for so that a spec is carried out.

    :raises EngineError: the environment has no role for the stages
    """
    run = spec.run
    artifacts = run.environment.bucket("artifacts")
    return JobStart(
        identity=identity,
        role=_role(spec),
        entry_point=f"s3://{artifacts}/{run.bundle.entry_point}",
        archive=f"s3://{artifacts}/{run.bundle.archive}",
        arguments=("--spec", spec.uri),
    )


def _role(spec: JobSpec | ModelJobSpec) -> str:
    """Role of the job: that of its stages together, which may do what they need and no more."""
    environment, wanted = spec.run.environment, "_and_".join(spec.stages)
    for name, arn in environment.execution_roles.items():
        if name == wanted:
            return arn
    raise EngineError(f"environment {environment.name!r} has no role for {wanted}; add it to executionRoles")


def read_state(answer: Mapping[str, Any]) -> JobState:
    """The state that GetJobRun answers."""
    run = answer["jobRun"]
    return JobState(PHASES.get(run["state"], "running"), run["state"], run.get("stateDetails", ""))  # type: ignore[arg-type]


def tag_values(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags as AWS takes them: at most 256 of certain characters, others become ``_``."""
    return {name: re.sub(r"[^A-Za-z0-9 /_.:=+@-]", "_", value)[:256] for name, value in tags.items()}


def last_lines(chunks: Any, lines: int) -> list[str]:
    """The last lines of a gzip stream, in memory for no more than them.

    :param chunks: the compressed bytes, in pieces
    """
    kept: deque[bytes] = deque(maxlen=lines)
    rest = b""
    inflate = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        *whole, rest = (rest + inflate.decompress(chunk)).split(b"\n")
        kept.extend(whole)
    if rest:
        kept.append(rest)
    return [line.decode("utf-8", "replace") for line in kept]
