"""A table of the lake as a frame on this machine: its current rows, copied to a scratch file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundwork.spec.contract import SYSTEM_COLUMNS
from spark_jobs.errors import JobError
from spark_jobs.profile.source import Source

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CLASSIFICATION = "groundwork.classification"
"""What the catalogue calls a column's classification."""


def open_table(spark: SparkSession, name: str, scratch: Path) -> Source:
    """A table of the Glue catalog that AWS's variables point at, without the columns that no contract declares.

    Its rows are copied batch by batch, so that a session without the lake's jars reads them and little memory does.

    :param name: ``database.table``
    :param scratch: folder for the copy
    :raises JobError: there is no such table, or it has no column of its own
    """
    import pyarrow.parquet as pq
    from pyiceberg.catalog import load_catalog
    from pyiceberg.exceptions import NoSuchTableError

    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    catalog = load_catalog("lake", type="glue", **({"s3.endpoint": endpoint} if endpoint else {}))
    try:
        table = catalog.load_table(name)
    except (NoSuchTableError, ValueError) as error:
        raise JobError(f"there is no table {name}: {error}") from error
    columns = tuple(field.name for field in table.schema().fields if field.name not in SYSTEM_COLUMNS)
    if not columns:
        raise JobError(f"table {name} has no column of its own")
    batches = table.scan(selected_fields=columns).to_arrow_batch_reader()
    copy = scratch / "table.parquet"
    with pq.ParquetWriter(copy, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    snapshot = table.current_snapshot()
    about = f"Snapshot {snapshot.snapshot_id} of the table" if snapshot else "A table without a snapshot"
    return Source(spark.read.parquet(f"file:{copy}"), about, classifications=_classifications(name))


def _classifications(name: str) -> dict[str, str]:
    """Column → classification, as the catalogue has it from the contract."""
    import boto3

    database, table = name.split(".", 1)
    found: Any = boto3.client("glue").get_table(DatabaseName=database, Name=table)["Table"]
    columns = found["StorageDescriptor"]["Columns"]
    told = {column["Name"]: column.get("Parameters", {}).get(CLASSIFICATION) for column in columns}
    return {column: classification for column, classification in told.items() if classification}
