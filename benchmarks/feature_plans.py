"""Computes the sample model's features in a session of its own and prints what it cost as JSON.

A program of the jobs environment: ``python -m benchmarks.feature_plans``.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.flight_tables import BATCH, flight_tables
from benchmarks.hand_written_features import hand_written
from benchmarks.local_spark import cost, local_spark, noop
from groundwork.spec.include import load_environment
from groundwork.spec.model_file import load_model
from groundwork.spec.model_report import FeaturesReport
from groundwork.spec.model_run import ModelJobSpec, ModelRun, TablePin
from groundwork.spec.run import JobBundle
from sandbox.launcher import Sandbox
from sandbox.settings import REPOSITORY
from spark_jobs import storage
from spark_jobs.features.plan import feature_rows
from spark_jobs.features.sources import Sources
from spark_jobs.model_job import run_model_job

MONTHS = range(1, 6)
COPIES = (1, 4, 16)
REPEATS = 3
INCLUDE = REPOSITORY / "include"


def main() -> dict[str, Any]:
    """Both plans in turn, the whole stage, and the plan over more and more rows."""
    with tempfile.TemporaryDirectory() as name, Sandbox.temporary(Path(name) / "sandbox") as sandbox:
        folder = Path(name)
        os.environ.update(sandbox.settings.client_environment())
        with local_spark(folder) as spark:
            whole = frozen_run(flight_tables(spark, folder, MONTHS))
            sources = Sources.open(spark, whole)
            ours, theirs = [], []
            for _ in range(REPEATS):
                ours.append(cost(spark, lambda: noop(feature_rows(sources))))
                theirs.append(cost(spark, lambda: noop(hand_written(sources))))
            return {
                "rows": sources.predicted.count(),
                "features": len(sources.view.features),
                "ours": ours,
                "hand_written": theirs,
                "stage": _stage(spark, whole),
                "growth": [_grown(spark, folder, copies) for copies in COPIES],
            }


def _grown(spark: Any, folder: Path, copies: int) -> dict[str, float]:
    sources = Sources.open(spark, frozen_run(flight_tables(spark, folder, [1], copies)))
    noop(feature_rows(sources))
    return {"rows": sources.predicted.count(), **cost(spark, lambda: noop(feature_rows(sources)))}


def _stage(spark: Any, run: ModelRun) -> dict[str, float]:
    """All of ``build_features``: computed, written to a branch, audited, published."""
    place = {"LocationConstraint": run.environment.region}
    storage.client().create_bucket(Bucket=run.environment.bucket("evidence"), CreateBucketConfiguration=place)
    (report,) = run_model_job(spark, ModelJobSpec(spec_version=1, stages=("build_features",), run=run))
    assert isinstance(report, FeaturesReport)
    if report.outcome != "published":
        raise RuntimeError(f"the features were not published: {report.decision.reasons}")
    return report.seconds


def frozen_run(pins: tuple[TablePin, ...]) -> ModelRun:
    """A run of the sample model over some tables."""
    declared = load_model(INCLUDE, "late_arrival")
    environment = load_environment(INCLUDE, "sandbox")
    return ModelRun(
        spec_version=1,
        prefix=f"s3://{environment.bucket('evidence')}/runs/benchmark/",
        dag_id="benchmark",
        run_id="benchmark",
        requested_by="benchmark",
        frozen_at=datetime.now(UTC),
        environment=environment,
        model=declared.model,
        contract=declared.contract,
        bundle=JobBundle(spec_version=1, digest="none", archive="none", entry_point="none"),
        image="none:none",
        sources=pins,
        batches=(BATCH,),
        fencing_token=1,
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("interrupted"))  # so that the sandbox is stopped
    with contextlib.redirect_stdout(sys.stderr):  # what the stages tell
        figures = main()
    print(json.dumps(figures))
