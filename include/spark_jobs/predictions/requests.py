"""Feature rows as request lines for a batch transform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.feature_contract import FEATURE_TYPES
from groundwork.spec.model_report import RequestsReport
from groundwork.spec.model_run import ModelRun
from spark_jobs.errors import JobError
from spark_jobs.features.sources import pinned, read_pinned
from spark_jobs.progress import Progress

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

FILE_ROWS = 100_000
FOLDER = "requests"


def select_requests(spark: SparkSession, run: ModelRun, progress: Progress) -> RequestsReport:
    """Write the requests of the run's batches; a job that is tried again replaces them.

    :raises JobError: the feature table is not pinned, its snapshot has expired, or it lacks a batch
    """
    view = run.model.features.view
    pin, uri = pinned(run, view), run.folder_uri(FOLDER)
    with progress.step("count"):
        rows = scored_rows(spark, run)
        counts = {row["_batch_id"]: row["count"] for row in rows.groupBy("_batch_id").count().collect()}
    if lacking := sorted(set(run.batches) - counts.keys()):
        raise JobError(f"{pin.table} has no rows of {', '.join(lacking)}: build their features first")
    with progress.step("write"):
        _write(run, rows, sum(counts.values()))
    rows_written = sum(counts.values())
    return RequestsReport(
        model=run.model.name, table=pin.table, snapshot_id=pin.snapshot_id, uri=uri, rows=rows_written
    )


def scored_rows(spark: SparkSession, run: ModelRun) -> DataFrame:
    """Feature rows of the run's batches, labelled or not."""
    from pyspark.sql import functions as F  # noqa: N812

    return read_pinned(spark, run, run.model.features.view).where(F.col("_batch_id").isin(list(run.batches)))


def _write(run: ModelRun, rows: DataFrame, count: int) -> None:
    """The lines in few files, sorted by the key.

    Without the empty ``_SUCCESS`` that Spark leaves otherwise: a transform takes whatever stands in the folder.
    """
    key = run.contract.primary_key
    files = max(1, -(-count // FILE_ROWS))
    lines = rows.repartition(files, *key).sortWithinPartitions(*key).select(_line(run).alias("value"))
    writer = lines.write.mode("overwrite").option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
    writer.text(run.folder_uri(FOLDER))


def _line(run: ModelRun) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    features = [_value(feature.name, FEATURE_TYPES[feature.type]) for feature in run.model.features.features]
    line = F.struct(F.struct(*run.contract.primary_key).alias("key"), F.struct(*features).alias("features"))
    return F.to_json(line, {"ignoreNullFields": "false"})


def _value(name: str, type_: str) -> Column:
    """A feature as JSON can say it: NaN and infinity are no JSON, and no value that a model could use."""
    from pyspark.sql import functions as F  # noqa: N812

    value = F.col(name).cast(type_)
    if type_ == "double":
        value = F.when(F.abs(value) < float("inf"), value)
    return value.alias(name)
