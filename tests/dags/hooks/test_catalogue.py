"""The catalogue is described without ever undoing a commit."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from groundwork.hooks.catalogue import CatalogueHook, ColumnDescription, TableDescription
from sandbox.launcher import Sandbox
from sandbox.settings import REGION

Write = Callable[..., str]
BUCKET = "groundwork-sandbox-lake"


@pytest.fixture
def table(cloud: Sandbox) -> str:
    """A table as Iceberg leaves it, with metadata that says snapshot 12 on top of 11, and 13 on a branch."""
    name = f"t{uuid.uuid4().hex[:8]}"
    snapshots = [
        {"snapshot-id": 11, "timestamp-ms": 1372658400000, "summary": {"groundwork.batch-id": "aaaaaaaaaaaaaaaa"}},
        {"snapshot-id": 12, "parent-snapshot-id": 11, "summary": {"groundwork.batch-id": "bbbbbbbbbbbbbbbb"}},
        {"snapshot-id": 13, "parent-snapshot-id": 12, "summary": {"groundwork.batch-id": "cccccccccccccccc"}},
    ]
    location = f"s3://{BUCKET}/{name}/v1.metadata.json"
    boto3.client("s3").put_object(
        Bucket=BUCKET,
        Key=f"{name}/v1.metadata.json",
        Body=json.dumps({"current-snapshot-id": 12, "snapshots": snapshots}).encode(),
    )
    columns = [
        {"Name": "id", "Type": "string", "Parameters": {"iceberg.field.id": "1"}},
        {"Name": "_batch_id", "Type": "string"},
    ]
    boto3.client("glue", region_name=REGION).create_table(
        DatabaseName="sandbox_shop_refined",
        TableInput={
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"table_type": "ICEBERG", "metadata_location": location},
            "StorageDescriptor": {"Columns": columns, "Location": f"s3://{BUCKET}/{name}"},
        },
    )
    return f"lake.sandbox_shop_refined.{name}"


def get(table: str) -> dict[str, Any]:
    """The table as Glue has it."""
    found: dict[str, Any] = boto3.client("glue").get_table(
        DatabaseName="sandbox_shop_refined", Name=table.rpartition(".")[2]
    )["Table"]
    return found


def description(**parameters: str) -> TableDescription:
    """With one described column and one that the table does not have."""
    columns = {"id": ColumnDescription("Number", {"groundwork.classification": "public"}), "gone": ColumnDescription()}
    return TableDescription("Orders", parameters, columns)


def test_snapshot_and_batches_of_main_alone(table: str) -> None:
    hook = CatalogueHook(region_name=REGION)
    assert hook.current_snapshot(table) == 12
    wanted = {"a" * 16: True, "b" * 16: True, "c" * 16: False, "d" * 16: False}
    assert {batch: hook.has_batch(table, batch) for batch in wanted} == wanted
    assert hook.committed_at(table, 11) == datetime(2013, 7, 1, 6, tzinfo=UTC)
    assert hook.committed_at(table, 10) is None


def test_a_table_that_is_not_there(cloud: Sandbox) -> None:
    hook = CatalogueHook(region_name=REGION)
    missing = "lake.sandbox_shop_refined.missing"
    assert (hook.current_snapshot(missing), hook.has_batch(missing, "a"), hook.describe(missing, description())) == (
        None,
        False,
        False,
    )


def test_describing_keeps_what_iceberg_wrote(table: str) -> None:
    before = get(table)
    assert CatalogueHook(region_name=REGION).describe(table, description(**{"groundwork.business.owner": "steward"}))
    after = get(table)
    assert after["Description"] == "Orders"
    assert after["Parameters"] == {**before["Parameters"], "groundwork.business.owner": "steward"}
    ids, batch = after["StorageDescriptor"]["Columns"]
    assert (ids["Comment"], ids["Parameters"]) == (
        "Number",
        {"iceberg.field.id": "1", "groundwork.classification": "public"},
    )
    assert batch["Name"] == "_batch_id"
    assert after["StorageDescriptor"]["Location"] == before["StorageDescriptor"]["Location"]


def test_describing_the_same_again_writes_nothing(table: str) -> None:
    hook = CatalogueHook(region_name=REGION)
    hook.describe(table, description(a="1"))
    version = get(table)["VersionId"]
    hook.describe(table, description(a="1"))
    assert get(table)["VersionId"] == version


def test_commits_and_descriptions_at_once_lose_neither(table: str) -> None:
    """Like Iceberg, commit with compare-and-swap; the last commit must stand when all is over."""
    glue = boto3.client("glue", region_name=REGION)

    def commit(number: int) -> None:
        while True:
            found = get(table)
            wanted = {name: found[name] for name in ("Name", "TableType", "StorageDescriptor")}
            wanted["Parameters"] = {**found["Parameters"], f"commit.{number}": "done"}
            try:
                glue.update_table(
                    DatabaseName="sandbox_shop_refined",
                    TableInput=wanted,
                    VersionId=found["VersionId"],
                    SkipArchive=True,
                )
            except glue.exceptions.ConcurrentModificationException:
                continue
            return

    def describe(number: int) -> None:
        assert CatalogueHook(region_name=REGION).describe(table, description(**{f"groundwork.{number}": "said"}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: describe(number) if number % 2 else commit(number), range(6)))
    parameters = get(table)["Parameters"]
    assert {name for name in parameters if name.startswith(("commit.", "groundwork."))} == {
        *("commit.0", "commit.2", "commit.4", "groundwork.1", "groundwork.3", "groundwork.5")
    }
