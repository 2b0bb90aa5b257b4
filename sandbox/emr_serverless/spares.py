"""Drivers that are started before there is a job, as EMR Serverless keeps pre-initialised workers.

A spare is a JVM that has loaded and compiled what jobs use and holds no session. It serves one job and ends with it.
The job's SparkContext is made new, so everything comes from the job's conf but the JVM's own settings (heap, options,
class path) and the driver's variables; a job that wants others of those starts cold.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.emr_serverless.errors import SubmissionError
from sandbox.emr_serverless.records import Application
from sandbox.emr_serverless.spark_conf import CATALOG, driver_conf
from sandbox.emr_serverless.staging import DRIVER, clear, driver_environment, fit, write_assignment
from sandbox.emr_serverless.submission import LIST_OPTIONS, spark_defaults, split_environment
from sandbox.processes.processes import Processes
from sandbox.settings import Settings

MOST_FAILURES = 2
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Spare:
    """One started driver without a job."""

    key: str
    application_id: str
    application_request: dict[str, Any]
    folder: Path
    fit: dict[str, Any]

    @property
    def ready(self) -> bool:
        """Whether it has finished warming up; it can be taken before."""
        return (self.folder / "ready").exists()


class Spares:
    """The spare drivers of all applications; its caller holds one lock around every call.

    :param settings: the sandbox
    :param processes: starts them
    """

    def __init__(self, settings: Settings, processes: Processes):
        self._settings = settings
        self._processes = processes
        self._spares: dict[str, Spare] = {}
        self._failures: dict[str, int] = {}

    def tend(self, applications: list[Application], busy: bool) -> None:
        """Drop what no application wants any more and, while no job runs, start one that is missing.

        :param applications: all of them
        :param busy: a job runs; a spare that is started now would slow it down
        """
        wanted = {each.id: each for each in applications if each.state == "STARTED" and each.spare_drivers}
        for spare in list(self._spares.values()):
            application = wanted.get(spare.application_id)
            if application is None or application.request is not spare.application_request:
                self._drop(spare)
        for application in () if busy else wanted.values():
            own = [spare for spare in self._spares.values() if spare.application_id == application.id]
            if all(spare.ready for spare in own) and len(own) < application.spare_drivers:
                self._start(application)

    def take(self, application_id: str, wanted: dict[str, Any]) -> Spare | None:
        """Take a spare that fits out of the pool, ready ones first; None when there is none."""
        fitting = [
            each for each in self._spares.values() if (each.application_id, each.fit) == (application_id, wanted)
        ]
        if not fitting:
            return None
        best = max(fitting, key=lambda spare: spare.ready)
        self._failures.pop(application_id, None)
        return self._spares.pop(best.key)

    def ended(self, key: str) -> bool:
        """Note that a spare ended untaken; False when the driver is not a spare."""
        spare = self._spares.pop(key, None)
        if spare is None:
            return False
        self._failures[spare.application_id] = self._failures.get(spare.application_id, 0) + 1
        LOG.warning("spare driver %s ended before a job took it: see %s", key, spare.folder / "stderr")
        clear(spare.folder)
        return True

    def listing(self) -> list[dict[str, Any]]:
        """What there is, for people and tests."""
        return [
            {"key": each.key, "applicationId": each.application_id, "ready": each.ready}
            for each in self._spares.values()
        ]

    def _start(self, application: Application) -> None:
        if self._failures.get(application.id, 0) >= MOST_FAILURES:
            return
        key = f"spare-{uuid.uuid4().hex[:12]}"
        folder = self._settings.jobs / key
        caller, variables = split_environment(spark_defaults(application.request.get("runtimeConfiguration", [])))
        caller = {name: value for name, value in caller.items() if name not in LIST_OPTIONS.values()}
        try:
            conf = driver_conf(self._settings, caller, folder / "local", [])
        except SubmissionError as error:
            self._failures[application.id] = MOST_FAILURES
            LOG.warning("no spare driver for %s: %s", application.id, error)
            return
        (folder / "work").mkdir(parents=True)
        catalogs = [match[1] for name in caller if (match := CATALOG.fullmatch(name))]
        own = {"conf": conf, "warm": str(folder / "warm"), "ready": str(folder / "ready"), "catalogs": catalogs}
        command = [str(self._settings.jobs_python), "-I", str(DRIVER), "--spare", str(write_assignment(folder, own))]
        environment = driver_environment(self._settings, folder) | variables
        self._spares[key] = Spare(key, application.id, application.request, folder, fit(conf, variables))
        self._processes.start(key, command, environment, folder)

    def _drop(self, spare: Spare) -> None:
        del self._spares[spare.key]
        self._processes.end_input(spare.key)
