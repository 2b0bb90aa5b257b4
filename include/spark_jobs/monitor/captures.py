"""What an endpoint was asked and answered, as SageMaker captures it: JSON Lines, one line an invocation.

``<prefix>/<endpoint>/<variant>/yyyy/MM/dd/HH/*.jsonl``. An invocation may hold many requests; the answers are
matched by their place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from groundwork.spec.feature_view import FeatureType
from groundwork.spec.model_run import CaptureWindow, ModelRun
from groundwork.spec.uri import parse_uri
from spark_jobs import storage
from spark_jobs.predictions.answers import all_of, key_schema

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_HOUR = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/(\d{2})/[^/]+\.jsonl$")
SLACK = timedelta(hours=1)
"""A file may lie under the hour in which it was written, and hold what was answered before."""
DATA = "struct<data: string, encoding: string>"
LINE = (
    f"captureData struct<endpointInput: {DATA}, endpointOutput: {DATA}>, "
    "eventMetadata struct<eventId: string, inferenceTime: string>"
)


def capture_files(window: CaptureWindow) -> list[str]:
    """Addresses of the files that may hold captures of the window, sorted."""
    bucket, key = parse_uri(window.prefix)
    pages = storage.client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
    found = (item["Key"] for page in pages for item in page.get("Contents", ()) if item["Size"])
    return sorted(f"s3://{bucket}/{name}" for name in found if _may_hold(name, window))


def _may_hold(key: str, window: CaptureWindow) -> bool:
    hour = _HOUR.search(key)
    if hour is None:
        return False
    begun = datetime(*(int(part) for part in hour.groups()), tzinfo=UTC)  # type: ignore[arg-type, misc]
    after = window.after is None or begun + timedelta(hours=1) + SLACK > window.after
    return after and begun - SLACK <= window.until


@dataclass(frozen=True)
class Captures:
    """The captures of a window.

    :param lines: one row an invocation, and every line that is none
    """

    run: ModelRun
    lines: DataFrame

    @classmethod
    def open(cls, spark: SparkSession, run: ModelRun, window: CaptureWindow, files: list[str]) -> Captures:
        """Read the files, and cut what lies outside the window.

        A line whose time cannot be read is kept, as unreadable: nobody could say that it lies outside.
        """
        from pyspark.sql import functions as F  # noqa: N812

        text = spark.read.text(files) if files else spark.createDataFrame([], "value string")
        line = F.from_json("value", LINE)
        read = text.where(F.trim("value") != "").select("value", line.alias("line"))
        at = F.try_to_timestamp(F.col("line.eventMetadata.inferenceTime"))
        requests, answers = (_data(F.col(f"line.captureData.{side}")) for side in ("endpointInput", "endpointOutput"))
        lines = read.select("value", at.alias("at"), requests.alias("requests"), answers.alias("answers"))
        inside = F.col("at").isNull() | (F.col("at") <= F.lit(window.until).cast("timestamp"))
        if window.after is not None:
            inside &= F.col("at").isNull() | (F.col("at") > F.lit(window.after).cast("timestamp"))
        whole = F.col("at").isNotNull() & (F.size("requests") > 0) & (F.size("requests") == F.size("answers"))
        return cls(run, lines.where(inside).withColumn("whole", F.coalesce(whole, F.lit(False))))

    def rows(self, features: Mapping[str, FeatureType]) -> DataFrame:
        """One row a request, and one for each unreadable line, of which only ``_value`` and ``_whole`` say something.

        ``_valid`` where every feature is there with a value of its type, and the answer is a probability.

        :param features: that the model needs
        """
        from pyspark.sql import functions as F  # noqa: N812

        pairs = F.when(F.col("whole"), F.arrays_zip("requests", "answers"))
        unreadable = F.when(~F.col("whole"), F.col("value")).alias("_value")
        each = self.lines.select(
            F.col("at").alias("_at"), F.col("whole").alias("_whole"), unreadable, F.explode_outer(pairs).alias("_pair")
        )
        request = F.col("_pair.requests")
        numbers = ", ".join(f"{name}: double" for name in features)
        texts = f"key {key_schema(self.run)}, features map<string, string>"
        parsed = each.select(
            *("_at", "_whole", "_value"),
            F.from_json(request, texts).alias("_text"),
            F.from_json(request, f"features struct<{numbers}>").alias("_number"),
            F.from_json(F.col("_pair.answers"), "probability double").getField("probability").alias("_probability"),
        )
        read = {name: _read(name, type_) for name, type_ in features.items()}
        probable = F.col("_probability").between(0, 1) & ~F.isnan("_probability")
        valid = all_of([probable, *(typed for _, typed in read.values())])
        return parsed.select(
            *("_at", "_whole", "_value", "_probability"),
            F.col("_text.key").alias("_key"),
            F.coalesce(valid, F.lit(False)).alias("_valid"),
            *(value.alias(name) for name, (value, _) in read.items()),
        )


def _read(name: str, type_: FeatureType) -> tuple[Column, Column]:
    """A feature's value, and whether it is there and of its type."""
    from pyspark.sql import functions as F  # noqa: N812

    text, number = F.col("_text.features")[name], F.col(f"_number.features.{name}")
    # JSON text does not read as a number, but for "NaN" and "Infinity": no number that JSON could say.
    finite = F.coalesce(F.abs(number) < float("inf"), F.lit(False))
    typed = finite if type_ == "number" else ~finite
    there = F.map_contains_key(F.col("_text.features"), name)
    return (number if type_ == "number" else text), there & (text.isNull() | typed)


def _data(side: Column) -> Column:
    """Lines of a captured body; null where there is none. SageMaker writes in base64 what it does not know as text."""
    from pyspark.sql import functions as F  # noqa: N812

    data = side["data"]
    text = F.when(side["encoding"] == "BASE64", F.try_to_binary(data, F.lit("base64")).cast("string")).otherwise(data)
    return F.filter(F.split(text, "\r?\n"), lambda line: F.trim(line) != "")
