"""Looks at a batch where it was written: checks, profile, personal data that nobody declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from groundwork.decisions.classification import disagreements, undeclared_personal
from groundwork.spec import names
from groundwork.spec.contract import PERSONAL
from groundwork.spec.profile import ColumnProfile, Disagreement
from groundwork.spec.report import ExpectationResult
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import tables
from spark_jobs.aggregate import aggregate
from spark_jobs.checks.data import Data
from spark_jobs.checks.suite import Suite
from spark_jobs.iceberg import Snapshot, Table
from spark_jobs.primary_key import PLACE
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
    disagreements: tuple[Disagreement, ...]
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
    personal = frozenset(column.name for column in contract.columns if column.classification in PERSONAL)
    if contract.history:
        # What a key was before is not published twice.
        branch = branch.where("is_current")
    total = branch.count() if contract.history and contract.expectations else head.total_records
    data = Data(rows, branch, total, tuple(columns), personal, order=PLACE)
    suite = Suite(contract.expectations, data)
    generated = wanted.generated | suite.measures.generated
    generated["newest event"] = F.max(F.unix_micros("event_time"))
    interpreted = wanted.interpreted | suite.measures.interpreted
    found = aggregate(suite.with_flags(hashed(rows, values)), generated, interpreted, head.added_records)
    expectations = suite.results(found, head.added_records)
    sampled = sample(rows, list(columns), head.added_records)
    classifications = {column.name: column.classification for column in contract.columns}
    profile = profiles(contract, columns, found, sampled, classifications)
    # Hidden values look like nothing known, so that only the findings say something here.
    findings = tuple(item for item in disagreements(profile) if item.severity == "finding")
    newest = found["newest event"]
    newest_event = None if newest is None else EPOCH + timedelta(microseconds=newest)
    return Audit(expectations, profile, undeclared_personal(profile), findings, newest_event)
