"""Rows that the rules' benchmarks read: doubles, texts, a key and a time, typed and as they land.

Knows Spark only, no module of ours, so that Deequ's environment makes the same rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

REGIONS = ("north", "south", "east", "west", "centre", "coast", "hills", "islands")
BATCH_ID = "0" * 16
SEED = 20130101
NARROW = 10
"""Columns of the table that everything is measured of; of wider ones rows as they land are not."""


def double_columns(count: int) -> list[str]:
    """Names of the doubles of a table of so many columns: five of eight that are neither key nor time."""
    return [f"d{index}" for index in range((count - 2) * 5 // 8)]


def text_columns(count: int) -> list[str]:
    """Names of its texts: codes, regions and free texts in turn."""
    return [f"s{index}" for index in range(count - 2 - len(double_columns(count)))]


def column_types(count: int) -> dict[str, str]:
    """Name → Spark type of a table of so many columns."""
    doubles, texts = dict.fromkeys(double_columns(count), "double"), dict.fromkeys(text_columns(count), "string")
    return {"id": "bigint", "at": "timestamp", **doubles, **texts}


def write_rows(spark: Any, folder: Path, rows: int, columns: int) -> tuple[Any, Any]:
    """The same rows typed, and as text with the columns of a raw table, each read from Parquet of its own.

    A hundredth of the values is missing, one double in two hundred lies above its range, one code in two hundred has
    the wrong shape.

    :param folder: where the files lie
    """
    from pyspark.sql import functions as F  # noqa: N812

    typed, raw = f"file:{folder}/typed_{rows}_{columns}", f"file:{folder}/raw_{rows}_{columns}"
    _typed(spark, rows, columns).write.mode("overwrite").parquet(typed)
    made = spark.read.parquet(typed)
    texts = [F.col(name).cast("string").alias(name) for name in made.columns]
    system = [value.alias(name) for name, value in system_columns().items()]
    made.select(*texts, *system).write.mode("overwrite").parquet(raw)
    return made, spark.read.parquet(raw)


def system_columns() -> dict[str, Any]:
    """Name → value of the columns that a raw table has beside those of the files."""
    from pyspark.sql import functions as F  # noqa: N812

    return {
        "_batch_id": F.lit(BATCH_ID),
        "_source_file": F.lit("s3://landing/rows.csv"),
        "_source_row": F.col("id") + 1,
        "_acquired_at": F.lit("2013-01-02 06:00:00").cast("timestamp"),
    }


def _typed(spark: Any, rows: int, columns: int) -> Any:
    from pyspark.sql import functions as F  # noqa: N812

    at = F.timestamp_seconds(F.lit(1_356_998_400) + F.col("id") % (365 * 86_400))
    doubles = [_double(index).alias(name) for index, name in enumerate(double_columns(columns))]
    texts = [_text(index).alias(name) for index, name in enumerate(text_columns(columns))]
    return spark.range(0, rows, 1, 4).select("id", at.alias("at"), *doubles, *texts)


def _double(index: int) -> Any:
    from pyspark.sql import functions as F  # noqa: N812

    drawn = F.rand(SEED + index)
    value = F.when(drawn < 0.005, 1000 + drawn).otherwise(drawn * 1000)
    return F.when(F.rand(SEED + 1000 + index) >= 0.01, F.round(value, 2))


def _text(index: int) -> Any:
    from pyspark.sql import functions as F  # noqa: N812

    drawn = F.rand(SEED + 2000 + index)
    if index % 3 == 0:
        number = F.lpad((drawn * 10_000).cast("int").cast("string"), 4, "0")
        value = F.concat(F.when(drawn < 0.005, F.lit("?")).otherwise(F.lit("C")), number)
    elif index % 3 == 1:
        value = F.element_at(F.array(*map(F.lit, REGIONS)), (drawn * len(REGIONS)).cast("int") + 1)
    else:
        value = F.concat(F.lit("order of "), F.substring(F.md5((F.col("id") + index).cast("string")), 1, 12))
    return F.when(F.rand(SEED + 3000 + index) >= 0.01, value)
