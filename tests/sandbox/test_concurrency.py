"""Of many writers on one version exactly one wins: every proof of concurrency above the sandbox rests on this."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import CommitFailedException

from sandbox.launcher import Sandbox
from sandbox.settings import REGION

WRITERS = 20
IRELAND = {"LocationConstraint": REGION}


@pytest.fixture
def outcomes() -> Callable[[Callable[[int], Any]], Counter[str]]:
    """Runs a call in all writers at one moment and counts its outcomes: "won", or the error's code."""

    def race(call: Callable[[int], Any]) -> Counter[str]:
        gate = threading.Barrier(WRITERS)

        def one(number: int) -> str:
            gate.wait()
            try:
                call(number)
            except ClientError as lost:
                return str(lost.response["Error"]["Code"])
            return "won"

        with ThreadPoolExecutor(WRITERS) as pool:
            return Counter(pool.map(one, range(WRITERS)))

    return race


@pytest.fixture
def client(aws: Any) -> Callable[[str], Any]:
    """A client that all writers share, with a connection for each."""
    return lambda service: aws(service, config=Config(max_pool_connections=WRITERS))


def test_glue_refuses_an_update_of_an_old_version(client: Any, outcomes: Any) -> None:
    glue = client("glue")
    glue.create_database(DatabaseInput={"Name": "raced"})
    glue.create_table(DatabaseName="raced", TableInput={"Name": "t"})
    for _ in range(3):
        version = glue.get_table(DatabaseName="raced", Name="t")["Table"]["VersionId"]

        def update(writer: int, version: str = version) -> None:
            table = {"Name": "t", "Parameters": {"writer": str(writer)}}
            glue.update_table(DatabaseName="raced", TableInput=table, VersionId=version)

        assert outcomes(update) == {"won": 1, "ConcurrentModificationException": WRITERS - 1}
        now = glue.get_table(DatabaseName="raced", Name="t")["Table"]["VersionId"]
        assert int(now) == int(version) + 1


def test_glue_creates_and_deletes_a_table_once(client: Any, outcomes: Any) -> None:
    glue = client("glue")
    created = outcomes(lambda _: glue.create_database(DatabaseInput={"Name": "once"}))
    assert created == {"won": 1, "AlreadyExistsException": WRITERS - 1}
    created = outcomes(lambda _: glue.create_table(DatabaseName="once", TableInput={"Name": "t"}))
    assert created == {"won": 1, "AlreadyExistsException": WRITERS - 1}
    deleted = outcomes(lambda _: glue.delete_table(DatabaseName="once", Name="t"))
    assert deleted == {"won": 1, "EntityNotFoundException": WRITERS - 1}


def test_s3_creates_an_object_once(client: Any, outcomes: Any) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="raced", CreateBucketConfiguration=IRELAND)

    def create(writer: int) -> None:
        s3.put_object(Bucket="raced", Key="lock", Body=str(writer).encode(), IfNoneMatch="*")

    assert outcomes(create) == {"won": 1, "PreconditionFailed": WRITERS - 1}
    etag = s3.head_object(Bucket="raced", Key="lock")["ETag"]

    def replace(writer: int) -> None:
        s3.put_object(Bucket="raced", Key="lock", Body=f"later {writer}".encode(), IfMatch=etag)

    assert outcomes(replace) == {"won": 1, "PreconditionFailed": WRITERS - 1}


def test_dynamodb_puts_and_counts_without_losing_one(client: Any, outcomes: Any) -> None:
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="raced",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def claim(writer: int) -> None:
        item = {"pk": {"S": "lease"}, "owner": {"N": str(writer)}}
        dynamodb.put_item(TableName="raced", Item=item, ConditionExpression="attribute_not_exists(pk)")

    def add(_: int) -> None:
        change = {"UpdateExpression": "ADD fence :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
        dynamodb.update_item(TableName="raced", Key={"pk": {"S": "lease"}}, **change)

    assert outcomes(claim) == {"won": 1, "ConditionalCheckFailedException": WRITERS - 1}
    assert outcomes(add) == {"won": WRITERS}
    item = dynamodb.get_item(TableName="raced", Key={"pk": {"S": "lease"}})["Item"]
    assert item["fence"] == {"N": str(WRITERS)}


def test_no_iceberg_commit_vanishes(sandbox: Sandbox, aws: Any) -> None:
    aws("s3").create_bucket(Bucket="iceberg-raced", CreateBucketConfiguration=IRELAND)
    settings = {"type": "glue", "s3.endpoint": sandbox.settings.endpoint, "glue.endpoint": sandbox.settings.endpoint}
    keys = sandbox.settings.client_environment()
    settings |= {
        "client.access-key-id": keys["AWS_ACCESS_KEY_ID"],
        "client.secret-access-key": keys["AWS_SECRET_ACCESS_KEY"],
        "client.region": REGION,
    }
    catalog = load_catalog("lake", **settings)
    catalog.create_namespace("iceberg_raced")
    rows = pa.table({"n": pa.array([1], pa.int64())})
    table = catalog.create_table(
        "iceberg_raced.t", rows.schema, "s3://iceberg-raced/t", properties={"commit.retry.num-retries": "0"}
    )
    one, other = (load_catalog("lake", **settings).load_table("iceberg_raced.t") for _ in range(2))
    one.append(rows)
    with pytest.raises(CommitFailedException):
        other.append(pa.table({"n": pa.array([2], pa.int64())}))
    other.refresh()
    other.append(pa.table({"n": pa.array([2], pa.int64())}))
    table.refresh()
    assert sorted(table.scan().to_arrow()["n"].to_pylist()) == [1, 2]
    assert len(table.metadata.snapshots) == 2
