"""Columns that rules add: expressions, labelled ranges, parts of dates, surrogate keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.rules.augment import Augment, Buckets, DatePart, SurrogateKey
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.expressions import attempted, compile_expression

if TYPE_CHECKING:
    from pyspark.sql import Column

SEPARATOR, NOTHING = ":", "~"
"""Of a surrogate key's text: behind the length of a value, and in place of one that is null."""


def augment(builder: Builder, rule: Augment) -> None:
    """Write the rule's column."""
    if rule.expression is not None:
        value = attempted(builder, rule.name, compile_expression(rule.expression), rule.reads)
    elif rule.buckets is not None:
        value = bucket(rule.buckets)
    elif rule.date_part is not None:
        value = part_of(rule.date_part, builder.type_of(rule.date_part.of))
    else:
        assert rule.surrogate_key is not None, "one form is declared"
        value = surrogate_key(rule.surrogate_key)
    builder.write(rule.column, value, rule.reads)


def bucket(buckets: Buckets) -> Column:
    """The label of the range that a number lies in; null for null and for what is no number."""
    from pyspark.sql import functions as F  # noqa: N812

    value = F.col(buckets.of)
    label = F.when(value.isNull() | F.isnan(value), F.lit(None))
    for edge, name in zip(buckets.edges, buckets.labels, strict=False):
        label = label.when(value < F.lit(edge), F.lit(name))
    return label.otherwise(F.lit(buckets.labels[-1]))


def part_of(date_part: DatePart, type_: str) -> Column:
    """A part of a date, or of a time as the zone's clocks and calendar show it."""
    from pyspark.sql import functions as F  # noqa: N812

    moment = F.col(date_part.of)
    if type_ == "timestamp" and date_part.time_zone != "UTC":
        moment = F.from_utc_timestamp(moment, date_part.time_zone)
    if date_part.part == "weekday":
        return F.weekday(moment) + 1
    if date_part.part == "date":
        return moment.cast("date")
    names = {"iso_week": "week", "iso_year": "yearofweek", "day_of_year": "doy"}
    return F.date_part(F.lit(names.get(date_part.part, date_part.part)), moment)


def surrogate_key(key: SurrogateKey) -> Column:
    """The digest of a text that no two different lists of values share."""
    from pyspark.sql import functions as F  # noqa: N812

    texts = [F.col(name).cast("string") for name in key.of]
    written = [F.coalesce(F.concat(F.length(text), F.lit(SEPARATOR), text), F.lit(NOTHING)) for text in texts]
    whole = F.concat(*written)
    return F.sha2(whole, 256) if key.digest == "sha256" else F.xxhash64(whole)
