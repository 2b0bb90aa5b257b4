"""The Glue catalogue: what stands in it about a table, and which Iceberg snapshot is current."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.exceptions import ClientError

from groundwork.hooks.aws_retries import retrying
from groundwork.spec.uri import parse_uri

RACES = 8
BATCH_PROPERTY = "groundwork.batch-id"
"""Names the batch in the summary of the snapshot that commits it."""
DESCRIPTION_CHARACTERS = 2048
COMMENT_CHARACTERS = 255
# What GetTable tells and UpdateTable takes.
TABLE_INPUT = (
    "Name", "Description", "Owner", "LastAccessTime", "LastAnalyzedTime", "Retention", "StorageDescriptor",
    "PartitionKeys", "ViewOriginalText", "ViewExpandedText", "TableType", "Parameters",
)  # fmt: skip


class CatalogueError(Exception):
    """The catalogue cannot be written."""


@dataclass(frozen=True)
class ColumnDescription:
    """What people should know of a column."""

    comment: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TableDescription:
    """What people should know of a table.

    :param parameters: all with the prefix ``groundwork.``; others are left as they are
    :param columns: by name; columns that the table does not have are left out
    """

    description: str
    parameters: Mapping[str, str]
    columns: Mapping[str, ColumnDescription]


class CatalogueHook(AwsBaseHook):
    """Reads and describes tables.

    :param region_name: AWS region; boto3's own where left out
    """

    def __init__(self, *, region_name: str | None = None) -> None:
        super().__init__(aws_conn_id=None, client_type="glue", region_name=region_name, config=retrying())

    def current_snapshot(self, table: str) -> int | None:
        """Main's current Iceberg snapshot; None where there is no such table or nothing has been published.

        :param table: ``lake.<database>.<table>``
        """
        snapshot = self._metadata(table).get("current-snapshot-id")
        # Iceberg's format 1 writes -1 where there is none.
        return None if snapshot in (None, -1) else int(snapshot)

    def committed_at(self, table: str, snapshot_id: int) -> datetime | None:
        """When a snapshot was made, UTC; None where the table has no such snapshot any more.

        :param table: ``lake.<database>.<table>``
        """
        snapshots = self._metadata(table).get("snapshots") or ()
        made = (item["timestamp-ms"] for item in snapshots if item["snapshot-id"] == snapshot_id)
        return next((datetime.fromtimestamp(moment / 1000, UTC) for moment in made), None)

    def columns(self, table: str) -> dict[str, str]:
        """Name → Spark type of a table's columns; empty where there is no such table.

        :param table: ``lake.<database>.<table>``
        """
        metadata = self._metadata(table)
        current = metadata.get("current-schema-id")
        fields = (schema["fields"] for schema in metadata.get("schemas") or () if schema.get("schema-id") == current)
        return {item["name"]: _spark_type(item["type"]) for item in next(fields, ())}

    def has_batch(self, table: str, batch_id: str) -> bool:
        """Whether a batch has been committed to main.

        :param table: ``lake.<database>.<table>``
        """
        metadata = self._metadata(table)
        snapshots = {snapshot["snapshot-id"]: snapshot for snapshot in metadata.get("snapshots") or ()}
        # What a branch holds is not committed, so main's ancestors are walked.
        snapshot = snapshots.get(metadata.get("current-snapshot-id"))
        while snapshot:
            if snapshot.get("summary", {}).get(BATCH_PROPERTY) == batch_id:
                return True
            snapshot = snapshots.get(snapshot.get("parent-snapshot-id"))
        return False

    def describe(self, table: str, description: TableDescription) -> bool:
        """Write what people should know of a table, over whatever stands there at that moment.

        Iceberg's own parameters are taken over from the version that is replaced; a commit in between makes the
        catalogue refuse the write, and it is done again on the new version.

        :param table: ``lake.<database>.<table>``
        :return: False where there is no such table
        :raises CatalogueError: others change the table without pause
        """
        client: Any = self.conn
        for _ in range(RACES):
            found = self._table(table)
            if found is None:
                return False
            wanted = described(found, description)
            if all(found.get(name) == value for name, value in wanted.items()):
                return True
            try:
                client.update_table(
                    DatabaseName=found["DatabaseName"],
                    TableInput=wanted,
                    VersionId=found["VersionId"],
                    SkipArchive=True,
                )
                return True
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConcurrentModificationException":
                    raise
        raise CatalogueError(f"{table} is changed by others without pause; the retry tries again")

    def _metadata(self, table: str) -> dict[str, Any]:
        """Iceberg's metadata; empty where there is no such table."""
        found = self._table(table)
        location = found["Parameters"].get("metadata_location") if found else None
        if not location:
            return {}
        target = parse_uri(location)
        client: Any = AwsBaseHook(
            aws_conn_id=None, client_type="s3", region_name=self.region_name, config=retrying()
        ).conn
        body = client.get_object(Bucket=target.bucket, Key=target.key)["Body"].read()
        metadata: dict[str, Any] = json.loads(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)
        return metadata

    def _table(self, table: str) -> dict[str, Any] | None:
        _, database, name = table.split(".")
        client: Any = self.conn
        try:
            found: dict[str, Any] = client.get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "EntityNotFoundException":
                return None
            raise
        return found


def described(table: Mapping[str, Any], description: TableDescription) -> dict[str, Any]:
    """The ``TableInput`` that describes a table and leaves everything else as it is.

    :param table: as GetTable gives it
    """
    wanted = {name: table[name] for name in TABLE_INPUT if table.get(name) is not None}
    wanted["Description"] = description.description[:DESCRIPTION_CHARACTERS]
    wanted["Parameters"] = {**table.get("Parameters", {}), **description.parameters}
    storage = dict(table.get("StorageDescriptor") or {})
    storage["Columns"] = [_column(column, description) for column in storage.get("Columns", [])]
    wanted["StorageDescriptor"] = storage
    return wanted


def _column(column: Mapping[str, Any], description: TableDescription) -> dict[str, Any]:
    about = description.columns.get(column["Name"])
    if about is None:
        return dict(column)
    parameters = {**column.get("Parameters", {}), **about.parameters}
    comment = about.comment[:COMMENT_CHARACTERS] or column.get("Comment", "")
    return {**column, "Comment": comment, "Parameters": parameters}


def _spark_type(iceberg: Any) -> str:
    """Spark's name of a type that Iceberg's metadata names; nested types are told as they stand there."""
    text = iceberg if isinstance(iceberg, str) else json.dumps(iceberg)
    return {"long": "bigint", "timestamptz": "timestamp"}.get(text, text.replace(" ", ""))
