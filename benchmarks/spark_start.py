"""What a small Spark job costs: started by plain spark-submit, by the sandbox, and in one of its spare drivers."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.table import BenchmarkError, Table
from groundwork.spec.application import application_definition
from groundwork.spec.environment import Environment
from groundwork.spec.include import load_environment
from sandbox.jars import jar_paths
from sandbox.launcher import Sandbox
from sandbox.provision import clients
from sandbox.settings import REGION, REPOSITORY, Settings

RUNS = 3
POLL_SECONDS = 0.02
SPARE_SECONDS = 120.0
SCRIPT = """
import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
rows = spark.read.option("header", True).csv("s3://benchmark/rows.csv").selectExpr("cast(id as int) id", "name")
spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.benchmark")
rows.writeTo(f"lake.benchmark.{sys.argv[1]}").using("iceberg").create()
assert spark.table(f"lake.benchmark.{sys.argv[1]}").where("name = 'row 7'").count() == 1
spark.stop()
"""


@dataclass(frozen=True)
class Run:
    """What one run cost."""

    wall: float
    cpu: float


def measure() -> list[Table]:
    """Starts a sandbox of its own and runs the job in every way, in turn."""
    declared = load_environment(REPOSITORY / "include", "sandbox")
    with tempfile.TemporaryDirectory() as folder, Sandbox.temporary(Path(folder) / "sandbox") as sandbox:
        emr = _provide(sandbox)
        definition = application_definition(declared)
        cold = emr.create_application(**{**definition, "name": "cold", "initialCapacity": {}})["applicationId"]
        warm = emr.create_application(**{**definition, "name": "warm"})["applicationId"]
        ways: dict[str, Callable[[str], Run]] = {
            "spark-submit": lambda table: _submit(sandbox.settings, declared, table, Path(folder)),
            "sandbox, cold": lambda table: _job(emr, cold, table),
            "sandbox, spare driver": lambda table: _spare(sandbox, emr, warm, table),
        }
        found = {
            way: [run(f"t{place}_{number}") for number in range(RUNS)] for place, (way, run) in enumerate(ways.items())
        }
    return [start_table(found)]


def start_table(found: dict[str, list[Run]]) -> Table:
    """Medians, and their ratio to those of the first way.

    :param found: way → its runs
    """
    medians = {
        way: Run(statistics.median(run.wall for run in runs), statistics.median(run.cpu for run in runs))
        for way, runs in found.items()
    }
    first = next(iter(medians.values()))
    rows = tuple(
        (way, f"{run.wall:.1f}", f"{run.wall / first.wall:.2f}", f"{run.cpu:.1f}", f"{run.cpu / first.cpu:.2f}")
        for way, run in medians.items()
    )
    note = (
        f"Median of {RUNS}: session, CSV of a thousand rows from S3, Iceberg table in the Glue catalogue, a count. "
        "Seconds from the call to the end; a spare driver's own start, before there is a job, is not in them."
    )
    header = ("started by", "seconds", "ratio", "processor seconds", "ratio")
    return Table("A small Spark job", header, rows, note)


def _provide(sandbox: Sandbox) -> Any:
    client = clients(sandbox.settings, REGION)
    s3 = client("s3")
    s3.create_bucket(Bucket="benchmark", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.create_bucket(Bucket="groundwork-sandbox-lake", CreateBucketConfiguration={"LocationConstraint": REGION})
    rows = "".join(f"{number},row {number}\n" for number in range(1000))
    s3.put_object(Bucket="benchmark", Key="rows.csv", Body=f"id,name\n{rows}".encode())
    s3.put_object(Bucket="benchmark", Key="job.py", Body=SCRIPT.encode())
    return client("emr-serverless")


def _submit(settings: Settings, declared: Environment, table: str, folder: Path) -> Run:
    """As the documentation of Spark and Iceberg says, with nothing of the sandbox's."""
    script = folder / "job.py"
    script.write_text(SCRIPT)
    conf = {
        **declared.engine.spark_conf,
        "spark.driver.memory": declared.engine.driver.memory,
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": settings.endpoint,
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.sql.catalog.lake.s3.endpoint": settings.endpoint,
        "spark.sql.catalog.lake.glue.endpoint": settings.endpoint,
        "spark.sql.catalog.lake.s3.path-style-access": "true",
        "spark.local.dir": str(folder / "local"),
    }
    command = [str(settings.jobs_python.with_name("spark-submit")), "--master", f"local[{os.cpu_count()}]"]
    command += ["--jars", ",".join(str(path) for path in jar_paths(settings.jars))]
    command += [part for key, value in conf.items() for part in ("--conf", f"{key}={value}")]
    variables = {"PYSPARK_PYTHON": str(settings.jobs_python), "SPARK_LOCAL_IP": "127.0.0.1"}
    began = time.perf_counter()
    with (folder / "submit.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, str(script), table],
            env={**os.environ, **settings.client_environment(), **variables},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode:
        raise BenchmarkError(f"spark-submit failed:\n{(folder / 'submit.log').read_text()[-2000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime)


def _spare(sandbox: Sandbox, emr: Any, application: str, table: str) -> Run:
    emr.start_application(applicationId=application)
    until = time.monotonic() + SPARE_SECONDS
    while not any(spare["ready"] for spare in sandbox.ask("emr-serverless")["spares"]):
        if time.monotonic() > until:
            raise BenchmarkError(f"no spare driver was ready within {SPARE_SECONDS:.0f} s")
        time.sleep(0.2)
    return _job(emr, application, table)


def _job(emr: Any, application: str, table: str) -> Run:
    driver = {"entryPoint": "s3://benchmark/job.py", "entryPointArguments": [table]}
    began = time.perf_counter()
    started = emr.start_job_run(
        applicationId=application,
        executionRoleArn="arn:aws:iam::123456789012:role/benchmark",
        jobDriver={"sparkSubmit": driver},
    )
    while (run := _get(emr, application, started["jobRunId"]))["state"] not in ("SUCCESS", "FAILED", "CANCELLED"):
        time.sleep(POLL_SECONDS)
    if run["state"] != "SUCCESS":
        raise BenchmarkError(f"the job ended {run['state']}: {run['stateDetails']}")
    return Run(time.perf_counter() - began, run["totalResourceUtilization"]["vCPUHour"] * 3600)


def _get(emr: Any, application: str, job_run: str) -> dict[str, Any]:
    found: dict[str, Any] = emr.get_job_run(applicationId=application, jobRunId=job_run)["jobRun"]
    return found
