"""What an endpoint was asked and answered, as SageMaker captures it: JSON Lines, one line an invocation.

``<prefix>/<endpoint>/<variant>/yyyy/MM/dd/HH/*.jsonl``. An invocation may hold many requests; the answers are
matched by their place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from groundwork.spec.feature_view import FeatureType
from groundwork.spec.model_run import CaptureWindow, ModelRun
from groundwork.spec.uri import parse_uri
from spark_jobs import storage
from spark_jobs.monitor import capture_lines
from spark_jobs.predictions.answers import key_schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_HOUR = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/(\d{2})/[^/]+\.jsonl$")
SLACK = timedelta(hours=1)
"""A file may lie under the hour in which it was written, and hold what was answered before."""


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


def captured_rows(
    spark: SparkSession, run: ModelRun, window: CaptureWindow, files: list[str], features: Mapping[str, FeatureType]
) -> DataFrame:
    """One row a request of the window, and one for each unreadable line.

    ``_at``, ``_key``, ``_probability`` and the features by their names. Of an unreadable line, which is in no shape of
    a capture or has not as many answers as requests, ``_value`` has the text and ``_whole`` is false. ``_valid`` where
    every feature is there with a value of its type or null, and the answer is a probability.

    :param files: capture files that may hold some
    :param features: that the model needs
    """
    from pyspark import cloudpickle
    from pyspark.sql import functions as F  # noqa: N812
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import StructType

    types = {name: "double" if type_ == "number" else "string" for name, type_ in features.items()}
    columns = {"_at": "timestamp", "_whole": "boolean", "_value": "string", "_probability": "double", "_key": "string"}
    schema = ", ".join(f"{name} {type_}" for name, type_ in (columns | {"_valid": "boolean"} | types).items())
    cloudpickle.register_pickle_by_value(capture_lines)
    arrow = to_arrow_schema(StructType.fromDDL(schema))
    read = capture_lines.reader(dict(features), window.after, window.until, arrow)
    lines = spark.read.text(files) if files else spark.createDataFrame([], "value string")
    return lines.mapInArrow(read, schema).withColumn("_key", F.from_json("_key", key_schema(run)))
