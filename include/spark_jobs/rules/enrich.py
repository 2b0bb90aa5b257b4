"""Takes columns from another published product, pinned to one snapshot."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from groundwork.decisions.look_up import decide_look_up
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.run import FrozenRun
from spark_jobs.errors import JobError
from spark_jobs.iceberg import Snapshot, Table
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.violations import Violation

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# A look-up of so many rows is sent to every task; a larger one is shuffled.
BROADCAST_ROWS = 200_000
FOUND = "_found"


def enrich(spark: SparkSession, builder: Builder, rule: Enrich, run: FrozenRun) -> None:
    """Write the taken columns, and mark the rows without a match as the rule says.

    A row whose match columns hold a null has none.

    :raises JobError: the product is not pinned, its table or snapshot is gone or too old, or its match columns are not
        unique
    """
    from pyspark.sql import functions as F  # noqa: N812

    there, small = _pinned(spark, rule, run)
    keys = list(rule.match.values())
    there = there.dropna(subset=keys)
    # A small one is looked through by one task: without a shuffle, that is one job instead of two.
    _refuse_ambiguous(rule, there.coalesce(1) if small else there, keys)
    builder.frame = _joined(builder.flush(), rule, there, small=small)
    if rule.missing != "keep" and rule.missing != "default":  # noqa: PLR1714 - what mypy can follow
        message = rule.description or f"{', '.join(rule.match)} is not in {rule.product}"
        column = next(iter(rule.match)) if len(rule.match) == 1 else None
        builder.violate(Violation(rule.name, rule.kind, rule.missing, column, message), F.col(FOUND).isNull())
        builder.flush()
    builder.frame = builder.frame.drop(FOUND)


def _pinned(spark: SparkSession, rule: Enrich, run: FrozenRun) -> tuple[DataFrame, bool]:
    """The product's rows at the pinned snapshot, and whether they are few."""
    pin = next((pin for pin in run.look_ups if pin.product == rule.product), None)
    if pin is None:
        raise JobError(f"rule {rule.name!r} looks up {rule.product!r}, which the run does not pin: plan it again")
    if not spark.catalog.tableExists(pin.table):
        raise JobError(
            f"rule {rule.name!r} looks up {rule.product!r}, and its table {pin.table} is gone: publish that product "
            "again, then start a new run"
        )
    snapshot = Table(spark, pin.table).snapshot(pin.snapshot_id)
    if snapshot is None:
        raise JobError(f"rule {rule.name!r}: snapshot {pin.snapshot_id} of {pin.table} is gone: run it again")
    _refuse_stale(rule, snapshot, run.frozen_at)
    rows = spark.read.option("versionAsOf", pin.snapshot_id).table(pin.table)
    return rows, snapshot.total_records <= BROADCAST_ROWS


def _refuse_stale(rule: Enrich, snapshot: Snapshot, planned_at: datetime) -> None:
    """As the run's plan did, which could not where the catalogue did not show the snapshot any more."""
    decision = decide_look_up(rule, snapshot.committed_at, planned_at)
    if decision.outcome == "refuse":
        raise JobError("; ".join(decision.reasons))


def _joined(frame: DataFrame, rule: Enrich, there: DataFrame, *, small: bool) -> DataFrame:
    """The frame with the taken columns and ``_found``: whether the row has a match."""
    from pyspark.sql import functions as F  # noqa: N812

    taken = there.select(
        *(F.col(column).alias(f"_match_{index}") for index, column in enumerate(rule.match.values())),
        *(F.col(column).alias(f"_take_{name}") for name, column in rule.take.items()),
        F.lit(True).alias(FOUND),
    )
    types = {name: taken.schema[f"_take_{name}"].dataType for name in rule.take}
    on = [F.col(here) == F.col(f"_match_{index}") for index, here in enumerate(rule.match)]
    joined = frame.join(F.broadcast(taken) if small else taken, on, "left")
    values = {name: F.col(f"_take_{name}") for name in rule.take}
    for name, default in rule.defaults.items():
        unmatched = F.lit(default).cast(types[name])
        values[name] = F.when(F.col(FOUND).isNull(), unmatched).otherwise(values[name])
    joined = joined.withColumns(values)
    return joined.drop(*(f"_match_{index}" for index in range(len(on))), *(f"_take_{name}" for name in rule.take))


def _refuse_ambiguous(rule: Enrich, there: DataFrame, keys: list[str]) -> None:
    twice = there.groupBy(*keys).count().where("count > 1").first()
    if twice is not None:
        values = ", ".join(f"{key}={twice[key]!r}" for key in keys)
        raise JobError(
            f"rule {rule.name!r}: {', '.join(keys)} is not unique in {rule.product!r} ({values} stands there "
            f"{twice['count']} times), so a row could match twice. Match on that product's key"
        )
