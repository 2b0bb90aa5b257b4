"""Refines the flights of January to May in a session of its own and prints what it cost as JSON.

A program of the jobs environment: ``python -m benchmarks.refine_flights [copies]``. Of several copies each has flight
numbers of its own, so that every row has a key of its own and breaks no more rules than the first. The session is as a
driver of the sandbox has it; the tables lie in a folder, so that Spark's work is measured and not the catalogue's.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.local_spark import processor_seconds
from demo.landing import months, source_folder
from groundwork.spec import names
from groundwork.spec.include import load_environment, load_product
from groundwork.spec.report import RefineReport, Report
from groundwork.spec.run import Batch, FrozenRun, JobBundle, JobSpec, LandedFile, LookUpPin
from sandbox.emr_serverless.spark_conf import driver_conf
from sandbox.launcher import Sandbox
from sandbox.settings import REPOSITORY, Settings
from spark_jobs import storage
from spark_jobs.job import run_job
from spark_jobs.session import settle

MONTHS = range(1, 6)
REPEATS = 3
# Above all flight numbers of 2013.
NUMBERS_A_COPY = 10_000
LOOK_UPS = ("airlines", "airports", "planes")
INCLUDE = REPOSITORY / "include"
Contents = dict[str, bytes]


def main(copies: int) -> dict[str, Any]:
    """Seconds, jobs and stages of the acquisition and of each run, bare and refined in turn.

    :param copies: how often the five months are landed
    """
    with tempfile.TemporaryDirectory() as folder, Sandbox.temporary(Path(folder) / "sandbox") as sandbox:
        os.environ.update(sandbox.settings.client_environment())
        with _session(sandbox.settings, Path(folder)) as spark:
            _buckets()
            pins = [_pin(spark, product) for product in LOOK_UPS]
            return _measured(spark, pins, copies)


def _measured(spark: Any, pins: list[LookUpPin], copies: int) -> dict[str, Any]:
    batch = _land("flights", _flights(copies))
    run = _freeze("flights", batch, pins)
    acquired = _cost(spark, lambda: run_job(spark, JobSpec(spec_version=1, stages=("acquire",), run=run)))
    rows = spark.table(names.table(run.environment, run.contract, "raw"))
    bare, refined = [], []
    for number in range(REPEATS):
        bare.append(_cost(spark, rows.writeTo(f"lake.bare.flights_{number}").create))
        # A replay does the same again: rules, quarantine, branch, audit, gate, fast-forward.
        again = run.model_copy(update={"replay": number > 0, "prefix": f"{run.prefix}{number}/"})
        refined.append(_refine(spark, again))
    figures = {"rows": rows.count(), "rules": len(run.ruleset.rules), "copies": copies}
    return figures | {"acquired": [acquired], "bare": bare, "refined": refined}


def _flights(copies: int) -> Contents:
    found = {month: body for month, body in months(source_folder() / "flights.csv.zip") if month in MONTHS}
    return {
        f"{month}_{copy}.csv": _renumbered(body, copy * NUMBERS_A_COPY) if copy else body
        for copy in range(copies)
        for month, body in found.items()
    }


def _renumbered(body: bytes, more: int) -> bytes:
    rows = csv.reader(io.StringIO(body.decode(), newline=""))
    header = next(rows)
    place = header.index("flight")
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        row[place] = str(int(row[place]) + more)
        writer.writerow(row)
    return made.getvalue().encode()


def _refine(spark: Any, run: FrozenRun) -> dict[str, Any]:
    reports: list[Report] = []
    spec = JobSpec(spec_version=1, stages=("refine",), run=run)
    cost = _cost(spark, lambda: reports.extend(run_job(spark, spec)))
    (report,) = reports
    if not isinstance(report, RefineReport) or report.outcome != "published":
        raise RuntimeError(f"the flights were not published: {report.decision.reasons}")
    return {**cost, "steps": report.seconds}


def _cost(spark: Any, work: Callable[[], object]) -> dict[str, float]:
    """Seconds on the clock and of the processor, and Spark's jobs with the stages that they ran."""
    context = spark.sparkContext
    store = context._jsc.sc().statusStore()  # noqa: SLF001 - also counts what runs in threads of Spark's own
    machine = context._gateway.proc.pid  # noqa: SLF001
    before, used, began = store.jobsList(None).size(), processor_seconds(machine), time.perf_counter()
    work()
    seconds, used = time.perf_counter() - began, processor_seconds(machine) - used
    listed = store.jobsList(None)
    jobs = sorted((listed.apply(place) for place in range(listed.size())), key=lambda job: int(job.jobId()))
    mine = jobs[before:]
    stages = sum(job.numCompletedStages() for job in mine)
    return {"seconds": seconds, "processor": used, "jobs": len(mine), "stages": stages}


def _pin(spark: Any, product: str) -> LookUpPin:
    """A product that the flights' rules look up, published."""
    batch = _land(product, {f"{product}.csv": (source_folder() / f"{product}.csv").read_bytes()})
    run = _freeze(product, batch, [])
    *_, report = run_job(spark, JobSpec(spec_version=1, stages=("acquire", "refine"), run=run))
    assert isinstance(report, RefineReport)
    if report.snapshot_id is None:
        raise RuntimeError(f"{product} was not published: {report.decision.reasons}")
    return LookUpPin(product=product, table=report.table, snapshot_id=report.snapshot_id)


def _land(product: str, contents: Contents) -> Batch:
    bucket = load_environment(INCLUDE, "sandbox").bucket("landing")
    files = []
    for name, body in contents.items():
        etag = storage.client().put_object(Bucket=bucket, Key=f"{product}/{name}", Body=body)["ETag"].strip('"')
        digest = hashlib.sha256(body).hexdigest()
        uri = f"s3://{bucket}/{product}/{name}"
        files.append(LandedFile(uri=uri, size=len(body), etag=etag, sha256=digest))
    batch_id = names.batch_id(product, [file.sha256 for file in files])
    return Batch(batch_id=batch_id, files=tuple(files), acquired_at=datetime.now(UTC), sequence=1)


def _freeze(product: str, batch: Batch, pins: list[LookUpPin]) -> FrozenRun:
    declared, environment = load_product(INCLUDE, product), load_environment(INCLUDE, "sandbox")
    return FrozenRun(
        prefix=names.run_prefix(environment, "benchmark", product),
        dag_id="benchmark",
        run_id=product,
        requested_by="benchmark",
        frozen_at=datetime.now(UTC),
        environment=environment,
        contract=declared.contract,
        ruleset=declared.ruleset,
        bundle=JobBundle(spec_version=1, digest="none", archive="none", entry_point="none"),
        batches=(batch,),
        look_ups=tuple(pins),
        fencing_token=1,
    )


def _buckets() -> None:
    environment = load_environment(INCLUDE, "sandbox")
    for purpose in ("landing", "evidence"):
        place = {"LocationConstraint": environment.region}
        storage.client().create_bucket(Bucket=environment.bucket(purpose), CreateBucketConfiguration=place)


@contextlib.contextmanager
def _session(settings: Settings, folder: Path) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    engine = load_environment(INCLUDE, "sandbox").engine
    lake = {key: value for key, value in engine.spark_conf.items() if not key.startswith("spark.sql.catalog.lake.")}
    lake |= {
        "spark.driver.memory": engine.driver.memory,
        "spark.sql.catalog.lake.type": "hadoop",
        "spark.sql.catalog.lake.warehouse": f"file:{folder}/lake",
        "spark.sql.warehouse.dir": f"file:{folder}/warehouse",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.appName("benchmark")
    for key, value in driver_conf(settings, lake, folder / "local", []).items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    settle(session)
    session.sql("CREATE NAMESPACE lake.bare")
    try:
        yield session
    finally:
        session.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("interrupted"))  # so that the sandbox is stopped
    with contextlib.redirect_stdout(sys.stderr):  # what the stages tell
        figures = main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    print(json.dumps(figures))
