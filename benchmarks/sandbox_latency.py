"""How quickly the sandbox answers, to one client and to twenty at once."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from benchmarks.table import Table
from groundwork.spec.ledger import table_definition
from sandbox.launcher import Sandbox

SECONDS = 3.0
LEDGER = "groundwork-benchmark"


def measure() -> list[Table]:
    """Starts a sandbox of its own and asks it."""
    with tempfile.TemporaryDirectory() as folder, Sandbox.temporary(Path(folder)) as sandbox:
        clients = {name: _client(sandbox, name) for name in ("s3", "dynamodb")}
        clients["s3"].create_bucket(Bucket="benchmark", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        clients["s3"].put_object(Bucket="benchmark", Key="object", Body=b"x" * 1024)
        clients["dynamodb"].create_table(**table_definition(LEDGER))
        body = b"x" * 1024
        calls: dict[str, Callable[[int], object]] = {
            "S3 PutObject, 1 KiB": lambda i: clients["s3"].put_object(Bucket="benchmark", Key=f"k{i}", Body=body),
            "S3 GetObject, 1 KiB": lambda _: clients["s3"].get_object(Bucket="benchmark", Key="object")["Body"].read(),
            "DynamoDB conditional PutItem": lambda i: clients["dynamodb"].put_item(
                TableName=LEDGER,
                Item={"pk": {"S": f"p{time.perf_counter_ns()}"}, "sk": {"S": str(i)}},
                ConditionExpression="attribute_not_exists(pk)",
            ),
        }
        rows = [_row(name, workers, call) for name, call in calls.items() for workers in (1, 20)]
    note = f"{SECONDS:.0f} s each from threads of one process on the same two cores; boto3's own work is included."
    header = ("call", "clients", "requests/s", "p50 ms", "p99 ms")
    return [Table("The sandbox's answers", header, tuple(rows), note)]


def _client(sandbox: Sandbox, service: str) -> Any:
    settings = sandbox.settings.client_environment()
    return boto3.client(
        service,
        endpoint_url=settings["AWS_ENDPOINT_URL"],
        region_name=settings["AWS_REGION"],
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
        config=Config(max_pool_connections=20, s3={"addressing_style": "path"}),
    )


def _row(name: str, workers: int, call: Callable[[int], object]) -> tuple[str, ...]:
    def ask(worker: int) -> list[float]:
        took: list[float] = []
        while time.perf_counter() < until:
            began = time.perf_counter()
            call(worker * 100_000 + len(took))
            took.append(time.perf_counter() - began)
        return took

    call(-1)
    until = time.perf_counter() + SECONDS
    with ThreadPoolExecutor(workers) as pool:
        took = [seconds for part in pool.map(ask, range(workers)) for seconds in part]
    percentiles = statistics.quantiles(took, n=100)
    return (
        name,
        str(workers),
        f"{len(took) / SECONDS:.0f}",
        f"{percentiles[49] * 1000:.1f}",
        f"{percentiles[98] * 1000:.1f}",
    )
