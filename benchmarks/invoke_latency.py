"""What an endpoint of the sandbox adds to its model's answer, to one client and to twenty at once."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import urllib3
from botocore.config import Config

from benchmarks.table import BenchmarkError, Table
from sandbox.launcher import Sandbox
from sandbox.settings import ACCOUNT_ID, REGION

SECONDS = 4.0
CLIENTS = (1, 20)
FOLDER = Path(__file__).with_name("quick_image")
IMAGE = f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/quick:1"
ENDPOINT = "quick"
BODY = b"1.0,2.0,3.0,4.0"
BARE, PLAIN, CAPTURED, BOTO3 = (
    "the server itself",
    "the endpoint",
    "the endpoint, all captured",
    "the endpoint, by boto3",
)
SIGNED = f"AWS4-HMAC-SHA256 Credential=AKIASANDBOXSANDBOX00/20260101/{REGION}/sagemaker/aws4_request"


def measure() -> list[Table]:
    """Starts a sandbox and a server of its own and asks both."""
    took: dict[tuple[str, int], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, bare_server() as port, Sandbox.temporary(Path(folder)) as sandbox:
        client = _client(sandbox, "sagemaker-runtime")
        path = f"/endpoints/{ENDPOINT}/invocations"
        plain = _plain(sandbox.settings.port, path)
        _serve(sandbox)
        asks = {
            BARE: _plain(port, "/invocations"),
            PLAIN: plain,
            BOTO3: lambda: client.invoke_endpoint(EndpointName=ENDPOINT, Body=BODY),
        }
        for who, ask in asks.items():
            took |= {(who, clients): _ask(ask, clients) for clients in CLIENTS}
        _capture(sandbox)
        took |= {(CAPTURED, clients): _ask(plain, clients) for clients in CLIENTS}
    return [latency_table(took)]


def latency_table(took: dict[tuple[str, int], list[float]]) -> Table:
    """Percentiles, and their ratio to the server itself with as many clients.

    :param took: seconds of each answer, by who was asked and by how many clients
    """
    rows = []
    for who in (BARE, PLAIN, CAPTURED, BOTO3):
        for clients in CLIENTS:
            percentiles = [statistics.quantiles(took[each, clients], n=100) for each in (who, BARE)]
            (p50, p99), (bare50, bare99) = [(each[49], each[98]) for each in percentiles]
            figures = (f"{p50 * 1000:.2f}", f"{p50 / bare50:.1f}", f"{p99 * 1000:.2f}", f"{p99 / bare99:.1f}")
            rows.append((who, str(clients), f"{len(took[who, clients]) / SECONDS:.0f}", *figures))
    note = (
        f"A model that answers at once, asked for {SECONDS:.0f} s each from threads of one process on the same cores; "
        "the ratios are to the server itself, asked over plain HTTP as the endpoint is but by boto3, which signs."
    )
    header = ("asked", "clients", "requests/s", "p50 ms", "ratio", "p99 ms", "ratio")
    return Table("InvokeEndpoint", header, tuple(rows), note)


@contextmanager
def bare_server() -> Iterator[int]:
    """The model's server without a sandbox around it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {**os.environ, "SAGEMAKER_BIND_TO_PORT": str(port)}
    server = subprocess.Popen([sys.executable, str(FOLDER / "serve")], env=environment)
    try:
        until = time.monotonic() + 20
        while not _answers(port):
            if time.monotonic() > until or server.poll() is not None:
                raise BenchmarkError(f"{FOLDER / 'serve'} does not answer on port {port}")
            time.sleep(0.05)
        yield port
    finally:
        server.kill()
        server.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _client(sandbox: Sandbox, service: str) -> Any:
    settings = sandbox.settings.client_environment()
    return boto3.client(
        service,
        endpoint_url=settings["AWS_ENDPOINT_URL"],
        region_name=settings["AWS_REGION"],
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
        config=Config(max_pool_connections=max(CLIENTS)),
    )


def _serve(sandbox: Sandbox) -> None:
    """An endpoint without capture, and a configuration with it."""
    sandbox.ask("images", "PUT", {"address": IMAGE, "folder": str(FOLDER), "python": sys.executable})
    sagemaker, s3 = _client(sandbox, "sagemaker"), _client(sandbox, "s3")
    s3.create_bucket(Bucket="captures", CreateBucketConfiguration={"LocationConstraint": REGION})
    role = f"arn:aws:iam::{ACCOUNT_ID}:role/benchmark"
    sagemaker.create_model(ModelName="quick", PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=role)
    variant = {"VariantName": "only", "ModelName": "quick", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    capture = {
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": "s3://captures/quick",
        "CaptureOptions": [{"CaptureMode": "InputAndOutput"}],
    }
    sagemaker.create_endpoint_config(EndpointConfigName="plain", ProductionVariants=[variant])
    sagemaker.create_endpoint_config(
        EndpointConfigName="captured", ProductionVariants=[variant], DataCaptureConfig=capture
    )
    sagemaker.create_endpoint(EndpointName=ENDPOINT, EndpointConfigName="plain")
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=ENDPOINT, WaiterConfig={"Delay": 1})


def _capture(sandbox: Sandbox) -> None:
    sagemaker = _client(sandbox, "sagemaker")
    sagemaker.update_endpoint(EndpointName=ENDPOINT, EndpointConfigName="captured")
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=ENDPOINT, WaiterConfig={"Delay": 1})


def _plain(port: int, path: str) -> Callable[[], object]:
    pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=max(CLIENTS))
    headers = {"Content-Type": "text/csv", "Authorization": SIGNED}

    def ask() -> None:
        answer = pool.request("POST", path, body=BODY, headers=headers, retries=False)
        if answer.status != 200:
            raise BenchmarkError(f"{path} answered {answer.status}: {answer.data[:200]!r}")

    return ask


def _ask(ask: Callable[[], object], clients: int) -> list[float]:
    def one(_: int) -> list[float]:
        took: list[float] = []
        while time.perf_counter() < until:
            began = time.perf_counter()
            ask()
            took.append(time.perf_counter() - began)
        return took

    ask()
    until = time.perf_counter() + SECONDS
    with ThreadPoolExecutor(clients) as pool:
        return [seconds for part in pool.map(one, range(clients)) for seconds in part]
