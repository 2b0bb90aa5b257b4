"""The tables that a model has: features, predictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from groundwork.spec.contract import SYSTEM_COLUMNS, Column
from groundwork.spec.model import Model
from spark_jobs.iceberg import Table
from spark_jobs.tables import PROPERTIES, ensure

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def model_table(
    spark: SparkSession, model: Model, name: str, *, columns: Sequence[Column], system: Sequence[str]
) -> Table:
    """A model's table, made or extended from what is declared.

    :param columns: without the system's own
    :param system: names of the system's own
    :raises JobError: a column is there and has another type
    """
    declared = {column.name: (column.type, column.description) for column in columns}
    declared |= {each: (SYSTEM_COLUMNS[each], "") for each in system}
    properties = PROPERTIES | {
        "groundwork.model": model.name,
        "groundwork.contract-version": model.version,
        "groundwork.owner": model.owner,
    }
    return ensure(spark, name, declared, properties, by_batch=True)


def with_table_columns(rows: DataFrame, table: Table) -> DataFrame:
    """The table's columns in its order; null for those that are declared no more."""
    from pyspark.sql import functions as F  # noqa: N812

    there = rows.sparkSession.table(table.name).schema.fields
    made = set(rows.columns)
    return rows.select(
        *(F.col(f.name) if f.name in made else F.lit(None).cast(f.dataType).alias(f.name) for f in there)
    )
