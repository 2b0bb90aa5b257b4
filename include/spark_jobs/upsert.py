"""Upsert: which rows of a batch stand against what is published, and the changes that make it so.

What stands is a function of all rows that ever came, whatever the order they came in: of every key the newest row, by
event time, then acquisition, then place in the files; with history, every row, valid until the next one. So a row that
comes late takes its place, and never another's. Keys that were deleted are remembered, as nothing in the table tells
of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from groundwork.spec import names
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs import tables
from spark_jobs.iceberg import Table
from spark_jobs.rules.deletions import DELETED

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ORIGIN = ("_batch_id", "_source_file", "_source_row")
TIES = ("_sequence", "_source_file", "_source_row")
"""What orders rows of one key and one event time."""
ACTION = "_action"


@dataclass(frozen=True)
class Changes:
    """What one batch changes.

    :param rows: the table's columns, and ``_action``: write or delete
    :param on: columns by which a row of the table is known to be the one that changes
    :param deletions: the rows that delete a key
    :param deleted: rows of the batch that delete their key
    :param superseded: rows of the batch that a newer one keeps out
    """

    rows: DataFrame
    on: tuple[str, ...]
    deletions: DataFrame
    deleted: int
    superseded: int


def resolve(spark: SparkSession, run: FrozenRun, batch: Batch, refined: Table, rows: DataFrame) -> Changes:
    """Hold the batch's rows against main.

    :param rows: those to be published, with ``_deleted`` where a flag is declared
    """
    from pyspark.sql import functions as F  # noqa: N812

    keys = list(run.contract.primary_key)
    main = spark.table(refined.name)
    kept, own = main, main.limit(0)
    if run.replay:
        mine = F.col("_batch_id") == batch.batch_id
        kept, own = main.where(~mine), main.where(mine)
    deletions = _remembered(spark, run, refined) if run.contract.delete_flag else None
    new = _entries(rows, main, new=True)
    touched = _touched(run, batch, [new, own], deletions)
    entries = new.unionAll(_entries(kept.join(touched, keys, "left_semi"), main, new=False))
    if deletions is not None:
        earlier = deletions.where(F.col("_batch_id") != batch.batch_id) if run.replay else deletions
        entries = entries.unionAll(_entries(earlier.join(touched, keys, "left_semi"), main, new=False))
    settled = _settled(entries, keys, by_time=run.contract.history is not None).cache()
    made = _versions(settled, keys) if run.contract.history else settled.where("_new and _stands")
    on = (*keys, *ORIGIN) if run.contract.history else tuple(keys)
    changes = made.select(*main.columns, F.when(F.col(DELETED), "delete").otherwise("write").alias(ACTION))
    if run.replay:
        gone = own.join(changes.select(*on), list(on), "left_anti").select(*main.columns)
        changes = changes.unionAll(gone.withColumn(ACTION, F.lit("delete")))
    return Changes(changes, on, settled.where(f"_new and _stands and {DELETED}"), *_figures(settled))


def _touched(run: FrozenRun, batch: Batch, rows: list[DataFrame], deletions: DataFrame | None) -> DataFrame:
    """Keys that the batch says something about, or said when it was refined before; as often as it does.

    Who joins asks only whether a key is there, and to make each stand once would exchange them all.
    """
    from pyspark.sql import functions as F  # noqa: N812

    if run.replay and deletions is not None:
        rows = [*rows, deletions.where(F.col("_batch_id") == batch.batch_id)]
    keys = run.contract.primary_key
    return reduce(lambda left, right: left.unionAll(right), (frame.select(*keys) for frame in rows))


def _entries(rows: DataFrame, main: DataFrame, *, new: bool) -> DataFrame:
    """Rows with the table's columns, and whether they are the batch's and delete their key."""
    from pyspark.sql import functions as F  # noqa: N812

    made = set(rows.columns)
    columns = [
        F.col(field.name) if field.name in made else F.lit(None).cast(field.dataType).alias(field.name)
        for field in main.schema.fields
    ]
    deleted = F.col(DELETED) if DELETED in made else F.lit(False).alias(DELETED)
    return rows.select(*columns, deleted, F.lit(new).alias("_new"))


def _settled(entries: DataFrame, keys: list[str], *, by_time: bool) -> DataFrame:
    """Whether each row stands: as the newest of its key, or of its key and event time."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    alike = [*keys, "event_time"] if by_time else keys
    order = TIES if by_time else ("event_time", *TIES)
    newest_first = Window.partitionBy(*alike).orderBy(*(F.col(name).desc() for name in order))
    return entries.withColumn("_stands", F.row_number().over(newest_first) == 1)


def _versions(settled: DataFrame, keys: list[str]) -> DataFrame:
    """The versions that are new, end at another time than they did, or stand no more (``_deleted``)."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    ends = F.lead("event_time").over(Window.partitionBy(*keys).orderBy("event_time"))
    standing = settled.where("_stands").withColumn("_end", ends)
    changed = standing.where(f"not {DELETED} and (_new or not (valid_to <=> _end))").withColumns(
        {"valid_from": F.col("event_time"), "valid_to": F.col("_end"), "is_current": F.col("_end").isNull()}
    )
    outdone = settled.where(f"not _stands and not _new and not {DELETED}").withColumn(DELETED, F.lit(True))
    return changed.drop("_end").unionByName(outdone)


def _figures(settled: DataFrame) -> tuple[int, int]:
    """Rows of the batch that delete their key, and those that are superseded."""
    from pyspark.sql import functions as F  # noqa: N812

    conditions = (f"_stands and {DELETED}", "not _stands")
    counts = [F.count(F.expr(f"case when {condition} then 1 end")) for condition in conditions]
    deleted, superseded = settled.where("_new").agg(*counts).collect()[0]
    return deleted, superseded


def _remembered(spark: SparkSession, run: FrozenRun, refined: Table) -> DataFrame:
    """The deletions that count, as rows that delete; not those of a blocked batch or of a publish taken back."""
    from pyspark.sql import functions as F  # noqa: N812

    rows = spark.table(tables.deletions_table(spark, run).name)
    refined.refresh()
    void = refined.void_snapshots()
    return rows.where(~F.col("_snapshot_id").isin(*void)).withColumn(DELETED, F.lit(True))


def merge(changes: Changes, target: str) -> None:
    """Carry the changes out.

    :param target: Spark's name of the table's branch
    """
    from pyspark.sql import functions as F  # noqa: N812

    here = target.rpartition(".")[2]
    same = reduce(lambda left, right: left & right, (F.col(f"{here}.{c}") == F.col(f"s.{c}") for c in changes.on))
    values = {name: F.col(f"s.{name}") for name in changes.rows.columns if name != ACTION}
    deletes = F.col(f"s.{ACTION}") == "delete"
    merging = changes.rows.alias("s").mergeInto(target, same)
    merging.whenMatched(deletes).delete().whenMatched().update(values).whenNotMatched(~deletes).insert(values).merge()


def remember(run: FrozenRun, batch: Batch, refined: Table, changes: Changes, snapshot: int) -> int:
    """Keep the keys that the batch deletes, after its branch was written; gives how many stand there for it.

    They count from the moment on at which the branch's snapshot is in main.

    :param snapshot: the branch's
    """
    from pyspark.sql import functions as F  # noqa: N812

    if not changes.deleted:
        return 0
    spark = changes.deletions.sparkSession
    name = names.deletions_table(run.environment, run.contract)
    rows = changes.deletions.withColumn("_snapshot_id", F.lit(snapshot))
    columns = spark.table(name).columns
    # Of the batch's earlier ones those stay that a replay of its quarantine is added to.
    kept = _remembered(spark, run, refined).where(F.col("_batch_id") == batch.batch_id)
    rows = rows.select(*columns).unionAll((kept.limit(0) if run.replay else kept).select(*columns))
    rows.writeTo(name).overwrite(F.col("_batch_id") == batch.batch_id)
    return spark.table(name).where(F.col("_snapshot_id") == snapshot).count()
