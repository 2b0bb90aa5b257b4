"""What a batch becomes under its rules, and its rows that go to the branch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundwork.spec import names
from groundwork.spec.report import RuleResult
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import tables
from spark_jobs.aggregate import aggregate
from spark_jobs.errors import SPARK_ERRORS, JobError
from spark_jobs.iceberg import (
    BATCH_ID,
    FENCING_TOKEN,
    REPLAY_ID,
    RULESET_DIGEST,
    RUN_PREFIX,
    WRITTEN_ON,
    Snapshot,
    Table,
    snapshot_properties,
)
from spark_jobs.primary_key import with_primary_key
from spark_jobs.progress import Progress
from spark_jobs.quarantine import taken_up
from spark_jobs.rules.plan import Plan, as_it_came, plan_batch
from spark_jobs.rules.violations import Violation, any_set, bit_columns, dropped, filtered, is_set, quarantined
from spark_jobs.upsert import merge, remember, resolve

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, DataFrameWriterV2, SparkSession

KEPT_ROWS = 1_000_000
"""A batch of more is carried out twice instead of kept, where that costs less: see ``_kept``."""


@dataclass(frozen=True)
class Candidate:
    """A batch whose violations are counted.

    :param rows: every row with its violation bits
    :param marked: the rows that break a rule, with their bits and, of those for the quarantine, the row as it came;
        kept. All rows, where those are kept
    :param violations: what each bit means
    :param raw_rows: rows that its raw snapshot added
    :param kept_back: rows for the quarantine
    :param dropped: rows that a rule leaves out
    """

    rows: DataFrame
    marked: DataFrame
    violations: tuple[Violation, ...]
    raw_rows: int
    kept_back: int
    dropped: int
    rules: tuple[RuleResult, ...]

    @property
    def published(self) -> DataFrame:
        """The rows that no rule sets aside or leaves out."""
        if not self.kept_back and not self.dropped:
            return self.rows
        passes = ~quarantined(self.violations) & ~dropped(self.violations)
        # Spark carries no condition down through what is kept, and merges no rows that are numbered.
        return self.rows.where(passes) if self.rows is self.marked else filtered(self.rows, passes)

    @property
    def quarantine_reasons(self) -> dict[str, int]:
        """Rule → rows, of the rules that set rows aside, the most frequent first.

        A rule that several columns broke is named with each.
        """
        found = [item for item in self.rules if item.violations and item.action in ("quarantine", "fail")]
        times = Counter(item.rule for item in found)
        return {
            item.rule if times[item.rule] == 1 else f"{item.rule}({item.column})": item.violations
            for item in sorted(found, key=lambda item: -item.violations)
        }


def evaluate(spark: SparkSession, run: FrozenRun, batch: Batch, progress: Progress) -> Candidate:
    """Compile the rules and count what breaks them.

    :raises JobError: the batch is not in the raw table, or a rule cannot be carried out
    """
    raw, raw_rows = _acquired(spark, run, batch) if run.replay_id is None else taken_up(spark, run, batch)
    with progress.step("plan"):
        plan = plan_batch(spark, run, batch, raw)
    try:
        with progress.step("rules"):
            return carry_out(spark, run, batch, plan, raw_rows)
    except SPARK_ERRORS:
        # One row on which an expression fails ends a job. Attempting each costs all rows of all batches something, so
        # that is done only now, when there is such a row.
        progress.say("a row ended the job: every expression is attempted row by row")
        spark.catalog.clearCache()
        plan = plan_batch(spark, run, batch, raw, attempts=True)
        return _attempted(spark, run, batch, plan, raw_rows)


def _attempted(spark: SparkSession, run: FrozenRun, batch: Batch, plan: Plan, raw_rows: int) -> Candidate:
    try:
        return carry_out(spark, run, batch, plan, raw_rows)
    except SPARK_ERRORS:
        plan.explain_failure()
        raise


def carry_out(spark: SparkSession, run: FrozenRun, batch: Batch, plan: Plan, raw_rows: int) -> Candidate:
    """Count what breaks the rules of a plan.

    :param raw_rows: how many rows it has
    """
    from pyspark.sql import functions as F  # noqa: N812

    violations, rows = with_primary_key(spark, run, batch, plan.violations, plan.frame)
    came = as_it_came(run.contract).values()
    rows = rows.withColumns({name: F.when(quarantined(violations), F.col(name)) for name in came})
    if _kept(run, raw_rows):
        rows = marked = rows.cache()
    else:
        broken = filtered(rows, any_set(range(len(violations))))
        marked = broken.select(*came, *bit_columns(len(violations))).cache()
    return _counted(rows, marked, violations, raw_rows)


def _kept(run: FrozenRun, raw_rows: int) -> bool:
    """Whether all rows are kept once the rules are carried out, in memory and what does not fit on disk.

    Else only those are that break a rule, and the rules are carried out a second time for the rows to be published.
    """
    narrow = all(rule.narrow for rule in run.ruleset.rules)
    return raw_rows <= KEPT_ROWS or not narrow or run.contract.load_mode == "upsert" or run.replay_id is not None


def _acquired(spark: SparkSession, run: FrozenRun, batch: Batch) -> tuple[DataFrame, int]:
    """The batch's rows of the raw table, and how many its snapshot added."""
    name = names.table(run.environment, run.contract, "raw")
    snapshot = Table(spark, name).committed(batch.batch_id) if spark.catalog.tableExists(name) else None
    if snapshot is None:
        raise JobError(f"batch {batch.batch_id} is not in {name}: acquire it first")
    return tables.read_batch(spark, name, batch.batch_id), snapshot.added_records


def _counted(rows: DataFrame, marked: DataFrame, violations: tuple[Violation, ...], raw_rows: int) -> Candidate:
    from pyspark.sql import functions as F  # noqa: N812

    wanted = {str(place): F.count(F.when(is_set(place), 1)) for place in range(len(violations))}
    several = {rule: places for rule, places in _places(violations).items() if len(places) > 1}
    wanted |= {f"rule {rule}": F.count(F.when(any_set(places), 1)) for rule, places in several.items()}
    wanted |= {
        "quarantined": F.count(F.when(quarantined(violations), 1)),
        "dropped": F.count(F.when(dropped(violations), 1)),
    }
    found = aggregate(marked, wanted, {}, raw_rows)
    rules = tuple(
        RuleResult(
            rule=item.rule,
            kind=item.kind,
            column=item.column,
            action=item.action,
            violations=found[str(place)],
            rows=found.get(f"rule {item.rule}"),
        )
        for place, item in enumerate(violations)
    )
    return Candidate(rows, marked, violations, raw_rows, found["quarantined"], found["dropped"], rules)


def _places(violations: tuple[Violation, ...]) -> dict[str, list[int]]:
    """Rule → its bits, one for each of its columns."""
    found: dict[str, list[int]] = {}
    for place, item in enumerate(violations):
        found.setdefault(item.rule, []).append(place)
    return found


@dataclass(frozen=True)
class Written:
    """What stands on the batch's branch.

    :param head: the branch's snapshot
    :param published: rows of the batch there, and those that delete their key
    :param superseded: rows that a newer row of the same key keeps out
    """

    head: Snapshot
    published: int
    superseded: int = 0


def write_branch(run: FrozenRun, batch: Batch, refined: Table, candidate: Candidate) -> Written:
    """Write the rows to be published to the batch's branch."""
    from pyspark.sql import functions as F  # noqa: N812

    rows = candidate.published
    if run.replay_id:
        rows = rows.withColumn("_replay_id", F.lit(run.replay_id))
    summary = _summary(run, batch, candidate)
    if run.contract.load_mode == "upsert":
        return _upsert(run, batch, refined, rows, summary)
    branch = names.branch(batch.batch_id)
    writer = _with_summary(tables.with_table_columns(rows, refined), refined, branch, summary)
    if run.contract.load_mode == "full" and run.replay_id is None:
        writer.overwrite(F.lit(True))
    elif run.replay:
        # A file holds one batch only, so this replaces files and rewrites none.
        writer.overwrite(F.col("_batch_id") == batch.batch_id)
    else:
        writer.append()
    head = _written_head(batch, refined, branch)
    return Written(head, head.added_records)


def _upsert(run: FrozenRun, batch: Batch, refined: Table, rows: DataFrame, summary: Mapping[str, str]) -> Written:
    """Merge the rows into the branch; what stands there is counted there."""
    from pyspark.sql import functions as F  # noqa: N812

    spark, branch = rows.sparkSession, names.branch(batch.batch_id)
    base = refined.head(branch)
    assert base is not None, f"branch {branch} was made before"
    changes = resolve(spark, run, batch, refined, rows.withColumn("_sequence", F.lit(batch.sequence)))
    with snapshot_properties(spark, summary):
        merge(changes, f"{refined.name}.branch_{branch}")
    refined.refresh()
    head = refined.head(branch)
    if head is None or head.summary.get(BATCH_ID) != batch.batch_id:
        # A snapshot must say that the batch is published, and on what it was written. Nothing has changed, and Iceberg
        # made none of that; or an older Iceberg has made one and says nothing of whose it is.
        nothing = spark.table(refined.name).limit(0)
        _with_summary(nothing, refined, branch, {**summary, WRITTEN_ON: str(base.snapshot_id)}).append()
    head = _written_head(batch, refined, branch)
    deleted = remember(run, batch, refined, changes, head.snapshot_id)
    stands = tables.read_batch(spark, refined.name, batch.batch_id, branch)
    if run.replay_id:
        stands = stands.where(F.col("_replay_id") == run.replay_id)
    return Written(head, stands.count() + deleted, changes.superseded)


def _with_summary(rows: DataFrame, refined: Table, branch: str, summary: Mapping[str, str]) -> DataFrameWriterV2:
    writer = rows.writeTo(f"{refined.name}.branch_{branch}")
    for key, value in summary.items():
        writer = writer.option(f"snapshot-property.{key}", value)
    return writer


def _written_head(batch: Batch, refined: Table, branch: str) -> Snapshot:
    refined.refresh()
    head = refined.head(branch)
    if head is None or head.summary.get(BATCH_ID) != batch.batch_id:
        raise JobError(f"branch {branch} of {refined.name} was changed by another writer: run the refinement again")
    return head


def _summary(run: FrozenRun, batch: Batch, candidate: Candidate) -> dict[str, str]:
    replay = {REPLAY_ID: run.replay_id} if run.replay_id else {}
    return replay | {
        BATCH_ID: batch.batch_id,
        FENCING_TOKEN: str(run.fencing_token),
        RULESET_DIGEST: run.ruleset.content_digest(),
        RUN_PREFIX: run.prefix,
        "groundwork.contract-version": run.contract.version,
        "groundwork.raw-rows": str(candidate.raw_rows),
        "groundwork.quarantined-rows": str(candidate.kept_back),
        "groundwork.dropped-rows": str(candidate.dropped),
    }
