"""Features computed the slow way: each row joined with all rows that were known at its prediction time.

Shares nothing with the fast plan but the compiled expressions, so that an error in one is not in the other.

Each history and each product looked up is a query of its own, and the rows are put together here: joined by Spark, they
are one plan of a dozen broadcasts that is optimised anew after each of them, which costs more than the comparing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING, Any

from groundwork.spec.feature_contract import LABEL_KNOWN_AT, PREDICTION_TIME
from groundwork.spec.feature_view import AsOf, FeatureView, History
from spark_jobs.features.sources import Sources
from spark_jobs.rules.expressions import compile_expression

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

HERE = "here_"
"""Begins the names of a row's own columns where it stands beside what it is joined with."""
AFTER = "after_"
"""Begins the names of the moments after which so many hours begin: found once a row, not once for every pair."""
Key = tuple[Any, ...]


def brute_force(sources: Sources, keys: DataFrame) -> dict[Key, dict[str, Any]]:
    """The feature rows of some keys by key, with the key, the times, the label and all features.

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
        *(column.alias(name) for name, column in _of_nothing(sources.view).items()),
    )
    asked = _asked(sources, chosen).cache()
    parts = [_history(sources, asked, history) for history in sources.view.history]
    parts += [_as_of(sources, asked, as_of) for as_of in sources.view.as_of]
    found: dict[Key, dict[str, Any]] = {}
    for part in (rows, *parts):
        for row in part.collect():
            found.setdefault(tuple(row[name] for name in sources.key), {}).update(row.asDict())
    return found


def _of_nothing(view: FeatureView) -> dict[str, Column]:
    """What stands where no row was known: nothing, but a group's rows were counted, and there were none."""
    from pyspark.sql import functions as F  # noqa: N812

    nothing = F.lit(None).cast("double")
    columns = {name: nothing for as_of in view.as_of for name in as_of.take}
    for history in view.history:
        grouped = _all(F.col(name).isNotNull() for name in history.by)
        for days in history.days:
            columns |= {f"{history.name}_{measure}_{days}d": nothing for measure in history.mean}
            if history.count:
                columns[f"{history.name}_count_{days}d"] = F.when(grouped, F.lit(0.0))
    return columns


def _asked(sources: Sources, chosen: DataFrame) -> DataFrame:
    """Key and groups of the chosen rows, and when the hours of each window begin and end."""
    from pyspark.sql import functions as F  # noqa: N812

    view, at = sources.view, sources.prediction_time
    columns = {*sources.key, *(name for each in view.history for name in each.by)}
    columns |= {name for as_of in view.as_of for name in as_of.match}
    hours = {24 * days for history in view.history for days in history.days}
    hours |= {as_of.maximum_age_hours for as_of in view.as_of}
    return chosen.select(
        *(F.col(name).alias(HERE + name) for name in sorted(columns)),
        at.alias(HERE + PREDICTION_TIME),
        *((at - F.make_dt_interval(F.lit(0), F.lit(each))).alias(f"{AFTER}{each}") for each in sorted(hours)),
    )


def _known(column: Column, hours: int) -> Column:
    """Whether what became known then lies in the last hours before the prediction."""
    from pyspark.sql import functions as F  # noqa: N812

    return (column <= F.col(HERE + PREDICTION_TIME)) & (column > F.col(f"{AFTER}{hours}"))


def _history(sources: Sources, asked: DataFrame, history: History) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812

    same = _all(F.col(HERE + name) == F.col(name) for name in history.by)
    longest = _known(F.col("known_at"), 24 * max(history.days))
    joined = F.broadcast(asked).join(sources.product, same & longest)
    figures = []
    for days in history.days:
        inside = _known(F.col("known_at"), 24 * days)
        for measure, text in history.mean.items():
            value = F.when(inside, compile_expression(text).cast("double"))
            figures.append(F.avg(value).alias(f"{history.name}_{measure}_{days}d"))
        if history.count:
            count = F.count(F.when(inside, 1)).cast("double")
            figures.append(count.alias(f"{history.name}_count_{days}d"))
    return joined.groupBy(*(F.col(HERE + name).alias(name) for name in sources.key)).agg(*figures)


def _all(conditions: Iterable[Column]) -> Column:
    return reduce(lambda left, right: left & right, conditions)


def _as_of(sources: Sources, asked: DataFrame, as_of: AsOf) -> DataFrame:
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    types = {name: asked.schema[HERE + name].dataType for name in as_of.match}
    there = sources.products[as_of.product]
    same = _all(F.col(HERE + here) == F.col(column).cast(types[here]) for here, column in as_of.match.items())
    joined = F.broadcast(asked).join(there, same & _known(F.col("known_at"), as_of.maximum_age_hours))
    taken = [F.col(column).cast("double").alias(f"_take_{name}") for name, column in as_of.take.items()]
    keys = [F.col(HERE + name).alias(name) for name in sources.key]
    found = joined.select(*keys, "event_time", "known_at", *taken)
    newest_first = [F.col(name).desc_nulls_last() for name in found.columns[len(keys) :]]
    first = Window.partitionBy(*sources.key).orderBy(*newest_first)
    newest = found.withColumn("_rank", F.row_number().over(first)).where("_rank = 1")
    return newest.select(*sources.key, *(F.col(f"_take_{name}").alias(name) for name in as_of.take))
