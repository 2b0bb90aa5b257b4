"""Labelled rows of a feature table's snapshot, split by their prediction time, as Parquet that a training job reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from groundwork.decisions.examples import decide_examples
from groundwork.spec.feature_contract import FEATURE_TYPES, PREDICTION_TIME
from groundwork.spec.model_report import ExamplesReport, Part
from groundwork.spec.model_run import ModelRun
from spark_jobs.features.sources import pinned, read_pinned
from spark_jobs.iceberg import Table
from spark_jobs.model_publication import outdated_batches
from spark_jobs.progress import Progress

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

PARTS = ("train", "validation", "test")
FILE_ROWS = 1_000_000
DAY = 24 * 3600 * 1_000_000


def select_examples(spark: SparkSession, run: ModelRun, progress: Progress) -> ExamplesReport:
    """Write the parts, or leave them unwritten where the training set cannot be learnt from.

    A job that is tried again replaces what it wrote.

    :raises JobError: the feature table is not pinned, or its snapshot has expired
    """
    view = run.model.features
    pin = pinned(run, view.view)
    rows = read_pinned(spark, run, view.view)
    label = rows[view.label.name]
    with progress.step("split"):
        part = _part(run, rows.where(label.isNotNull()))
        found = _parts(run, rows, part)
        excluded = rows.where(label.isNull()).count()
    outdated = outdated_batches(Table(spark, pin.table), pin.snapshot_id, view.content_digest())
    decision = decide_examples(found, run.model.training, outdated)
    if decision.outcome == "train":
        with progress.step("write"):
            for name in PARTS:
                write_examples(run, rows.where(label.isNotNull() & (part == name)), found[name])
    return ExamplesReport(
        model=run.model.name,
        decision=decision,
        table=pin.table,
        snapshot_id=pin.snapshot_id,
        train=found["train"],
        validation=found["validation"],
        test=found["test"],
        excluded=excluded,
    )


def _part(run: ModelRun, labelled: DataFrame) -> Column:
    """Which part a row belongs to, counted back from the last labelled prediction."""
    from pyspark.sql import functions as F  # noqa: N812

    split = run.model.training.split
    time = F.unix_micros(PREDICTION_TIME)
    row = labelled.agg(F.max(time).alias("last")).first()
    assert row is not None, "a global aggregate has one row"
    last = row["last"] or 0
    tested = last - split.test_days * DAY
    validated = tested - split.validation_days * DAY
    return F.when(time > tested, "test").when(time > validated, "validation").otherwise("train")


def _parts(run: ModelRun, rows: DataFrame, part: Column) -> dict[str, Part]:
    from pyspark.sql import functions as F  # noqa: N812

    label = F.col(run.model.features.label.name)
    time = F.unix_micros(PREDICTION_TIME)
    figures = (
        rows.where(label.isNotNull())
        .groupBy(part.alias("part"))
        .agg(
            F.count(F.lit(1)).alias("rows"),
            F.count(F.when(label, 1)).alias("positive"),
            F.min(time).alias("first"),
            F.max(time).alias("last"),
        )
    )
    found = {row["part"]: row.asDict() for row in figures.collect()}
    return {name: _described(run, name, found.get(name, {})) for name in PARTS}


def _described(run: ModelRun, name: str, found: Mapping[str, int]) -> Part:
    return Part(
        uri=f"{run.folder_uri('examples')}{name}/",
        rows=found.get("rows", 0),
        positive=found.get("positive", 0),
        first=_moment(found.get("first")),
        last=_moment(found.get("last")),
    )


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else datetime.fromtimestamp(microseconds / 1e6, UTC)


def write_examples(run: ModelRun, rows: DataFrame, part: Part) -> None:
    """A part as few files, each sorted by the key: the same snapshot gives a learner the same rows in the same order.

    Which file a row is in follows from its key alone; ranges instead would be sampled, differently each time.
    """
    from pyspark.sql import functions as F  # noqa: N812

    view, key = run.model.features, run.contract.primary_key
    features = [F.col(each.name).cast(FEATURE_TYPES[each.type]).alias(each.name) for each in view.features]
    named = {each.name for each in view.features}
    keys = [F.col(name) for name in key if name not in named]
    files = max(1, -(-part.rows // FILE_ROWS))
    ordered = rows.repartition(files, *key).sortWithinPartitions(*key)
    ordered.select(*keys, PREDICTION_TIME, *features, view.label.name).write.mode("overwrite").parquet(part.uri)
