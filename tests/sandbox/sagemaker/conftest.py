"""A sandbox with images and a bucket, and jobs on it through boto3 alone."""

from __future__ import annotations

import io
import json
import tarfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from sandbox.launcher import Sandbox
from sandbox.settings import REGION

IMAGES = Path(__file__).parent / "images"
REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
TRAINER = f"{REGISTRY}/trainer:1"
PROCESSOR = f"{REGISTRY}/processor:1"
SERVER = f"{REGISTRY}/server:1"
ROLE = "arn:aws:iam::123456789012:role/model-training"
BUCKET = "models"
ENDED = ("Completed", "Failed", "Stopped")
RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
AUC = {"Name": "validation:auc", "Regex": r"auc=([0-9.]+);"}
LOSS = {"Name": "loss", "Regex": r"loss: ([0-9.e-]+)"}


class Jobs:
    """SageMaker jobs on one sandbox."""

    def __init__(self, sandbox: Sandbox):
        self.sandbox = sandbox
        self.s3, self.sagemaker, self.logs = (self.client(name) for name in ("s3", "sagemaker", "logs"))

    def client(self, service: str) -> Any:
        variables = self.sandbox.settings.client_environment()
        return boto3.Session().client(
            service,
            endpoint_url=self.sandbox.settings.endpoint,
            region_name=REGION,
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}),
        )

    def make_bucket(self) -> None:
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})

    def put(self, key: str, body: str | bytes) -> str:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"s3://{BUCKET}/{key}"

    def read(self, address: str) -> bytes:
        bucket, _, key = address.removeprefix("s3://").partition("/")
        body: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def keys(self, prefix: str) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [each["Key"].removeprefix(prefix) for each in found]

    def archive(self, address: str) -> dict[str, bytes]:
        """The files of a .tar.gz."""
        with tarfile.open(fileobj=io.BytesIO(self.read(address)), mode="r:gz") as packed:
            files = {each.name: packed.extractfile(each) for each in packed.getmembers() if each.isfile()}
            return {name: file.read() for name, file in files.items() if file}

    def training(self, order: str = "report", **more: Any) -> dict[str, Any]:
        """The members of a CreateTrainingJob.

        :param more: over the usual ones; ``hyperparameters`` beside the order
        """
        hyperparameters = {"order": order, **more.pop("hyperparameters", {})}
        return {
            "TrainingJobName": f"job-{uuid.uuid4().hex[:12]}",
            "AlgorithmSpecification": {
                "TrainingImage": TRAINER,
                "TrainingInputMode": "File",
                "MetricDefinitions": [AUC, LOSS],
            },
            "HyperParameters": hyperparameters,
            "RoleArn": ROLE,
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/artifacts"},
            "ResourceConfig": RESOURCES,
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            **more,
        }

    def train(self, order: str = "report", **more: Any) -> str:
        request = self.training(order, **more)
        self.sagemaker.create_training_job(**request)
        return str(request["TrainingJobName"])

    def describe(self, kind: str, name: str) -> dict[str, Any]:
        kinds = {"Training": "training_job", "Processing": "processing_job", "Transform": "transform_job"}
        kinds["HyperParameterTuning"] = "hyper_parameter_tuning_job"
        found: dict[str, Any] = getattr(self.sagemaker, f"describe_{kinds[kind]}")(**{f"{kind}JobName": name})
        return found

    def wait(self, kind: str, name: str, *states: str, seconds: float = 40) -> dict[str, Any]:
        """The job in one of the states (ended unless named)."""
        end = time.monotonic() + seconds
        while (found := self.describe(kind, name))[f"{kind}JobStatus"] not in (states or ENDED):
            assert found[f"{kind}JobStatus"] not in ENDED, found
            assert time.monotonic() < end, found
            time.sleep(0.03)
        return found

    def output(self, kind: str, name: str, stream: str = "stdout") -> str:
        file = self.sandbox.settings.sagemaker / kind.lower() / name / stream
        return file.read_text() if file.exists() else ""

    def told(self, job: dict[str, Any]) -> Any:
        """What the training program was given."""
        return json.loads(self.archive(job["ModelArtifacts"]["S3ModelArtifacts"])["told.json"])


def until(true: Callable[[], Any], seconds: float = 20) -> Any:
    """What the condition gave as soon as it holds."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)
    return value


def make_jobs(sandbox: Sandbox) -> Jobs:
    for address in (TRAINER, PROCESSOR, SERVER):
        sandbox.push_image(address, IMAGES / address.split("/")[1].split(":")[0])
    jobs = Jobs(sandbox)
    jobs.make_bucket()
    return jobs


@pytest.fixture(scope="session")
def jobs(sandbox: Sandbox) -> Iterator[Jobs]:
    """Jobs on the session's sandbox."""
    made = make_jobs(sandbox)
    yield made
    sandbox.ask("job-faults", "DELETE")


@pytest.fixture
def fresh_jobs(fresh_sandbox: Sandbox) -> Jobs:
    """Jobs on a sandbox of the test's own."""
    return make_jobs(fresh_sandbox)
