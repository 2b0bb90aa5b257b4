"""The EMR Serverless application that an environment declares: one definition for sandbox and infrastructure."""

from __future__ import annotations

from math import ceil
from typing import Any

from groundwork.spec.environment import DriverSize, Environment

OVERHEAD = 1.1
"""Spark keeps a tenth of the heap beside the heap."""
WORKER_MEMORY = {1: (2, 1), 2: (4, 1), 4: (8, 1), 8: (16, 4), 16: (32, 8)}
"""vCPU → least memory of a worker and its step, in GB."""


def application_definition(environment: Environment) -> dict[str, Any]:
    """What creates the application, as EMR Serverless's CreateApplication names it.

    The driver's size stands in the application's Spark defaults and not with the jobs, so that every job fits the
    pre-initialised drivers.

    :param environment: the environment
    """
    engine = environment.engine
    properties = {
        **engine.spark_conf,
        "spark.driver.cores": str(engine.driver.cores),
        "spark.driver.memory": engine.driver.memory,
    }
    definition: dict[str, Any] = {
        "name": engine.application,
        "releaseLabel": engine.release_label,
        "type": "SPARK",
        "runtimeConfiguration": [{"classification": "spark-defaults", "properties": properties}],
        "autoStartConfiguration": {"enabled": True},
        "autoStopConfiguration": {"enabled": True, "idleTimeoutMinutes": 15},
        "tags": {"groundwork:environment": environment.name},
    }
    if engine.initial_drivers:
        definition["initialCapacity"] = {
            "Driver": {"workerCount": engine.initial_drivers, "workerConfiguration": worker_size(engine.driver)}
        }
    return definition


def worker_size(driver: DriverSize) -> dict[str, str]:
    """The smallest worker that a driver fits on.

    :param driver: vCPU and heap
    """
    cpu = next(size for size in WORKER_MEMORY if size >= driver.cores)
    least, step = WORKER_MEMORY[cpu]
    wanted = int(driver.memory.removesuffix("g")) * OVERHEAD
    memory = max(least, ceil(wanted / step) * step)
    return {"cpu": f"{cpu} vCPU", "memory": f"{memory} GB"}
