"""The feature table of a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec import names
from groundwork.spec.model_run import ModelRun
from spark_jobs.features.sources import LABEL_KNOWN_AT, PREDICTION_TIME
from spark_jobs.iceberg import Table
from spark_jobs.model_table import described
from spark_jobs.tables import PROPERTIES, ensure

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TYPES = {"number": "double", "category": "string"}


def feature_table(spark: SparkSession, run: ModelRun) -> Table:
    """The table, made or extended from what is declared.

    :raises JobError: a feature has another type than its column
    """
    view = run.model.features
    key = {name: run.contract.column(name) for name in run.contract.primary_key}
    columns = {name: (column.type, column.description) for name, column in key.items() if column}
    columns |= {
        PREDICTION_TIME: ("timestamp", "When the prediction is made; nothing known later is in the features."),
        view.label.name: ("boolean", f"{view.label.expression}; null: no label."),
        LABEL_KNOWN_AT: ("timestamp", "When the label could be known."),
    }
    own = {feature.name: feature.description for feature in view.own}
    columns |= {
        feature.name: (TYPES[feature.type], own.get(feature.name, ""))
        for feature in view.features
        if feature.name not in columns
    }
    properties = PROPERTIES | {
        "groundwork.view": view.view,
        "groundwork.layer": "feature",
        "groundwork.model": run.model.name,
        "groundwork.model-file-version": run.model.version,
        "groundwork.owner": run.model.owner,
    }
    name = names.feature_table(run.environment, run.model)
    system = described(("event_time", "known_at", "_batch_id"))
    return ensure(spark, name, columns | system, properties, by_batch=True)
