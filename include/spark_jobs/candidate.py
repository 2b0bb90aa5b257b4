"""What a batch becomes under its rules, and where its rows go: branch, quarantine, nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundwork.spec import names
from groundwork.spec.contract import SYSTEM_COLUMNS
from groundwork.spec.report import RuleResult
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import tables
from spark_jobs.aggregate import aggregate
from spark_jobs.errors import SPARK_ERRORS, JobError
from spark_jobs.iceberg import BATCH_ID, FENCING_TOKEN, RULESET_DIGEST, RUN_PREFIX, Snapshot, Table
from spark_jobs.primary_key import PLACE, with_primary_key
from spark_jobs.progress import Progress
from spark_jobs.rules.plan import Plan, plan_batch
from spark_jobs.rules.violations import Violation, bit_columns, dropped, is_set, quarantined, reasons

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class Candidate:
    """A batch whose violations are counted.

    :param rows: every row with its violation bits, kept: the rules are carried out once
    :param violations: what each bit means
    :param raw_rows: rows that its raw snapshot added
    :param kept_back: rows for the quarantine
    :param dropped: rows that a rule leaves out
    """

    plan: Plan
    rows: DataFrame
    violations: tuple[Violation, ...]
    raw_rows: int
    kept_back: int
    dropped: int
    rules: tuple[RuleResult, ...]

    @property
    def quarantine_reasons(self) -> dict[str, int]:
        """Rule → rows, of the rules that set rows aside, the most frequent first."""
        found = [item for item in self.rules if item.violations and item.action in ("quarantine", "fail")]
        return {item.rule: item.violations for item in sorted(found, key=lambda item: -item.violations)}


def evaluate(spark: SparkSession, run: FrozenRun, batch: Batch, progress: Progress) -> Candidate:
    """Compile the rules and count what breaks them.

    :raises JobError: the batch is not in the raw table, or a rule cannot be carried out
    """
    name = names.table(run.environment, run.contract, "raw")
    snapshot = Table(spark, name).committed(batch.batch_id) if spark.catalog.tableExists(name) else None
    if snapshot is None:
        raise JobError(f"batch {batch.batch_id} is not in {name}: acquire it first")
    raw = tables.read_batch(spark, name, batch.batch_id)
    with progress.step("plan"):
        plan = plan_batch(spark, run, batch, raw)
    try:
        with progress.step("rules"):
            # Kept whole and uncompressed, in memory and what does not fit on disk: that costs a fifth of carrying the
            # rules out a second time for the rows to be published (138,000 flights).
            violations, rows = with_primary_key(spark, run, batch, plan.violations, plan.frame.cache())
            return _counted(plan, rows, violations, snapshot.added_records)
    except SPARK_ERRORS:
        plan.explain_failure()
        raise


def _counted(plan: Plan, rows: DataFrame, violations: tuple[Violation, ...], raw_rows: int) -> Candidate:
    from pyspark.sql import functions as F  # noqa: N812

    wanted = {str(place): F.count(F.when(is_set(place), 1)) for place in range(len(violations))}
    wanted |= {
        "quarantined": F.count(F.when(quarantined(violations), 1)),
        "dropped": F.count(F.when(dropped(violations), 1)),
    }
    found = aggregate(rows, wanted, {}, raw_rows)
    rules = tuple(
        RuleResult(rule=item.rule, kind=item.kind, action=item.action, violations=found[str(place)])
        for place, item in enumerate(violations)
    )
    return Candidate(plan, rows, violations, raw_rows, found["quarantined"], found["dropped"], rules)


def quarantine(spark: SparkSession, run: FrozenRun, batch: Batch, candidate: Candidate) -> int:
    """Replace the batch's rows in the quarantine table; gives how many stand there now.

    Before the publish: should the job die in between, a row is set aside and not yet published, never lost.
    """
    from pyspark.sql import functions as F  # noqa: N812

    name = names.table(run.environment, run.contract, "quarantine")
    if not candidate.kept_back and not spark.catalog.tableExists(name):
        return 0
    table = tables.quarantine_table(spark, run)
    if not candidate.kept_back:
        # Nothing but an earlier, different run can have left rows.
        spark.sql(f"DELETE FROM {name} WHERE _batch_id = '{batch.batch_id}'")  # noqa: S608 - 16 hexadecimal digits
        return 0
    kept_back = candidate.rows.where(quarantined(candidate.violations))
    kept_back = kept_back.select(*PLACE, *bit_columns(len(candidate.violations)))
    rows = candidate.plan.raw.join(kept_back, list(PLACE)).select(
        *(column.name for column in tables.landing_columns(run.contract)),
        *tables.RAW_SYSTEM,
        reasons(candidate.violations).alias("violations"),
        F.lit(run.ruleset.content_digest()).alias("_ruleset_digest"),
        F.lit(run.frozen_at).cast("timestamp").alias("_quarantined_at"),
    )
    tables.with_table_columns(rows, table).writeTo(name).overwrite(F.col("_batch_id") == batch.batch_id)
    table.refresh()
    head = table.head()
    return head.added_records if head else 0


def write_branch(run: FrozenRun, batch: Batch, refined: Table, candidate: Candidate) -> Snapshot:
    """Write the rows to be published to the batch's branch; gives the branch's snapshot."""
    from pyspark.sql import functions as F  # noqa: N812

    branch = names.branch(batch.batch_id)
    rows = candidate.rows
    if candidate.kept_back or candidate.dropped:
        rows = rows.where(~quarantined(candidate.violations) & ~dropped(candidate.violations))
    writer = _published_columns(run, refined, rows).writeTo(f"{refined.name}.branch_{branch}")
    for key, value in _summary(run, batch, candidate).items():
        writer = writer.option(f"snapshot-property.{key}", value)
    if run.contract.load_mode == "full":
        writer.overwrite(F.lit(True))
    elif run.replay:
        # A file holds one batch only, so this replaces files and rewrites none.
        writer.overwrite(F.col("_batch_id") == batch.batch_id)
    else:
        writer.append()
    refined.refresh()
    head = refined.head(branch)
    if head is None or head.summary.get(BATCH_ID) != batch.batch_id:
        raise JobError(f"branch {branch} of {refined.name} was changed by another writer: run the refinement again")
    return head


def _published_columns(run: FrozenRun, refined: Table, rows: DataFrame) -> DataFrame:
    """The table's columns; null for those that the contract has no more."""
    from pyspark.sql import functions as F  # noqa: N812

    wanted = [column.name for column in run.contract.columns] + list(SYSTEM_COLUMNS)
    there = rows.sparkSession.table(refined.name).schema.fields
    gone = [F.lit(None).cast(field.dataType).alias(field.name) for field in there if field.name not in wanted]
    return rows.select(*wanted, *gone)


def _summary(run: FrozenRun, batch: Batch, candidate: Candidate) -> dict[str, str]:
    return {
        BATCH_ID: batch.batch_id,
        FENCING_TOKEN: str(run.fencing_token),
        RULESET_DIGEST: run.ruleset.content_digest(),
        RUN_PREFIX: run.prefix,
        "groundwork.contract-version": run.contract.version,
        "groundwork.raw-rows": str(candidate.raw_rows),
        "groundwork.quarantined-rows": str(candidate.kept_back),
        "groundwork.dropped-rows": str(candidate.dropped),
    }
