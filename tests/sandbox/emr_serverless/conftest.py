"""A bucket for code and data, applications, and a way to run a script as a job run and wait for what becomes of it."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from sandbox.launcher import Sandbox
from sandbox.settings import REGION, REPOSITORY, Settings

__all__ = ["REPOSITORY", "Jobs", "alive", "application", "jobs", "make_jobs", "until"]

BUCKET = "jobs"
ROLE = "arn:aws:iam::123456789012:role/job"
TERMINAL = ("SUCCESS", "FAILED", "CANCELLED")
LAKE = {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.lake.type": "glue",
    "spark.sql.catalog.lake.warehouse": f"s3://{BUCKET}/warehouse",
    "spark.sql.catalog.lake.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
    "spark.sql.session.timeZone": "UTC",
}


class Jobs:
    """Job runs on one sandbox, through boto3 alone."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.s3, self.emr, self.logs = (self.client(name) for name in ("s3", "emr-serverless", "logs"))

    def client(self, service: str) -> Any:
        variables = self.settings.client_environment()
        return boto3.Session().client(
            service,
            endpoint_url=self.settings.endpoint,
            region_name=REGION,
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        )

    def application(self, **settings: Any) -> str:
        settings = {"name": "test", "releaseLabel": "emr-spark-8.0.0", "type": "SPARK", **settings}
        return str(self.emr.create_application(**settings)["applicationId"])

    def put(self, content: str | bytes, suffix: str = ".py") -> str:
        key = f"code/{uuid.uuid4().hex}{suffix}"
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        return f"s3://{BUCKET}/{key}"

    def request(self, application: str, script: str, *arguments: str, submit: str = "", **more: Any) -> dict[str, Any]:
        driver: dict[str, Any] = {"entryPoint": self.put(script), "entryPointArguments": list(arguments)}
        if submit:
            driver["sparkSubmitParameters"] = submit
        return {
            "applicationId": application,
            "executionRoleArn": ROLE,
            "jobDriver": {"sparkSubmit": driver},
            **more,
        }

    def start(self, application: str, script: str, *arguments: str, submit: str = "", **more: Any) -> str:
        return str(
            self.emr.start_job_run(**self.request(application, script, *arguments, submit=submit, **more))["jobRunId"]
        )

    def get(self, application: str, run: str) -> dict[str, Any]:
        found: dict[str, Any] = self.emr.get_job_run(applicationId=application, jobRunId=run)["jobRun"]
        return found

    def wait(self, application: str, run: str, *states: str, seconds: float = 60) -> dict[str, Any]:
        """The run in one of the states (any terminal one unless named)."""
        until = time.monotonic() + seconds
        while (found := self.get(application, run))["state"] not in (states or TERMINAL):
            assert found["state"] not in TERMINAL, found
            assert time.monotonic() < until, found
            time.sleep(0.05)
        return found

    def folder(self, run: str) -> Path:
        return self.settings.jobs / run

    def output(self, run: str, stream: str = "stdout") -> str:
        return (self.folder(run) / stream).read_text()


def make_jobs(settings: Settings) -> Jobs:
    jobs = Jobs(settings)
    # Moto in this process keeps its buckets from one test to the next.
    with contextlib.suppress(jobs.s3.exceptions.BucketAlreadyOwnedByYou):
        jobs.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return jobs


def until(true: Callable[[], Any], seconds: float = 20) -> Any:
    """What the condition gave as soon as it holds."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)
    return value


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jobs]:
    with Sandbox.temporary(tmp_path_factory.mktemp("jobs")) as running:
        yield make_jobs(running.settings)


@pytest.fixture(scope="module")
def application(jobs: Jobs) -> str:
    return jobs.application()
