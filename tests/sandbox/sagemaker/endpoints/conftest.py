"""A sandbox with the image of the echo server, models of it, and a way to make, ask and wait for endpoints."""

from __future__ import annotations

import io
import json
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from sandbox.launcher import Sandbox
from sandbox.settings import ACCOUNT_ID, REGION

__all__ = ["Endpoints", "endpoints", "until"]

BUCKET = "serving"
IMAGE = f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/echo:1"
FOLDER = Path(__file__).parents[1] / "images" / "echo"
CAPTURE = {
    "InitialSamplingPercentage": 100,
    "DestinationS3Uri": f"s3://{BUCKET}/captures",
    "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
    "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"], "JsonContentTypes": ["application/json"]},
}
SETTLED = ("InService", "Failed")


class Endpoints:
    """Endpoints of one sandbox, through boto3 alone."""

    def __init__(self, sandbox: Sandbox):
        self.sandbox = sandbox
        self.sagemaker, self.s3, self.logs = (self.client(name) for name in ("sagemaker", "s3", "logs"))
        self.runtime = self.client("sagemaker-runtime", max_pool_connections=30, retries={"total_max_attempts": 1})

    def client(self, service: str, **options: Any) -> Any:
        variables = self.sandbox.settings.client_environment()
        return boto3.client(
            service,
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            region_name=REGION,
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            config=Config(**{"read_timeout": 90, **options}),
        )

    def model(self, name: str, *, image: str = IMAGE, data: bytes | None = None, **variables: str) -> str:
        """A model that tells its name; ``variables`` are its container's."""
        self.s3.put_object(Bucket=BUCKET, Key=f"models/{name}.tar.gz", Body=packed(name) if data is None else data)
        container = {"Image": image, "ModelDataUrl": f"s3://{BUCKET}/models/{name}.tar.gz", "Environment": variables}
        role = f"arn:aws:iam::{ACCOUNT_ID}:role/serving"
        self.sagemaker.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=role)
        return name

    def config(self, name: str, weights: dict[str, float], **more: Any) -> str:
        """A configuration of one variant a model, named after it."""
        variants = [{**variant(model), "InitialVariantWeight": weight} for model, weight in weights.items()]
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants, **more)
        return name

    def create(self, name: str, weights: dict[str, float], **more: Any) -> dict[str, Any]:
        """An endpoint, settled; its configuration has its name."""
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=self.config(name, weights, **more))
        return self.settled(name)

    def describe(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=name)
        return found

    def settled(self, name: str, seconds: float = 60) -> dict[str, Any]:
        return until(lambda: (found := self.describe(name))["EndpointStatus"] in SETTLED and found, seconds)

    def ask(self, name: str, asked: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """What the echo server tells."""
        body = json.dumps(asked or {})
        answer = self.runtime.invoke_endpoint(EndpointName=name, Body=body, ContentType="application/json", **more)
        told: dict[str, Any] = json.load(answer["Body"])
        return told

    def captured(self, endpoint: str) -> list[dict[str, Any]]:
        """The captured lines, in no particular order."""
        pages = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=f"captures/{endpoint}/").get("Contents", [])
        bodies = [self.s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read() for each in pages]
        return [json.loads(line) for body in bodies for line in body.splitlines()]

    def page(self) -> dict[str, Any]:
        found: dict[str, Any] = self.sandbox.ask("endpoints")["endpoints"]
        return found


def variant(model: str, **more: Any) -> dict[str, Any]:
    return {
        "VariantName": model,
        "ModelName": model,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
        **more,
    }


def packed(name: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo("name.txt")
        info.size = len(name)
        tar.addfile(info, io.BytesIO(name.encode()))
    return buffer.getvalue()


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


def make_endpoints(sandbox: Sandbox) -> Endpoints:
    made = Endpoints(sandbox)
    made.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    push = {"address": IMAGE, "folder": str(FOLDER), "python": sys.executable}
    sandbox.ask("images", "PUT", push)
    return made


@pytest.fixture(scope="module")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    with Sandbox.temporary(tmp_path_factory.mktemp("endpoints")) as running:
        yield make_endpoints(running)


@pytest.fixture(autouse=True)
def room(request: pytest.FixtureRequest) -> Iterator[None]:
    """Take down what a test leaves, so that the next one finds room for its servers."""
    yield
    if "endpoints" in request.fixturenames:
        shared: Endpoints = request.getfixturevalue("endpoints")
        left = [each["EndpointName"] for each in shared.sagemaker.list_endpoints(MaxResults=100)["Endpoints"]]
        for name in left:
            shared.settled(name)
            shared.sagemaker.delete_endpoint(EndpointName=name)
        until(lambda: not shared.sagemaker.list_endpoints()["Endpoints"])
