"""Features computed the slow way: each row joined with all rows that were known at its prediction time.

Shares nothing with the fast plan but the compiled expressions, so that an error in one is not in the other.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from groundwork.spec.feature_contract import LABEL_KNOWN_AT, PREDICTION_TIME
from groundwork.spec.feature_view import AsOf, History
from spark_jobs.features.sources import Sources
from spark_jobs.rules.expressions import compile_expression

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

HERE = "here_"
"""Begins the names of a row's own columns where it stands beside what it is joined with."""


def brute_force(sources: Sources, keys: DataFrame) -> DataFrame:
    """The feature rows of some keys, with the key, the times, the label and all features.

    :param keys: complete, unique keys of the batches; few, as each is compared with the whole history
    """
    from pyspark.sql import functions as F  # noqa: N812

    chosen = sources.predicted.join(F.broadcast(keys), list(sources.key), "left_semi").cache()
    rows = chosen.select(
        *sources.key,
        sources.prediction_time.alias(PREDICTION_TIME),
        sources.label.alias(sources.view.label.name),
        F.col("known_at").alias(LABEL_KNOWN_AT),
        *(column.alias(name) for name, column in sources.own().items()),
    )
    asked = chosen.select("*", sources.prediction_time.alias(PREDICTION_TIME))
    asked = asked.select(*(F.col(name).alias(HERE + name) for name in asked.columns))
    parts = [_history(sources, asked, history) for history in sources.view.history]
    parts += [_as_of(sources, asked, as_of) for as_of in sources.view.as_of]
    # As the key is complete, plain equality finds each row's own part.
    return reduce(lambda made, part: made.join(F.broadcast(part), list(sources.key), "left"), parts, rows)


def _known(column: Column, hours: int) -> Column:
    """Whether what became known then lies in the last hours before the prediction."""
    from pyspark.sql import functions as F  # noqa: N812

    predicted = F.col(HERE + PREDICTION_TIME)
    return (column <= predicted) & (column > predicted - F.make_dt_interval(F.lit(0), F.lit(hours)))


def _history(sources: Sources, asked: DataFrame, history: History) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812

    product = sources.product
    same = reduce(lambda left, right: left & right, (F.col(HERE + name) == F.col(name) for name in history.by))
    longest = _known(F.col("known_at"), 24 * max(history.days))
    joined = F.broadcast(asked).join(product, same & longest)
    figures = []
    for days in history.days:
        inside = _known(F.col("known_at"), 24 * days)
        for measure, text in history.mean.items():
            value = F.when(inside, compile_expression(text).cast("double"))
            figures.append(F.avg(value).alias(f"{history.name}_{measure}_{days}d"))
        if history.count:
            figures.append(F.count(F.when(inside, 1)).alias(f"{history.name}_count_{days}d"))
    found = joined.groupBy(*(F.col(HERE + name).alias(name) for name in sources.key)).agg(*figures)
    if not history.count:
        return found
    # A group without any row in its window has no line here: it was counted, and there was none.
    grouped = reduce(lambda left, right: left & right, (F.col(HERE + name).isNotNull() for name in history.by))
    known = asked.select(*(F.col(HERE + name).alias(name) for name in sources.key), grouped.alias("_grouped"))
    counts = {
        name: F.when(F.col("_grouped"), F.coalesce(F.col(name), F.lit(0)).cast("double"))
        for name in (f"{history.name}_count_{days}d" for days in history.days)
    }
    return known.join(found, list(sources.key), "left").withColumns(counts).drop("_grouped")


def _as_of(sources: Sources, asked: DataFrame, as_of: AsOf) -> DataFrame:
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    types = {name: asked.schema[HERE + name].dataType for name in as_of.match}
    there = sources.products[as_of.product]
    pairs = (F.col(HERE + here) == F.col(column).cast(types[here]) for here, column in as_of.match.items())
    same = reduce(lambda left, right: left & right, pairs)
    joined = F.broadcast(asked).join(there, same & _known(F.col("known_at"), as_of.maximum_age_hours))
    taken = [F.col(column).cast("double").alias(f"_take_{name}") for name, column in as_of.take.items()]
    keys = [F.col(HERE + name).alias(name) for name in sources.key]
    found = joined.select(*keys, "event_time", "known_at", *taken)
    newest_first = [F.col(name).desc_nulls_last() for name in found.columns[len(keys) :]]
    first = Window.partitionBy(*sources.key).orderBy(*newest_first)
    newest = found.withColumn("_rank", F.row_number().over(first)).where("_rank = 1")
    return newest.select(*sources.key, *(F.col(f"_take_{name}").alias(name) for name in as_of.take))
