"""The feature rows of some batches as one plan: rows, then one stream a group of history, one a product looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.feature_contract import LABEL_KNOWN_AT, PREDICTION_TIME, feature_columns
from groundwork.spec.feature_view import FeatureView
from spark_jobs.features.as_of import with_as_of
from spark_jobs.features.history import by_group, with_history
from spark_jobs.features.sources import Sources
from spark_jobs.features.stream import AT, GROUP, Span
from spark_jobs.features.table import SYSTEM

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROW = "_row"
"""What is known of a row by itself, in one column: in a stream it is empty where history stands, and moved as one."""


def feature_rows(sources: Sources) -> DataFrame:
    """One row for each row of the batches, with the table's columns.

    Reads the batches once before, to know which part of the history can matter.
    """
    from pyspark.sql import functions as F  # noqa: N812

    view = sources.view
    rows = _rows(sources)
    span = _span(sources)
    for by, histories in by_group(view.history).items():
        rows = with_history(rows, sources.product, by, histories, span)
    for as_of in view.as_of:
        rows = with_as_of(rows, sources.products[as_of.product], as_of, span)
    own = rows.schema[ROW].dataType.names
    made = {name: F.col(ROW)[name] if name in own else F.col(name) for name in table_columns(sources)}
    return rows.select(*(column.alias(name) for name, column in made.items()))


def table_columns(sources: Sources) -> list[str]:
    """Names of the feature table's columns, in their order."""
    declared = feature_columns(sources.run.model, sources.run.contract)
    return [*(column.name for column in declared), *SYSTEM]


def _span(sources: Sources) -> Span:
    from pyspark.sql import functions as F  # noqa: N812

    times = sources.predicted.select(F.unix_micros(sources.prediction_time).alias("at"))
    row = times.agg(F.min("at").alias("first"), F.max("at").alias("last")).first()
    assert row is not None, "a global aggregate has one row"
    return Span(row["first"], row["last"])


def _rows(sources: Sources) -> DataFrame:
    """The rows that are asked about: what is known of them by themselves, and where they belong."""
    from pyspark.sql import functions as F  # noqa: N812

    prediction_time = sources.prediction_time
    row = F.struct(
        *sources.key,
        prediction_time.alias(PREDICTION_TIME),
        sources.label.alias(sources.view.label.name),
        F.col("known_at").alias(LABEL_KNOWN_AT),
        *(column.alias(name) for name, column in sources.own().items()),
        "event_time",
        prediction_time.alias("known_at"),
        "_batch_id",
    )
    return sources.predicted.select(
        row.alias(ROW),
        *(F.col(column).alias(GROUP + column) for column in _group_columns(sources.view)),
        F.unix_micros(prediction_time).alias(AT),
    )


def _group_columns(view: FeatureView) -> list[str]:
    groups = [history.by for history in view.history] + [tuple(as_of.match) for as_of in view.as_of]
    return sorted({column for group in groups for column in group})
