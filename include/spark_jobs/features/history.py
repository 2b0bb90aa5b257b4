"""Means over earlier rows: rows and history in one stream, ordered by when they are asked for and known.

A window (prediction time − days, prediction time] is what was known by its end less what was known by its beginning.
Whole numbers add up exactly, so both are running sums, and a row costs the same however many rows its window holds.
Fractions do not: the difference of two long sums would keep the rounding of all that went before, and one infinite
value would spoil every later window. They are summed inside each window, which costs as much as the window is long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from groundwork.spec.feature_view import History
from spark_jobs.features.stream import AT, DAY, GROUP, Span, window
from spark_jobs.rules.expressions import compile_expression

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

KNOWN = "_known"
WHOLE = ("boolean", "tinyint", "smallint", "int", "bigint")


def by_group(histories: Iterable[History]) -> dict[tuple[str, ...], list[History]]:
    """Histories that share a group, and so one shuffle; the order of the columns does not matter."""
    groups: dict[tuple[str, ...], list[History]] = {}
    for history in histories:
        groups.setdefault(tuple(sorted(history.by)), []).append(history)
    return groups


def with_history(
    rows: DataFrame, product: DataFrame, by: Sequence[str], histories: Sequence[History], span: Span
) -> DataFrame:
    """The rows with the features of all histories of one group.

    :param rows: rows that are asked about; ``_group_<column>`` and ``_at`` say where and when
    :param product: all rows of the product
    :param by: the group's columns
    """
    from pyspark.sql import functions as F  # noqa: N812

    groups = [GROUP + column for column in by]
    known, measures = _known(product, by, histories, span)
    stream = rows.unionByName(known, allowMissingColumns=True)
    sums = _sums(groups, measures, histories)
    # Each sum once, by its name: Spark computes a window expression as often as it stands there.
    summed = stream.withColumns(sums).where(F.col(KNOWN).isNull())
    present = F.lit(True)
    for group in groups:
        present &= F.col(group).isNotNull()
    features = {
        feature: F.when(present, value)
        for history in histories
        for feature, value in _features(history, measures).items()
    }
    return summed.withColumns(features).drop(KNOWN, *(name for name, _ in measures.values()), *sums)


Measures = dict[str, tuple[str, bool]]
"""Expression → its column in the stream, and whether its values are whole numbers."""


def _known(
    product: DataFrame, by: Sequence[str], histories: Sequence[History], span: Span
) -> tuple[DataFrame, Measures]:
    """What was known when, as rows of the stream."""
    from pyspark.sql import functions as F  # noqa: N812

    expressions = list(dict.fromkeys(text for history in histories for text in history.mean.values()))
    named = {text: f"_measure_{index}" for index, text in enumerate(expressions)}
    longest = max(days for history in histories for days in history.days)
    events = product.where(span.covers(F.col("known_at"), longest * DAY)).dropna(subset=list(by))
    read = events.select(
        *(F.col(column).alias(GROUP + column) for column in by),
        F.unix_micros("known_at").alias(AT),
        F.lit(True).alias(KNOWN),
        *(compile_expression(text).alias(name) for text, name in named.items()),
    )
    types = {field.name: field.dataType.simpleString() for field in read.schema.fields}
    measures = {text: (name, types[name] in WHOLE) for text, name in named.items()}
    casts = {name: F.col(name).cast("bigint" if whole else "double") for name, whole in measures.values()}
    return (read.withColumns(casts) if casts else read), measures


def _sums(groups: Sequence[str], measures: Measures, histories: Sequence[History]) -> dict[str, Column]:
    """Sum and count of every measure up to each row and each window's beginning, or inside each window."""
    from pyspark.sql import functions as F  # noqa: N812

    sums: dict[str, Column] = {}

    def add(column: str, whole: bool, days: int) -> None:
        frames = {f"before_{days}": (None, -days * DAY), "now": (None, 0)}
        for frame, (start, end) in (frames if whole else {f"inside_{days}": (1 - days * DAY, 0)}).items():
            over = window(groups, start, end)
            sums.setdefault(f"_count{column}_{frame}", F.count(column).over(over))
            if column != KNOWN:
                sums.setdefault(f"_sum{column}_{frame}", F.sum(column).over(over))

    for history in histories:
        for days in history.days:
            for text in history.mean.values():
                add(*measures[text], days)
            if history.count:
                add(KNOWN, True, days)
    return sums


def _features(history: History, measures: Measures) -> dict[str, Column]:
    from pyspark.sql import functions as F  # noqa: N812

    def inside(kind: str, column: str, whole: bool, days: int) -> Column:
        if not whole:
            return F.col(f"_{kind}{column}_inside_{days}")
        before = F.coalesce(F.col(f"_{kind}{column}_before_{days}"), F.lit(0))
        return F.col(f"_{kind}{column}_now") - before

    features: dict[str, Column] = {}
    for days in history.days:
        for measure, text in history.mean.items():
            count = inside("count", *measures[text], days)
            mean = inside("sum", *measures[text], days).cast("double") / count
            features[f"{history.name}_{measure}_{days}d"] = F.when(count > 0, mean)
        if history.count:
            features[f"{history.name}_count_{days}d"] = inside("count", KNOWN, True, days).cast("double")
    return features
