"""Looks at a batch where it was written: checks, profile, personal data that nobody declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from groundwork.spec import names
from groundwork.spec.contract import PERSONAL
from groundwork.spec.profile import ColumnProfile
from groundwork.spec.report import ExpectationResult
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import tables
from spark_jobs.aggregate import aggregate
from spark_jobs.checks import evaluate, measures
from spark_jobs.iceberg import Snapshot, Table
from spark_jobs.profile.batch import figures, hashed, profiles, sample

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Audit:
    """What was found on the branch.

    :param newest_event: the largest ``event_time``, UTC; None where the batch has no row
    """

    expectations: tuple[ExpectationResult, ...]
    profile: tuple[ColumnProfile, ...]
    undeclared_personal: tuple[str, ...]
    newest_event: datetime | None


def audit(spark: SparkSession, run: FrozenRun, batch: Batch, refined: Table, head: Snapshot) -> Audit:
    """Read the branch back and hold it against the contract.

    :param head: the branch's snapshot
    """
    from pyspark.sql import functions as F  # noqa: N812

    contract = run.contract
    branch = spark.read.option("branch", names.branch(batch.batch_id)).table(refined.name)
    rows = tables.read_batch(spark, refined.name, batch.batch_id, names.branch(batch.batch_id))
    columns = {column.name: column.type for column in contract.columns}
    values = {name: F.col(name) for name in columns}
    wanted = figures(columns, values, with_range=True)
    generated = wanted.generated | measures(contract.expectations)
    generated["newest event"] = F.max(F.unix_micros("event_time"))
    found = aggregate(hashed(rows, values), generated, wanted.interpreted, head.added_records)
    expectations = evaluate(contract, rows, branch, found, head.total_records)
    sampled = sample(rows, list(columns), head.added_records)
    classifications = {column.name: column.classification for column in contract.columns}
    profile = profiles(contract, columns, found, sampled, classifications)
    undeclared = tuple(item.name for item in profile if item.detected and item.classification not in PERSONAL)
    newest = found["newest event"]
    newest_event = None if newest is None else EPOCH + timedelta(microseconds=newest)
    return Audit(expectations, profile, undeclared, newest_event)
