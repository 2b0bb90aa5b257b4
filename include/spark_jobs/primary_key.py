"""Every key once in the published table: among the batch's rows, and against what is published."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from groundwork.spec import names
from groundwork.spec.run import Batch, FrozenRun
from spark_jobs.rules.violations import BITS, Violation, dropped, filtered, quarantined

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

PLACE = ("_source_file", "_source_row")


def with_primary_key(
    spark: SparkSession, run: FrozenRun, batch: Batch, violations: tuple[Violation, ...], rows: DataFrame
) -> tuple[tuple[Violation, ...], DataFrame]:
    """Both with a bit more, for rows whose key stands before them in the batch, or in main (append mode). An upsert
    has none: there the newest row stands.

    Only rows that break no other rule compete: a row that is set aside anyway does not keep a good one out. As nearly
    every batch has no such row, keys that stand twice are looked for first, for which Spark reads the key alone and
    carries out no other rule; and only those are joined.

    :param rows: every row with key, place and bits
    """
    from pyspark.sql import functions as F  # noqa: N812

    keys = run.contract.primary_key
    if not keys or run.contract.load_mode == "upsert":
        return violations, rows
    message = f"another row with the same {', '.join(keys)} comes first"
    violation = Violation("primary_key", "builtin", "quarantine", keys[0] if len(keys) == 1 else None, message)
    name, bit = f"_bits_{len(violations) // BITS}", F.lit(1 << len(violations) % BITS)
    broken = F.lit(0)
    losers = _losers(spark, run, batch, rows, violations)
    if losers is not None:
        rows = rows.join(losers, [F.col(column) == F.col(f"_loser{column}") for column in PLACE], "left")
        broken = F.when(F.col("_loser_source_row").isNotNull(), bit).otherwise(F.lit(0))
    bits = (F.col(name) if name in rows.columns else F.lit(0)).bitwiseOR(broken).cast("bigint")
    rows = rows.withColumn(name, bits).drop(*(f"_loser{column}" for column in PLACE))
    return (*violations, violation), rows


def _losers(
    spark: SparkSession, run: FrozenRun, batch: Batch, rows: DataFrame, violations: tuple[Violation, ...]
) -> DataFrame | None:
    """Places of the rows whose key stands before them; None where there are none."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    keys = run.contract.primary_key
    seen = rows.dropna(subset=keys).select(*keys, F.lit(0).alias("_published"))
    if run.contract.load_mode == "append":
        seen = seen.unionAll(_published(spark, run, batch))
    counted = seen.groupBy(*keys).agg(F.count(F.lit(1)).alias("_n"), F.max("_published").alias("_published"))
    contested = counted.where("_n > 1").select(*(F.col(key).alias(f"_key_{key}") for key in keys), "_published")
    contested = contested.cache()
    if not contested.count():
        contested.unpersist()
        return None
    same = reduce(lambda left, right: left & right, (_same(key) for key in keys))
    survivors = filtered(rows, ~quarantined(violations) & ~dropped(violations)).select(*keys, *PLACE)
    first = Window.partitionBy(*keys).orderBy(*PLACE)
    ranked = survivors.join(contested, same).withColumn("_rank", F.row_number().over(first))
    lost = ranked.where("_published = 1 or _rank > 1")
    # In memory, as every pass over the batch joins it.
    return lost.select(*(F.col(column).alias(f"_loser{column}") for column in PLACE)).cache()


def _same(key: str) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    return F.col(key) == F.col(f"_key_{key}")


def _published(spark: SparkSession, run: FrozenRun, batch: Batch) -> DataFrame:
    """Keys in main; of a replay without the batch that it replaces."""
    from pyspark.sql import functions as F  # noqa: N812

    main = spark.table(names.table(run.environment, run.contract, "refined"))
    if run.replay:
        main = main.where(F.col("_batch_id") != batch.batch_id)
    return main.select(*run.contract.primary_key, F.lit(1).alias("_published"))
