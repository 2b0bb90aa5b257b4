"""InvokeEndpoint: what goes through, what comes back, and how failures look."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.launcher import SandboxError

from .conftest import ACCOUNT_ID, REGION, Endpoints

NAME = "asked"


@pytest.fixture(scope="module")
def asked(endpoints: Endpoints) -> Endpoints:
    endpoints.model(NAME)
    endpoints.create(NAME, {NAME: 1})
    return endpoints


@pytest.fixture(autouse=True)
def room(endpoints: Endpoints) -> Iterator[None]:
    """The endpoint stays for all tests of this module; no fault does."""
    yield
    endpoints.sandbox.ask("faults", "DELETE")


def failure(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_headers_and_body_pass_both_ways(asked: Endpoints) -> None:
    told = asked.ask(NAME, {"x": 1}, CustomAttributes="trace=7", InferenceId="f-1", Accept="application/json")
    headers = {name.lower(): value for name, value in told["headers"].items()}
    assert headers["content-type"] == "application/json"
    assert headers["accept"] == "application/json"
    assert headers["x-amzn-sagemaker-custom-attributes"] == "trace=7"
    assert headers["x-amzn-sagemaker-inference-id"] == "f-1"
    assert not [name for name in headers if name in ("authorization", "x-amz-date")]
    body = bytes(range(256)) * 1000
    answer = asked.runtime.invoke_endpoint(
        EndpointName=NAME, Body=body, ContentType="application/octet-stream", Accept="image/x-any", CustomAttributes="a"
    )
    assert answer["Body"].read() == body
    assert answer["ContentType"] == "image/x-any"
    assert answer["InvokedProductionVariant"] == NAME
    assert answer["CustomAttributes"] == "from the model"


@pytest.mark.parametrize(("status", "who"), [(400, "client"), (422, "client"), (500, "server"), (302, "server")])
def test_a_model_that_refuses_is_a_model_error(asked: Endpoints, status: int, who: str) -> None:
    with pytest.raises(ClientError, match=rf"Received {who} error \({status}\) from primary with message") as broken:
        asked.ask(NAME, {"status": status})
    assert failure(broken) == ("ModelError", 424)
    response: dict[str, Any] = broken.value.response
    assert response["OriginalStatusCode"] == status
    assert '"status": ' in response["OriginalMessage"]
    group = f"arn:aws:logs:{REGION}:{ACCOUNT_ID}:log-group:/aws/sagemaker/Endpoints/{NAME}"
    assert response["LogStreamArn"] == group


def test_an_endpoint_of_another_region_is_not_found(asked: Endpoints) -> None:
    settings = asked.sandbox.settings
    there = boto3.client(
        "sagemaker-runtime",
        endpoint_url=settings.endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIASANDBOXSANDBOX00",
        aws_secret_access_key="sandbox",
    )
    with pytest.raises(ClientError, match=f"Endpoint {NAME} of account {ACCOUNT_ID} not found") as gone:
        there.invoke_endpoint(EndpointName=NAME, Body=b"")
    assert failure(gone) == ("ValidationError", 400)


def test_a_body_has_a_largest_size(asked: Endpoints) -> None:
    largest = 25 * 1024 * 1024
    answer = asked.runtime.invoke_endpoint(EndpointName=NAME, Body=b"x" * largest, ContentType="text/csv")
    assert len(answer["Body"].read()) == largest
    with pytest.raises(ClientError, match="26214400") as large:
        asked.runtime.invoke_endpoint(EndpointName=NAME, Body=b"x" * (largest + 1), ContentType="text/csv")
    assert failure(large) == ("ValidationError", 400)


@pytest.mark.parametrize(
    "more", [{"TargetModel": "a.tar.gz"}, {"EnableExplanations": "`true`"}, {"SessionId": "NEW_SESSION"}]
)
def test_what_is_not_done_says_so(asked: Endpoints, more: dict[str, str]) -> None:
    with pytest.raises(ClientError, match=next(iter(more))) as lacking:
        asked.ask(NAME, **more)
    assert failure(lacking) == ("NotInSandbox", 501)


def test_streams_and_asynchronous_calls_are_not_in_the_sandbox(asked: Endpoints) -> None:
    with pytest.raises(ClientError) as stream:
        asked.runtime.invoke_endpoint_with_response_stream(EndpointName=NAME, Body=b"")
    assert failure(stream) == ("NotInSandbox", 501)
    with pytest.raises(ClientError) as later:
        asked.runtime.invoke_endpoint_async(EndpointName=NAME, InputLocation="s3://x/y")
    assert failure(later) == ("NotInSandbox", 501)


def test_faults_hit_it_as_any_call(asked: Endpoints) -> None:
    wanted = {"service": "sagemaker-runtime", "action": "InvokeEndpoint"}
    for kind, code in (("throttle", ("ThrottlingException", 400)), ("fail", ("InternalError", 500))):
        asked.sandbox.ask("faults", "POST", {**wanted, "kind": kind})
        with pytest.raises(ClientError) as hit:
            asked.ask(NAME)
        assert failure(hit) == code
    asked.sandbox.ask("faults", "POST", {**wanted, "kind": "slow", "seconds": 1.0})
    started = time.monotonic()
    asked.ask(NAME)
    assert time.monotonic() - started >= 1.0


def test_calls_are_counted(asked: Endpoints) -> None:
    asked.sandbox.ask("requests", "DELETE")
    for _ in range(3):
        asked.ask(NAME)
    assert asked.sandbox.ask("requests") == {"sagemaker-runtime": {"InvokeEndpoint": 3}}


def test_a_wrong_setting_of_the_page_is_refused_by_field(asked: Endpoints) -> None:

    for wanted, said in (
        ({"seed": "x"}, "seed"),
        ({"startup_seconds": -1}, "startup_seconds"),
        ({"other": 1}, "other"),
    ):
        with pytest.raises(SandboxError, match=said):
            asked.sandbox.ask("endpoints", "POST", wanted)
