"""A table of the Glue catalog, copied for a profile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pytest
from pyiceberg.catalog import load_catalog

from spark_jobs.errors import JobError
from spark_jobs.profile.lake_table import CLASSIFICATION, open_table
from tests.spark.products import BUCKET


@pytest.fixture(scope="module")
def catalog(endpoint: str) -> Any:
    made = load_catalog("lake", type="glue", **{"s3.endpoint": endpoint, "warehouse": f"s3://{BUCKET}/profiled"})
    made.create_namespace("profiled")
    return made


def test_rows_types_and_classifications_are_the_tables(spark: Any, catalog: Any, tmp_path: Path) -> None:
    rows = pa.table({"id": [1, 2], "guest": ["Ada", None], "_batch_id": ["b", "b"]})
    table = catalog.create_table("profiled.guests", rows.schema)
    table.append(rows)
    table.append(pa.table({"id": [3], "guest": ["Bo"], "_batch_id": ["c"]}))
    classify("guests", "guest", "personal")
    source = open_table(spark, "profiled.guests", tmp_path)
    assert source.frame.dtypes == [("id", "bigint"), ("guest", "string")]
    assert sorted(tuple(row) for row in source.frame.collect()) == [(1, "Ada"), (2, None), (3, "Bo")]
    assert source.classifications == {"guest": "personal"}
    assert str(table.refresh().current_snapshot().snapshot_id) in source.about


def classify(table: str, column: str, classification: str) -> None:
    """As the catalogue's task does after a publish."""
    glue = boto3.client("glue")
    found = glue.get_table(DatabaseName="profiled", Name=table)["Table"]
    for each in found["StorageDescriptor"]["Columns"]:
        if each["Name"] == column:
            each["Parameters"] = {CLASSIFICATION: classification}
    kept = {key: found[key] for key in ("Name", "StorageDescriptor", "Parameters", "TableType") if key in found}
    glue.update_table(DatabaseName="profiled", TableInput=kept)


def test_a_table_that_is_not_there_is_said_so(catalog: Any, tmp_path: Path) -> None:
    for name in ("profiled.gone", "gone"):
        with pytest.raises(JobError, match="there is no table"):
            open_table(None, name, tmp_path)  # type: ignore[arg-type]
