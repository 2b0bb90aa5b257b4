"""A Spark session as the sandbox's drivers have it, with tables in a folder: the catalogue is not measured."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from groundwork.spec.include import load_environment
from sandbox.emr_serverless.spark_conf import driver_conf
from sandbox.settings import REPOSITORY, Settings
from spark_jobs.session import settle


@contextlib.contextmanager
def local_spark(folder: Path) -> Iterator[Any]:
    """The session, settled as a job's.

    :param folder: where its tables and its scratch files lie
    """
    from pyspark.sql import SparkSession

    engine = load_environment(REPOSITORY / "include", "sandbox").engine
    lake = {key: value for key, value in engine.spark_conf.items() if not key.startswith("spark.sql.catalog.lake.")}
    lake |= {
        "spark.driver.memory": engine.driver.memory,
        "spark.sql.catalog.lake.type": "hadoop",
        "spark.sql.catalog.lake.warehouse": f"file:{folder}/lake",
        "spark.sql.warehouse.dir": f"file:{folder}/warehouse",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.appName("benchmark")
    for key, value in driver_conf(Settings(home=folder / "sandbox"), lake, folder / "local", []).items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    settle(session)
    try:
        yield session
    finally:
        session.stop()


def cost(spark: Any, work: Callable[[], object]) -> dict[str, float]:
    """Seconds on the clock and of Spark's processor."""
    machine = spark.sparkContext._gateway.proc.pid  # noqa: SLF001
    used, began = processor_seconds(machine), time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - began, "processor": processor_seconds(machine) - used}


def processor_seconds(pid: int) -> float:
    """Of a process, its own and the system's on its behalf."""
    fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def noop(frame: Any) -> None:
    """Compute all of it and keep nothing."""
    frame.write.format("noop").mode("overwrite").save()
