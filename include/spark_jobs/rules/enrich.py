"""Takes columns from another published product, pinned to one snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.run import LookUpPin
from spark_jobs.errors import JobError
from spark_jobs.iceberg import Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# A look-up of so many rows is sent to every task; a larger one is shuffled.
BROADCAST_ROWS = 200_000
FOUND = "_found"


def look_up(spark: SparkSession, frame: DataFrame, rule: Enrich, pins: tuple[LookUpPin, ...]) -> DataFrame:
    """The frame with the taken columns and ``_found``: whether the row has a match.

    A row whose match columns hold a null has none.

    :raises JobError: the product is not pinned, its snapshot is gone, or its match columns are not unique
    """
    from pyspark.sql import functions as F  # noqa: N812

    pin = next((pin for pin in pins if pin.product == rule.product), None)
    if pin is None:
        raise JobError(f"rule {rule.name!r} looks up {rule.product!r}, which the run does not pin: plan it again")
    snapshot = Table(spark, pin.table).snapshot(pin.snapshot_id)
    if snapshot is None:
        raise JobError(f"rule {rule.name!r}: snapshot {pin.snapshot_id} of {pin.table} is gone: run it again")
    there = spark.read.option("versionAsOf", pin.snapshot_id).table(pin.table)
    keys = list(rule.match.values())
    there = there.dropna(subset=keys)
    small = snapshot.total_records <= BROADCAST_ROWS
    # A small one is looked through by one task: without a shuffle, that is one job instead of two.
    _refuse_ambiguous(rule, there.coalesce(1) if small else there, keys)
    taken = there.select(
        *(F.col(column).alias(f"_match_{index}") for index, column in enumerate(keys)),
        *(F.col(column).alias(f"_take_{name}") for name, column in rule.take.items()),
        F.lit(True).alias(FOUND),
    )
    if small:
        taken = F.broadcast(taken)
    on = [F.col(here) == F.col(f"_match_{index}") for index, here in enumerate(rule.match)]
    joined = frame.join(taken, on, "left")
    joined = joined.withColumns({name: F.col(f"_take_{name}") for name in rule.take})
    return joined.drop(*(f"_match_{index}" for index in range(len(keys))), *(f"_take_{name}" for name in rule.take))


def _refuse_ambiguous(rule: Enrich, there: DataFrame, keys: list[str]) -> None:
    twice = there.groupBy(*keys).count().where("count > 1").first()
    if twice is not None:
        values = ", ".join(f"{key}={twice[key]!r}" for key in keys)
        raise JobError(
            f"rule {rule.name!r}: {', '.join(keys)} is not unique in {rule.product!r} ({values} stands there "
            f"{twice['count']} times), so a row could match twice. Match on that product's key"
        )
