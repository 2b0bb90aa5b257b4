"""A table's versions, as Iceberg's own metadata tables tell them."""

from __future__ import annotations

from typing import Any

from spark_jobs.iceberg import Table


def test_every_version_is_told_as_the_metadata_tables_tell_it(spark: Any) -> None:
    name = "lake.versions.told"
    spark.sql(f"CREATE TABLE {name} (id int) USING iceberg")
    for value in (1, 2):
        spark.range(value, value + 1).selectExpr("int(id) id").writeTo(name).option(
            "snapshot-property.groundwork.batch-id", f'"ä"\\{value}'
        ).append()
    told = {row["snapshot_id"]: row for row in spark.table(f"{name}.snapshots").collect()}
    second, first = Table(spark, name).history()
    assert (first.parent_id, second.parent_id, second.total_records) == (None, first.snapshot_id, 2)
    for found in (first, second):
        row = told[found.snapshot_id]
        assert (found.parent_id, found.summary) == (row["parent_id"], row["summary"])
        assert found.committed_at.replace(tzinfo=None) == row["committed_at"]
    assert second.summary["groundwork.batch-id"] == '"ä"\\2'
    assert Table(spark, name).snapshot(7) is None
