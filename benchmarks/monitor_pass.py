"""Measures drift of captured requests in a session of its own and prints what it cost as JSON.

A program of the jobs environment: ``python -m benchmarks.monitor_pass``.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.feature_plans import frozen_run
from benchmarks.flight_tables import flight_tables
from benchmarks.local_spark import cost, local_spark, noop
from groundwork.spec.feature_contract import FEATURE_TYPES
from groundwork.spec.model_report import FeatureReference, Reference
from groundwork.spec.model_run import CaptureWindow, ModelRun
from spark_jobs.features.plan import feature_rows
from spark_jobs.features.sources import Sources
from spark_jobs.monitor.captures import captured_rows
from spark_jobs.monitor.measure import Found

MONTHS = range(1, 6)
REQUESTS = 100
BINS = 10
REPEATS = 3
WINDOW = CaptureWindow(prefix="s3://none/", until=datetime(2014, 1, 1, tzinfo=UTC))
PROBABILITY = "pmod(hash(flight, day), 1000) / 1000.0d"


def main() -> dict[str, Any]:
    """Reading alone, the monitor's pass, and Evidently on the same rows."""
    with tempfile.TemporaryDirectory() as name, local_spark(Path(name)) as spark:
        folder = Path(name)
        run = frozen_run(flight_tables(spark, folder, MONTHS))
        files = _captures(run, feature_rows(Sources.open(spark, run)), folder / "captures")
        reference, current = _reference(spark, run, files)
        names = {each.name: each.type for each in reference.features}

        def monitor() -> None:
            rows = captured_rows(spark, run, WINDOW, files, names).cache()
            Found.of(rows, reference)
            rows.unpersist()

        reading = [cost(spark, lambda: noop(spark.read.text(files))) for _ in range(REPEATS)]
        monitored = [cost(spark, monitor) for _ in range(REPEATS)]
        return {
            "rows": len(current),
            "features": len(names),
            "bytes": sum(Path(file.removeprefix("file:")).stat().st_size for file in files),
            "reading": reading,
            "monitor": monitored,
            "evidently": _evidently(current),
        }


def _captures(run: ModelRun, rows: Any, folder: Path) -> list[str]:
    """Every flight as a request, a hundred a capture, as an endpoint's capture has them."""
    from pyspark.sql import functions as F  # noqa: N812

    key = F.struct(*run.contract.primary_key)
    features = F.struct(
        *(F.col(each.name).cast(FEATURE_TYPES[each.type]).alias(each.name) for each in run.model.features.features)
    )
    request = F.to_json(F.struct(key.alias("key"), features.alias("features")), {"ignoreNullFields": "false"})
    answer = F.to_json(
        F.struct(key.alias("key"), F.expr(PROBABILITY).alias("probability"), F.lit("c").alias("version"))
    )
    lines = rows.select(request.alias("request"), answer.alias("answer"))
    place = F.floor(F.monotonically_increasing_id() / REQUESTS)
    bodies = lines.groupBy(place).agg(
        F.concat_ws("\n", F.collect_list("request")).alias("input"),
        F.concat_ws("\n", F.collect_list("answer")).alias("output"),
    )
    sides = [
        F.struct(F.col(side).alias("data"), F.lit("JSON").alias("encoding")).alias(f"endpoint{side.title()}")
        for side in ("input", "output")
    ]
    event = F.struct(F.lit("0").alias("eventId"), F.lit("2013-07-01T00:00:00Z").alias("inferenceTime"))
    capture = F.struct(F.struct(*sides).alias("captureData"), event.alias("eventMetadata"))
    bodies.select(F.to_json(capture)).write.text(f"file:{folder}")
    return [f"file:{path}" for path in sorted(folder.glob("*.txt"))]


def _reference(spark: Any, run: ModelRun, files: list[str]) -> tuple[Reference, Any]:
    """Deciles and categories of the captured rows themselves, and those rows in pandas."""
    declared = {each.name: each.type for each in run.model.features.features}
    rows = captured_rows(spark, run, WINDOW, files, declared)
    frame = rows.where("_valid").select(*declared, "_probability").toPandas()
    features = tuple(_distribution(frame[name], name, type_) for name, type_ in declared.items())
    prediction = _distribution(frame["_probability"], "prediction", "number")
    return (
        Reference(model=run.model.name, rows=len(frame), features=features, prediction=prediction, metrics={}),
        frame,
    )


def _distribution(values: Any, name: str, type_: Any) -> FeatureReference:
    import numpy as np

    nulls = float(values.isna().mean())
    if type_ == "category":
        shares = values.value_counts() / len(values)
        found = tuple(str(value) for value in shares.index)
        return FeatureReference(
            name=name, type=type_, values=found, shares=(*(float(each) for each in shares), 0.0), nulls=nulls
        )
    known = values.dropna().to_numpy()
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return FeatureReference(
        name=name,
        type=type_,
        edges=tuple(float(edge) for edge in edges),
        shares=tuple(float(count) / len(values) for count in counts),
        nulls=nulls,
        mean=float(known.mean()),
        minimum=float(known.min()),
        maximum=float(known.max()),
    )


def _evidently(current: Any) -> list[dict[str, float]]:
    """Its drift preset with the population stability index, on the same rows against themselves."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    categories = [name for name in current.columns if current[name].dtype == object]
    numbers = [name for name in current.columns if name not in categories]
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=categories)
    data = Dataset.from_pandas(current, data_definition=definition)

    def report() -> None:
        Report([DataDriftPreset(method="psi")]).run(data, data).json()

    return [_timed(report)]


def _timed(work: Callable[[], None]) -> dict[str, float]:
    used, began = time.process_time(), time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - began, "processor": time.process_time() - used}


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        figures = main()
    print(json.dumps(figures))
