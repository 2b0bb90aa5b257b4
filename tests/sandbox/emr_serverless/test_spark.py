"""Real Spark: Iceberg through Glue, Python code on both sides, too little memory, spare drivers."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.launcher import Sandbox

from .conftest import BUCKET, LAKE, Jobs, alive, until

WRITE = """
import json, os, sys
import shout
from pyspark.sql import SparkSession, functions as F

spark = SparkSession.builder.getOrCreate()
table = sys.argv[1]
rows = spark.read.option("header", True).csv("s3://jobs/in/rows.csv")
rows = rows.withColumn("loud", F.udf(shout.shout)("name"))
spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.air")
rows.writeTo(f"lake.air.{table}").using("iceberg").create()
spark.sql(f"ALTER TABLE lake.air.{table} CREATE BRANCH audit")
rows.where("id = 1").writeTo(f"lake.air.{table}.branch_audit").append()
before = spark.table(f"lake.air.{table}").count()
spark.sql(f"CALL lake.system.fast_forward('air.{table}', 'main', 'audit')")
conf = spark.sparkContext.getConf()
print(json.dumps({
    "before": before,
    "after": spark.table(f"lake.air.{table}").count(),
    "loud": [row.loud for row in spark.table(f"lake.air.{table}").orderBy("id", "loud").collect()],
    "zone": spark.conf.get("spark.sql.session.timeZone"),
    "name": conf.get("spark.app.name"),
    "warm": conf.get("spark.sql.catalog.warm", "none"),
    "heap": spark._jvm.java.lang.Runtime.getRuntime().maxMemory() // 2**20,
    "parent": os.getppid(),
    "pid": os.getpid(),
}))
"""


def shout_archive() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("shout.py", "def shout(text):\n    return text.upper() + '!'\n")
    return archive.getvalue()


@pytest.fixture(scope="module")
def submit(jobs: Jobs) -> str:
    jobs.s3.put_object(Bucket=BUCKET, Key="in/rows.csv", Body=b"id,name\n1,ann\n2,bob\n3,cy\n")
    lake = " ".join(f"--conf {key}={value}" for key, value in LAKE.items())
    return f"{lake} --py-files {jobs.put(shout_archive(), '.zip')}"


@pytest.fixture(scope="module")
def spare_application(jobs: Jobs) -> Iterator[str]:
    capacity = {"Driver": {"workerCount": 1, "workerConfiguration": {"cpu": "2vCPU", "memory": "4GB"}}}
    lake = [{"classification": "spark-defaults", "properties": LAKE}]
    application = jobs.application(initialCapacity=capacity, runtimeConfiguration=lake)
    jobs.emr.start_application(applicationId=application)
    yield application
    jobs.emr.stop_application(applicationId=application)


def spares(jobs: Jobs) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Sandbox(jobs.settings).ask("emr-serverless")["spares"]
    return found


def ready_spare(jobs: Jobs) -> str:
    return str(until(lambda: [each["key"] for each in spares(jobs) if each["ready"]], seconds=60)[0])


def check_written(jobs: Jobs, told: dict[str, Any], table: str) -> None:
    assert (told["before"], told["after"]) == (3, 4)
    assert told["loud"] == ["ANN!", "ANN!", "BOB!", "CY!"]
    assert told["zone"] == "UTC"
    stored = jobs.client("glue").get_table(DatabaseName="air", Name=table)["Table"]
    assert stored["Parameters"]["table_type"] == "ICEBERG"
    assert stored["Parameters"]["metadata_location"].startswith(f"s3://{BUCKET}/warehouse/air.db/{table}/metadata/")
    metadata = stored["Parameters"]["metadata_location"].removeprefix(f"s3://{BUCKET}/")
    snapshots = json.loads(jobs.s3.get_object(Bucket=BUCKET, Key=metadata)["Body"].read())["snapshots"]
    assert [each["summary"]["total-records"] for each in snapshots] == ["3", "4"]


def test_a_cold_job_writes_iceberg_through_glue(jobs: Jobs, application: str, submit: str) -> None:
    run = jobs.start(application, WRITE, "cold", submit=submit + " --driver-memory 14g", name="cold job")
    ended = jobs.wait(application, run)
    assert ended["state"] == "SUCCESS", jobs.output(run, "stderr")
    told = json.loads(jobs.output(run))
    check_written(jobs, told, "cold")
    assert told["name"] == "cold job"
    assert 1900 < told["heap"] <= 2048  # EMR's sizes are capped to the laptop's
    assert ended["totalResourceUtilization"]["vCPUHour"] * 3600 > 2
    assert not (jobs.folder(run) / "local").exists()
    assert "WARN cds" not in jobs.output(run, "stderr")


def test_a_job_without_memory_says_so(jobs: Jobs, application: str) -> None:
    Sandbox(jobs.settings).ask("job-faults", "POST", {"kind": "out_of_memory"})
    run = jobs.start(
        application, "from pyspark.sql import SparkSession\nSparkSession.builder.getOrCreate().range(9).count()"
    )
    ended = jobs.wait(application, run)
    assert ended["state"] == "FAILED"
    assert "java.lang.OutOfMemoryError: Java heap space" in ended["stateDetails"]


def test_a_spare_serves_one_fitting_job_and_is_replaced(jobs: Jobs, spare_application: str, submit: str) -> None:
    spare = ready_spare(jobs)
    other = jobs.start(spare_application, "print('cold')", submit="--conf spark.driver.memory=2g")
    jobs.wait(spare_application, other, "SUCCESS")
    assert not (jobs.folder(other) / "stdout").is_symlink()
    variable = jobs.start(spare_application, "pass", submit="--conf spark.emr-serverless.driverEnv.A=1")
    jobs.wait(spare_application, variable, "SUCCESS")
    assert [each["key"] for each in spares(jobs)] == [spare]

    request = {"submit": submit + " --conf spark.sql.shuffle.partitions=3", "name": "warm job"}
    run = jobs.start(spare_application, WRITE, "warm", **request)
    ended = jobs.wait(spare_application, run)
    assert ended["state"] == "SUCCESS", jobs.output(run, "stderr")
    assert (jobs.folder(run) / "stdout").resolve().parent.name == spare
    told = json.loads(jobs.output(run))  # one line: nothing of the warming up is in the job's output
    check_written(jobs, told, "warm")
    assert (told["name"], told["warm"]) == ("warm job", "none")
    assert not alive(told["pid"])
    assert ended["totalResourceUtilization"]["vCPUHour"] * 3600 < 20

    # the next one takes the replacement while that is still warming up
    following = until(lambda: [each["key"] for each in spares(jobs)])[0]
    assert following != spare
    second = jobs.start(
        spare_application,
        "from pyspark.sql import SparkSession\nprint(SparkSession.builder.getOrCreate().range(7).count())",
    )
    assert jobs.wait(spare_application, second)["state"] == "SUCCESS", jobs.output(second, "stderr")
    assert (jobs.folder(second) / "stdout").resolve().parent.name == following
    assert jobs.output(second) == "7\n"


def test_a_stopped_application_drops_its_spares(jobs: Jobs, spare_application: str) -> None:
    spare = until(lambda: [each["key"] for each in spares(jobs)])[0]
    pid = json.loads(until(lambda: (jobs.folder(spare) / "pid").exists() and (jobs.folder(spare) / "pid").read_text()))[
        "pid"
    ]
    assert alive(pid)
    jobs.emr.stop_application(applicationId=spare_application)
    until(lambda: not spares(jobs) and not alive(pid), seconds=40)
