"""The feature table of a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec import names
from groundwork.spec.feature_contract import feature_columns
from groundwork.spec.model_run import ModelRun
from spark_jobs.iceberg import Table
from spark_jobs.model_table import model_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SYSTEM = ("event_time", "known_at", "_batch_id")


def feature_table(spark: SparkSession, run: ModelRun) -> Table:
    """The table, made or extended from what is declared.

    :raises JobError: a feature has another type than its column
    """
    name = names.feature_table(run.environment, run.model)
    columns = feature_columns(run.model, run.contract)
    return model_table(spark, run.model, name, columns=columns, system=SYSTEM)
