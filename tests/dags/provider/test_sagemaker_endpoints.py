"""The amazon provider's endpoint operators and sensor, unchanged, against the sandbox."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tarfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from airflow.providers.amazon.aws.operators.sagemaker import (
    SageMakerEndpointConfigOperator,
    SageMakerEndpointOperator,
    SageMakerModelOperator,
)
from airflow.providers.amazon.aws.sensors.sagemaker import SageMakerEndpointSensor
from airflow.sdk.exceptions import TaskDeferred
from botocore.exceptions import WaiterError

from sandbox.launcher import Sandbox
from sandbox.settings import ACCOUNT_ID, REGION, REPOSITORY

IMAGE = f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/echo:1"
ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/serving"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox.temporary(tmp_path_factory.mktemp("provider")) as sandbox:
        folder = REPOSITORY / "tests" / "sandbox" / "sagemaker" / "images" / "echo"
        sandbox.ask("images", "PUT", {"address": IMAGE, "folder": str(folder), "python": sys.executable})
        yield sandbox


@pytest.fixture
def aws(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Points the operators at the sandbox, as the environment of a worker does."""
    for name, value in running.settings.client_environment().items():
        monkeypatch.setenv(name, value)
    return running


def model(name: str, **variables: str) -> dict[str, Any]:
    """A model's configuration, its archive uploaded."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo("name.txt")
        info.size = len(name)
        tar.addfile(info, io.BytesIO(name.encode()))
    s3 = boto3.client("s3")
    if not s3.list_buckets()["Buckets"]:
        s3.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="models", Key=f"{name}.tar.gz", Body=buffer.getvalue())
    container = {"Image": IMAGE, "ModelDataUrl": f"s3://models/{name}.tar.gz", "Environment": variables}
    return {"ModelName": name, "PrimaryContainer": container, "ExecutionRoleArn": ROLE}


def config(name: str, model_name: str) -> dict[str, Any]:
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": model_name,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": "1",
    }
    return {"EndpointConfigName": name, "ProductionVariants": [variant]}


def served(endpoint: str) -> str:
    answer = boto3.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint, Body=b"{}", ContentType="application/json"
    )
    return str(json.load(answer["Body"])["model"])


def operator(config: dict[str, Any], **more: Any) -> SageMakerEndpointOperator:
    return SageMakerEndpointOperator(
        task_id="endpoint", aws_conn_id=None, config=config, check_interval=1, max_ingestion_time=60, **more
    )


def test_an_endpoint_is_created_updated_and_created_again_as_an_update(aws: Sandbox) -> None:
    SageMakerModelOperator(task_id="model", aws_conn_id=None, config=model("one")).execute({})
    made = SageMakerEndpointConfigOperator(task_id="config", aws_conn_id=None, config=config("one", "one")).execute({})
    assert made["EndpointConfig"]["ProductionVariants"][0]["InitialInstanceCount"] == 1
    created = operator({"EndpointName": "lives", "EndpointConfigName": "one"}).execute({})
    assert created["Endpoint"]["EndpointStatus"] == "InService"
    assert served("lives") == "one"
    whole = {
        "Model": model("two"),
        "EndpointConfig": config("two", "two"),
        "Endpoint": {"EndpointName": "lives", "EndpointConfigName": "two"},
    }
    operator(whole, operation="update").execute({})
    assert served("lives") == "two"
    SageMakerEndpointConfigOperator(task_id="config", aws_conn_id=None, config=config("three", "one")).execute({})
    # the operator turns a creation of what is there into an update, by the wording of the error
    operator({"EndpointName": "lives", "EndpointConfigName": "three"}).execute({})
    assert served("lives") == "one"


def test_a_deferred_creation_is_resumed_when_the_endpoint_serves(aws: Sandbox) -> None:
    whole = {
        "Model": model("later"),
        "EndpointConfig": config("later", "later"),
        "Endpoint": {"EndpointName": "later", "EndpointConfigName": "later"},
    }
    task = operator(whole, deferrable=True)
    with pytest.raises(TaskDeferred) as deferred:
        task.execute({})

    async def event() -> Any:
        return await anext(aiter(deferred.value.trigger.run()))

    payload = asyncio.run(asyncio.wait_for(event(), 60)).payload
    told = task.execute_complete({}, payload)
    assert told["Endpoint"]["EndpointStatus"] == "InService"
    assert served("later") == "later"


def test_the_sensor_waits_for_service_and_fails_with_the_reason(aws: Sandbox) -> None:
    whole = {
        "Model": model("broken", SERVE="exit"),
        "EndpointConfig": config("broken", "broken"),
        "Endpoint": {"EndpointName": "broken", "EndpointConfigName": "broken"},
    }
    with pytest.raises(WaiterError, match="Failed"):
        operator(whole).execute({})
    sensor = SageMakerEndpointSensor(task_id="wait", aws_conn_id=None, endpoint_name="broken", poke_interval=1)
    with pytest.raises(Exception, match="the model does not load"):
        sensor.execute({})
    operator({"EndpointName": "sensed", "EndpointConfigName": "one"}, wait_for_completion=False).execute({})
    SageMakerEndpointSensor(
        task_id="wait", aws_conn_id=None, endpoint_name="sensed", poke_interval=1, timeout=60
    ).execute({})
    assert served("sensed") == "one"
