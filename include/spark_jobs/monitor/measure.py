"""The captured requests of one window: how far they are from the training set, and how good the answers were."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from groundwork.spec.model import Drift
from groundwork.spec.model_report import DriftReport, FeatureReference, Reference
from groundwork.spec.model_run import CaptureWindow, ModelRun
from spark_jobs import storage
from spark_jobs.errors import JobError
from spark_jobs.features.sources import read_pinned
from spark_jobs.monitor import tally
from spark_jobs.monitor.captures import capture_files, captured_rows
from spark_jobs.monitor.histogram import Histogram, distribution, read_histogram
from spark_jobs.monitor.monitor_json import constraints_json, statistics_json, violations_json
from spark_jobs.monitor.performance import labelled_rows, performance
from spark_jobs.progress import Progress

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row, SparkSession

STAGE = "measure_drift"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def measure_drift(spark: SparkSession, run: ModelRun, progress: Progress) -> DriftReport:
    """Measure the run's window; nothing is judged here.

    The captures are read once: everything else is taken from the rows that this pass keeps.

    :raises JobError: the run names no window or version, or the version's reference is not what was registered
    """
    window = _window(run)
    with progress.step("prepare"):
        reference = read_reference(run)
        files = capture_files(window)
        needed = {each.name: each.type for each in reference.features}
        rows = captured_rows(spark, run, window, files, needed).cache()
    with progress.step("count"):
        found = Found.of(rows, reference)
    with progress.step("evidence"):
        artefacts = _evidence(run, found)
        artefacts |= _rows_for_the_page(run, rows, reference)
        artefacts |= _unreadable(run, rows) if found.unreadable else {}
    with progress.step("labels"):
        labelled, metrics = _performance(spark, run, rows, window)
    return DriftReport(
        model=run.model.name,
        artefacts=artefacts,
        first=found.first,
        last=found.last,
        files=len(files),
        captured=found.captured,
        unreadable=found.unreadable,
        invalid=found.captured - found.valid,
        labelled=labelled,
        features=tuple(histogram.drift() for histogram in found.features),
        prediction=found.prediction.drift(),
        performance=metrics,
    )


def _window(run: ModelRun) -> CaptureWindow:
    if run.window is None:
        raise JobError("the run names no window of captured requests: plan it again")
    return run.window


def read_reference(run: ModelRun) -> Reference:
    """The distributions that the run's version was trained on.

    :raises JobError: the run names no version, or its reference is not what was registered
    """
    if run.version is None:
        raise JobError("the run names no version of the model: plan it again")
    registered = run.version.version.reference
    content = storage.read(registered.uri)
    if hashlib.sha256(content).hexdigest() != registered.sha256:
        raise JobError(f"{registered.uri} is not what was registered with the version: its sha256 is another one")
    return Reference.from_json(content)


@dataclass(frozen=True)
class Found:
    """What one pass over the captured rows counted.

    :param captured: rows in readable captures
    :param valid: of these, with every feature and a probability
    :param unreadable: capture lines
    """

    captured: int
    valid: int
    unreadable: int
    first: datetime | None
    last: datetime | None
    features: tuple[Histogram, ...]
    prediction: Histogram

    @classmethod
    def of(cls, rows: DataFrame, reference: Reference) -> Found:
        """Count all of it in one aggregate."""
        references = _columns(reference)
        counted = _counted(rows, references)
        whole, valid, unreadable = (counted.get(tally.ALL, {}).get(bin_) for bin_ in range(3))
        others = _others(rows, references, counted)
        *features, prediction = (
            read_histogram(each, counted.get(place, {}), valid["values"] if valid else 0, others.get(place, 0))
            for place, (_, each) in enumerate(references)
        )
        return cls(
            captured=whole["values"] if whole else 0,
            valid=valid["values"] if valid else 0,
            unreadable=unreadable["values"] if unreadable else 0,
            first=_moment(whole["minimum"] if whole else None),
            last=_moment(whole["maximum"] if whole else None),
            features=tuple(features),
            prediction=prediction,
        )


def _counted(rows: DataFrame, references: Sequence[tuple[str, FeatureReference]]) -> dict[int, dict[int, Row]]:
    """Place → bin → what was counted."""
    from pyspark import cloudpickle
    from pyspark.sql import functions as F  # noqa: N812

    cloudpickle.register_pickle_by_value(tally)
    count = tally.tally([distribution(each, column) for column, each in references])
    wanted = rows.select("_whole", "_valid", "_at", *(column for column, _ in references))
    summed = [F.sum(name).alias(name) for name in ("values", "outside", "shifted", "squares")]
    bounds = [F.min("minimum").alias("minimum"), F.max("maximum").alias("maximum")]
    found: dict[int, dict[int, Row]] = {}
    for row in wanted.mapInArrow(count, tally.SCHEMA).groupBy("place", "bin").agg(*summed, *bounds).collect():
        found.setdefault(row["place"], {})[row["bin"]] = row
    return found


def _others(
    rows: DataFrame, references: Sequence[tuple[str, FeatureReference]], counted: dict[int, dict[int, Row]]
) -> dict[int, int]:
    """Place → about how many different values are of no listed category; a pass only where there are some."""
    from pyspark.sql import functions as F  # noqa: N812

    figures = [
        F.approx_count_distinct(F.when(~F.col(column).isin(*each.values), F.col(column))).alias(str(place))
        for place, (column, each) in enumerate(references)
        if each.type == "category" and len(each.values) in counted.get(place, {})
    ]
    row = rows.where("_valid").agg(*figures).first() if figures else None
    return {int(place): found for place, found in row.asDict().items()} if row else {}


def _columns(reference: Reference) -> Sequence[tuple[str, FeatureReference]]:
    """Where the values are of each distribution; the prediction's last."""
    features = [(each.name, each) for each in reference.features]
    return [*features, ("_probability", reference.prediction)]


def _moment(microseconds: float | None) -> datetime | None:
    return None if microseconds is None else EPOCH + timedelta(microseconds=microseconds)


def _evidence(run: ModelRun, found: Found) -> dict[str, str]:
    """SageMaker Model Monitor's files."""
    histograms = (*found.features, found.prediction)
    drift = run.model.monitor.drift if run.model.monitor else Drift()
    texts = {
        "statistics": statistics_json(histograms, found.valid),
        "constraints": constraints_json([each.reference for each in histograms], drift),
        "constraint_violations": violations_json(histograms, [each.drift() for each in histograms], drift),
    }
    for name, text in texts.items():
        storage.write(run.artefact_uri(STAGE, f"{name}.json"), text)
    return {name: run.artefact_uri(STAGE, f"{name}.json") for name in texts}


def _rows_for_the_page(run: ModelRun, rows: DataFrame, reference: Reference) -> dict[str, str]:
    """As many rows as the page shows, the same ones each time."""
    from pyspark.sql import functions as F  # noqa: N812

    monitor = run.model.monitor
    if monitor is None:
        return {}
    columns = [each.name for each in reference.features]
    chosen = rows.where("_valid").orderBy(F.xxhash64("_key", "_at", "_probability")).limit(monitor.report_rows)
    uri = run.folder_uri("sample")
    wanted = chosen.select(*columns, F.col("_probability").alias("probability"))
    wanted.coalesce(1).write.mode("overwrite").parquet(uri)
    return {"sample": uri}


def _unreadable(run: ModelRun, rows: DataFrame) -> dict[str, str]:
    """Lines that nobody could read, kept aside as they came."""
    uri = run.folder_uri("unreadable")
    rows.where("not _whole").select("_value").coalesce(1).write.mode("overwrite").text(uri)
    return {"unreadable": uri}


def _performance(
    spark: SparkSession, run: ModelRun, rows: DataFrame, window: CaptureWindow
) -> tuple[int, dict[str, float | None]]:
    monitor = run.model.monitor
    if monitor is None or monitor.performance is None:
        return 0, {}
    features = read_pinned(spark, run, run.model.features.view)
    return performance(labelled_rows(run, rows, features, window))
