"""A few quarantined rows, for people: where each came from and the values that its rule looked at, masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from groundwork.spec import names
from groundwork.spec.contract import PERSONAL
from groundwork.spec.report import QuarantineSample
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import tables

if TYPE_CHECKING:
    from pyspark.sql import Row, SparkSession

ROWS = 200
"""Rows that are looked at: a rule that is broken more rarely among them has no sample."""
SAMPLES = 3
LONGEST = 60
MASK = "***"


def quarantine_samples(
    spark: SparkSession, run: FrozenRun, batch: Batch, undeclared_personal: Sequence[str]
) -> tuple[QuarantineSample, ...]:
    """At most three rows a rule, of the batch's first rows in quarantine.

    :param undeclared_personal: columns that look personal though the contract does not say so
    """
    fields = [column.name for column in tables.landing_columns(run.contract)]
    hidden = _personal(run) | set(undeclared_personal)
    reads = {rule.name: sorted(rule.reads) for rule in run.ruleset.rules}
    told: Counter[str] = Counter()
    samples = []
    for row in _rows(spark, run, batch, fields):
        for violation in row["violations"]:
            told[violation["rule"]] += 1
            if told[violation["rule"]] <= SAMPLES:
                looked_at = [violation["column"]] if violation["column"] else reads.get(violation["rule"], [])
                shown = {name: row[name] for name in looked_at if name in fields}
                samples.append(_sample(row, violation, shown, hidden))
    return tuple(samples)


def _rows(spark: SparkSession, run: FrozenRun, batch: Batch, fields: Sequence[str]) -> list[Row]:
    from pyspark.sql import functions as F  # noqa: N812

    texts = [F.col(name).cast("string").substr(1, LONGEST).alias(name) for name in fields]
    rows = spark.table(names.table(run.environment, run.contract, "quarantine"))
    rows = rows.where(F.col("_batch_id") == batch.batch_id).select("_source_file", "_source_row", "violations", *texts)
    # One task, which ends after so many rows: a limit over several would ask one after the other, a job each time.
    return rows.coalesce(1).limit(ROWS).collect()


def _sample(row: Row, violation: Row, shown: dict[str, str | None], hidden: set[str]) -> QuarantineSample:
    return QuarantineSample(
        rule=violation["rule"],
        message=violation["message"],
        file=row["_source_file"].rpartition("/")[2],
        row=row["_source_row"],
        values={name: MASK if value is not None and name in hidden else value for name, value in shown.items()},
    )


def _personal(run: FrozenRun) -> set[str]:
    """Columns that the contract calls personal, in the table or in the files, and those that a comply rule hides."""
    contract = run.contract
    columns = [*contract.columns, *(contract.landing.columns if contract.landing else ())]
    declared = {column.name for column in columns if column.classification in PERSONAL}
    return declared.union(*(rule.reads for rule in run.ruleset.rules if rule.kind == "comply"))
