"""A few quarantined rows, for people: where each came from and the values that its rule looked at, masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from groundwork.spec import names
from groundwork.spec.contract import PERSONAL
from groundwork.spec.report import QuarantineSample
from groundwork.spec.run import Batch, FrozenRun

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

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
    from pyspark.sql import functions as F  # noqa: N812

    contract = run.contract
    fields = [column.name for column in (contract.landing.columns if contract.landing else contract.columns)]
    hidden = _personal(run) | set(undeclared_personal)
    reads = {rule.name: sorted(rule.reads) for rule in run.ruleset.rules}
    texts = [F.col(name).cast("string").substr(1, LONGEST).alias(name) for name in fields]
    rows = spark.table(names.table(run.environment, contract, "quarantine"))
    rows = rows.where(F.col("_batch_id") == batch.batch_id).select("_source_file", "_source_row", "violations", *texts)
    told: Counter[str] = Counter()
    samples = []
    for row in rows.limit(ROWS).collect():
        for violation in row["violations"]:
            rule = violation["rule"]
            told[rule] += 1
            if told[rule] > SAMPLES:
                continue
            looked_at = [violation["column"]] if violation["column"] else reads.get(rule, [])
            shown = [name for name in looked_at if name in fields]
            values = {name: MASK if name in hidden and row[name] is not None else row[name] for name in shown}
            samples.append(
                QuarantineSample(
                    rule=rule,
                    message=violation["message"],
                    file=row["_source_file"].rpartition("/")[2],
                    row=row["_source_row"],
                    values=values,
                )
            )
    return tuple(samples)


def _personal(run: FrozenRun) -> set[str]:
    """Columns that the contract calls personal, in the table or in the files, and those that a comply rule hides."""
    contract = run.contract
    columns = [*contract.columns, *(contract.landing.columns if contract.landing else ())]
    declared = {column.name for column in columns if column.classification in PERSONAL}
    return declared.union(*(rule.reads for rule in run.ruleset.rules if rule.kind == "comply"))
