"""The quarantine table: rows as they came, with the reasons, and what replays have made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundwork.spec import names
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import tables
from spark_jobs.primary_key import PLACE
from spark_jobs.rules.plan import as_it_came
from spark_jobs.rules.violations import dropped, quarantined, reasons

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

    from spark_jobs.candidate import Candidate

WAITING = "_replay_id is null"
"""Of rows that no replay has settled."""


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
    rows = candidate.marked.where(quarantined(candidate.violations)).select(
        *(F.col(kept).alias(name) for name, kept in as_it_came(run.contract).items()),
        *_judged(run, candidate),
        F.lit("quarantined").alias("_state"),
    )
    tables.with_table_columns(rows, table).writeTo(name).overwrite(F.col("_batch_id") == batch.batch_id)
    table.refresh()
    head = table.head()
    return head.added_records if head else 0


def _judged(run: FrozenRun, candidate: Candidate) -> list[Column]:
    from pyspark.sql import functions as F  # noqa: N812

    return [
        reasons(candidate.violations).alias("violations"),
        F.lit(run.ruleset.content_digest()).alias("_ruleset_digest"),
        F.lit(run.frozen_at).cast("timestamp").alias("_quarantined_at"),
    ]


def taken_up(spark: SparkSession, run: FrozenRun, batch: Batch) -> tuple[DataFrame, int]:
    """The batch's waiting rows that broke one of the run's rules, as they came, and how many they are.

    A row whose publish is in main already is none, even if the job that published it died before it said so here.
    """
    from pyspark.sql import functions as F  # noqa: N812

    rows = _of_batch(spark, run, batch).where(WAITING)
    if run.quarantined_rules:
        broken = F.transform("violations", lambda item: item["rule"])
        rows = rows.where(F.arrays_overlap(broken, F.array(*(F.lit(rule) for rule in run.quarantined_rules))))
    rows = rows.join(_published(spark, run, batch), list(PLACE), "left_anti").select(*tables.raw_columns(run.contract))
    kept = rows.cache()
    return kept, kept.count()


@dataclass(frozen=True)
class Settled:
    """Rows of a batch that replays have settled, and all that were ever set aside."""

    all: int
    published: int
    dropped: int


def settled_before(spark: SparkSession, run: FrozenRun, batch: Batch) -> Settled:
    """What earlier replays have made of the batch's rows."""
    from pyspark.sql import functions as F  # noqa: N812

    published = _published(spark, run, batch).withColumn("_there", F.lit(True))
    rows = _of_batch(spark, run, batch).join(published, list(PLACE), "left")
    there = F.col("_there") | (F.expr(f"not ({WAITING})") & (F.col("_state") == "published"))
    left_out = F.expr(f"not ({WAITING})") & (F.col("_state") == "dropped")
    found = rows.agg(F.count(F.lit(1)), F.count(F.when(there, 1)), F.count(F.when(left_out, 1))).collect()[0]
    return Settled(*found)


def settle(spark: SparkSession, run: FrozenRun, batch: Batch, candidate: Candidate) -> None:
    """After the publish: mark the rows that are published or dropped, give the others their reasons of now.

    What is in main is known by main, also if the job that published it died before it said so here. One commit replaces
    the batch's rows; repeated it says the same.
    """
    from pyspark.sql import functions as F  # noqa: N812

    table = tables.quarantine_table(spark, run)
    state = F.when(quarantined(candidate.violations), "quarantined").when(dropped(candidate.violations), "dropped")
    again = candidate.rows.select(
        *PLACE,
        *(column.alias(f"_now{name}") for name, column in zip(_JUDGED, _judged(run, candidate), strict=True)),
        state.otherwise("published").alias("_now_state"),
    )
    rows = spark.table(table.name).where(F.col("_batch_id") == batch.batch_id)
    rows = rows.join(again, list(PLACE), "left")
    published = _published(spark, run, batch, "_replay_id").withColumnRenamed("_replay_id", "_there")
    rows = rows.join(published, list(PLACE), "left")
    # Spark takes up again what it kept of a frame once a table that it reads was written, so that a row which this
    # replay has published may be among the candidate's no more.
    settled = F.col("_now_state").isin("published", "dropped") | (F.col("_there") == run.replay_id)
    fails, passes = F.col("_now_state") == "quarantined", F.expr(WAITING) & F.coalesce(settled, F.lit(False))
    waits = F.expr(WAITING)
    rows = rows.withColumns(
        {name: F.when(fails, F.col(f"_now{name}")).otherwise(F.col(name)) for name in _JUDGED}
        | {
            "_state": F.coalesce("_now_state", F.when(waits & F.col("_there").isNotNull(), "published"), "_state"),
            "_replayed_at": F.when(passes, F.lit(run.frozen_at).cast("timestamp")).otherwise(F.col("_replayed_at")),
            "_replayed_by": F.when(passes, F.lit(run.requested_by)).otherwise(F.col("_replayed_by")),
            "_replay_id": F.coalesce("_replay_id", "_there", F.when(passes, F.lit(run.replay_id))),
        }
    )
    tables.with_table_columns(rows, table).writeTo(table.name).overwrite(F.col("_batch_id") == batch.batch_id)


_JUDGED = ("violations", "_ruleset_digest", "_quarantined_at")


def reopen(spark: SparkSession, run: FrozenRun, batch: Batch, replay_id: str) -> None:
    """After a replay was taken back: its rows wait again."""
    name = names.table(run.environment, run.contract, "quarantine")
    spark.sql(
        f"UPDATE {name} SET _state = 'quarantined', _replay_id = NULL, _replayed_at = NULL, _replayed_by = NULL "  # noqa: S608 - hexadecimal digits
        f"WHERE _batch_id = '{batch.batch_id}' AND _replay_id = '{replay_id}'"
    )


def _of_batch(spark: SparkSession, run: FrozenRun, batch: Batch) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812

    return spark.table(tables.quarantine_table(spark, run).name).where(F.col("_batch_id") == batch.batch_id)


def _published(spark: SparkSession, run: FrozenRun, batch: Batch, *more: str) -> DataFrame:
    """Places of the batch's rows in main."""
    from pyspark.sql import functions as F  # noqa: N812

    main = spark.table(names.table(run.environment, run.contract, "refined"))
    return main.where(F.col("_batch_id") == batch.batch_id).select(*PLACE, *more)
