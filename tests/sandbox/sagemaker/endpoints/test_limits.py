"""How long a model may think, with the minute made short: a runtime in this process, on moto's own server."""

from __future__ import annotations

import json
import logging
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from sandbox.clients import own_client
from sandbox.images.registry import ImageRegistry
from sandbox.sagemaker.endpoints.limits import EndpointLimits
from sandbox.sagemaker.endpoints.records import Deployment, Endpoint, ServedModel, Variant
from sandbox.sagemaker.endpoints.runtime import EndpointRuntime
from sandbox.sagemaker.models import SageMakerBackend
from sandbox.services import Call
from sandbox.settings import ACCOUNT_ID, REGION, Settings

from .conftest import FOLDER, IMAGE, alive, packed, until

CALL = Call("sagemaker-runtime", "InvokeEndpoint", "rest-json")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield Settings(home=tmp_path, port=port)
    server.stop()


def make(settings: Settings, limits: EndpointLimits) -> tuple[EndpointRuntime, Endpoint]:
    s3 = own_client(settings, "s3")
    bucket = f"limits-{settings.port}"  # moto's state outlives its server
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=bucket, Key="m.tar.gz", Body=packed("m"))
    images = ImageRegistry(settings.images)
    images.push(IMAGE, FOLDER, Path(sys.executable))
    backend = SageMakerBackend(REGION, ACCOUNT_ID)
    variant = Variant("only", ServedModel("m", IMAGE, f"s3://{bucket}/m.tar.gz"), 1.0, 1)
    record = Endpoint("quick", "arn", REGION, Deployment("c", (variant,), None))
    backend.endpoints.put(record)
    runtime = EndpointRuntime(settings, images, lambda: iter([backend]), limits)
    runtime.start()
    until(lambda: record.status == "InService")
    return runtime, record


def ask(runtime: EndpointRuntime, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    environ = {"PATH_INFO": "/endpoints/quick/invocations", "CONTENT_TYPE": "application/json"}
    answer = runtime.answer(CALL, environ, json.dumps(asked).encode())
    return answer.status, json.loads(answer.body)


def test_a_model_that_thinks_too_long_is_a_model_error(settings: Settings) -> None:
    runtime, _ = make(settings, EndpointLimits(invoke_seconds=0.5))
    started = time.monotonic()
    status, told = ask(runtime, {"sleep": 20})
    assert time.monotonic() - started < 5
    assert status == 424
    assert (told["OriginalStatusCode"], "within 0.5 seconds" in told["OriginalMessage"]) == (0, True)
    assert ask(runtime, {})[0] == 200
    runtime.stop()


def test_restarts_are_counted_anew_after_a_time_of_good_health(settings: Settings) -> None:
    runtime, record = make(settings, EndpointLimits(restarts=1, steady_seconds=0.5))
    pids = [ask(runtime, {})[1]["pid"]]
    for _ in range(3):
        time.sleep(0.7)
        assert ask(runtime, {"exit": 1})[0] == 424
        until(lambda: ask(runtime, {})[1].get("pid", pids[-1]) != pids[-1])
        pids.append(ask(runtime, {})[1]["pid"])
    assert ask(runtime, {"exit": 1})[0] == 424
    until(lambda: not runtime.running(record))
    time.sleep(1.5)
    assert runtime.running(record) == set()
    assert ask(runtime, {})[0] == 503
    runtime.stop()


def test_a_server_that_will_not_end_is_killed(settings: Settings) -> None:
    runtime, _ = make(settings, EndpointLimits(grace_seconds=0.5))
    pid = ask(runtime, {"ignore_sigterm": True})[1]["pid"]
    started = time.monotonic()
    runtime.stop()
    assert time.monotonic() - started < 10
    assert not alive(pid)


def test_an_update_that_fails_rolls_back_before_it_is_in_service_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime, record = make(settings, EndpointLimits(startup_seconds=1))
    broken = replace(record.serves.variants[0].model, environment={"SERVE": "deaf"})
    variants = (replace(record.serves.variants[0], model=broken),)
    passed: list[tuple[str, int]] = []
    move = record.set_status

    def note(status: str, reason: str = "") -> None:
        passed.append((status, len(list(settings.endpoints.iterdir()))))
        move(status, reason)

    monkeypatch.setattr(record, "set_status", note)
    record.status, record.pending = "Updating", Deployment("c2", variants, None)
    runtime.update(record)
    until(lambda: record.status == "InService")
    assert passed == [("RollingBack", 2), ("InService", 1)]
    assert "within 1 seconds" in record.failure_reason
    runtime.stop()
