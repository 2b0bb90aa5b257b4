"""The newest row of another product that was known: a step function of time, which the rows then look up.

Newest is by event time, and what is learnt late may be about an older event; so the last row that became known is not
the answer. At each moment at which a row becomes known or too old, the newest of those that are known and not too old
is found, from that product's rows alone. In between nothing changes: a row takes the last step before its prediction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.feature_view import AsOf
from spark_jobs.features.stream import AT, GROUP, HOUR, Span, window

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STEP = "_step"


def with_as_of(rows: DataFrame, there: DataFrame, as_of: AsOf, span: Span) -> DataFrame:
    """The rows with the columns taken.

    :param rows: rows that are asked about; ``_group_<column>`` and ``_at`` say where and when
    :param there: all rows of the other product
    """
    from pyspark.sql import functions as F  # noqa: N812

    groups = [GROUP + column for column in as_of.match]
    stream = rows.unionByName(_steps(rows, there, as_of, span), allowMissingColumns=True)
    # In a struct of its own, as a step at which nothing is known any more is a step too.
    last = F.last(STEP, ignorenulls=True).over(window(groups, None, 0))
    answered = stream.withColumn("_last", last).where(F.col(STEP).isNull())
    taken = {name: F.col(f"_last.newest._take_{name}") for name in as_of.take}
    return answered.withColumns(taken).drop(STEP, "_last")


def _steps(rows: DataFrame, there: DataFrame, as_of: AsOf, span: Span) -> DataFrame:
    """When the newest known row changes, and to what."""
    from pyspark.sql import functions as F  # noqa: N812

    groups = [GROUP + column for column in as_of.match]
    age = as_of.maximum_age_hours * HOUR
    newest = F.struct(
        "event_time",
        "known_at",
        *(F.col(column).cast("double").alias(f"_take_{name}") for name, column in as_of.take.items()),
    )
    known = there.where(span.covers(F.col("known_at"), age)).select(
        *(
            F.col(column).cast(rows.schema[GROUP + here].dataType).alias(GROUP + here)
            for here, column in as_of.match.items()
        ),
        F.unix_micros("known_at").alias(AT),
        newest.alias("_newest"),
    )
    known = known.dropna(subset=groups)
    nothing = F.lit(None).cast(known.schema["_newest"].dataType).alias("_newest")
    outdated = known.select(*groups, (F.col(AT) + age).alias(AT), nothing)
    found = F.max("_newest").over(window(groups, 1 - age, 0))
    return (
        known.unionAll(outdated)
        .withColumn("_found", found)
        .select(*groups, AT, F.struct(F.col("_found").alias("newest")).alias(STEP))
    )
