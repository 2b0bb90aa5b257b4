"""A local Airflow: API server, scheduler, DAG processor and triggerer as processes of their own."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from laptop.airflow_database import SCHEMA, copy_database, is_migrated, schema_digest
from laptop.checks import is_port_free
from laptop.environment import DEFAULT_PORT, airflow_environment, lineage_file, passwords, process_environment
from laptop.processes import Process, ask, kill_marked, marked, recorded, start_detached
from sandbox.settings import REPOSITORY, Settings, default_settings

# Logs are read from the folder that the API server shares with the others; none of them has to serve its own.
COMPONENTS = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
# Their names in the API's health report; the API server answers for itself.
HEALTH_NAMES = {"metadatabase", "scheduler", "dag_processor", "triggerer"}


class AirflowError(Exception):
    """The local Airflow cannot do what was asked; the message says the mend."""


@dataclass(frozen=True)
class ComponentStatus:
    """One component: its process if it runs, and what it and its children hold in memory."""

    name: str
    process: Process | None
    memory: int
    log: Path


class LocalAirflow:
    """One Airflow on this machine.

    :param home: AIRFLOW_HOME: database, logs, secrets, pid files
    :param port: port of the API server on 127.0.0.1
    :param sandbox: the sandbox that stands for AWS; must be started by the caller
    :param repository: checkout whose dags/ and plugins/ are used
    :param parse_every: seconds until a change of YAML alone is seen; one of Python is seen within seconds
    """

    def __init__(
        self, home: Path, port: int, sandbox: Settings, repository: Path = REPOSITORY, parse_every: int = 20
    ) -> None:
        self.home = home
        self.port = port
        self.sandbox = sandbox
        self.repository = repository
        self.parse_every = parse_every

    @property
    def address(self) -> str:
        """Where the UI and the API are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def passwords(self) -> dict[str, str]:
        """Password of every persona."""
        return passwords(self.home)

    @property
    def lineage(self) -> Path:
        """The OpenLineage events of every run, one a line."""
        return lineage_file(self.home)

    @cached_property
    def environment(self) -> dict[str, str]:
        """The whole environment of every process that belongs to this Airflow."""
        settings = airflow_environment(self.home, self.port, self.sandbox, self.repository, self.parse_every)
        return process_environment(settings)

    def up(self, wait_seconds: float = 120) -> float:
        """Start what does not run and wait until all of it is healthy; harmless when it already is.

        :param wait_seconds: how long it may take
        :returns: seconds it took
        :raises AirflowError: the port is taken, or a component died or did not become healthy in time
        """
        began = time.monotonic()
        with self._alone():
            if not self.process("api-server") and not is_port_free(self.port):
                raise AirflowError(
                    f"port {self.port} is taken; end what listens there, or choose another: "
                    "GROUNDWORK_AIRFLOW_PORT=<port>"
                )
            self.migrate()
            for component in COMPONENTS:
                self.start(component)
            self._wait_healthy(began + wait_seconds)
        return time.monotonic() - began

    def down(self, grace: float = 8) -> None:
        """End every component, their tasks and callbacks; harmless when nothing runs.

        :param grace: seconds for tasks that run; deferred ones go on waiting at the next start anyway
        """
        with self._alone():
            # The others report to the API server to the last, and wait for it when it is gone. The scheduler waits
            # for running tasks; those that take longer are ended with it.
            ask([process for name in COMPONENTS if name != "api-server" and (process := self.process(name))], grace)
            ask([process for name in COMPONENTS if (process := self.process(name))], 4)
            kill_marked(self._mark())
            for name in COMPONENTS:
                self._pid_file(name).unlink(missing_ok=True)

    def reset(self) -> None:
        """End everything and forget every run, log, password and key."""
        self.down()
        shutil.rmtree(self.home, ignore_errors=True)

    def status(self) -> list[ComponentStatus]:
        """What runs and what does not."""
        return [
            ComponentStatus(
                name,
                self.process(name),
                sum(process.memory() for process in marked(self._mark(name))),
                self._log(name),
            )
            for name in COMPONENTS
        ]

    def start(self, component: str) -> Process:
        """Start one component unless it runs.

        :param component: one of :data:`COMPONENTS`
        """
        running = self.process(component)
        if running:
            return running
        python = str(REPOSITORY / ".venv" / "bin" / "python")
        command = [python, str(REPOSITORY / "laptop" / "component.py"), *COMPONENTS[component]]
        return start_detached(
            command, self.environment, self._mark(component), self._log(component), self._pid_file(component)
        )

    def kill(self, component: str) -> list[Process]:
        """Kill one component at once, as a crash would, and leave its children as they are.

        :param component: one of :data:`COMPONENTS`, or "worker" for every process that runs a task
        :returns: what was killed
        """
        if component == "worker":
            found = self.workers()
        else:
            process = self.process(component)
            found = [process] if process else []
        for victim in found:
            victim.signal(signal.SIGKILL)
        return found

    def workers(self) -> list[Process]:
        """Processes that run a task now: the executor's workers that are not idle, and the tasks under them."""
        below = marked(self._mark("scheduler"))
        titles = {process: process.title() for process in below}
        return [process for process in below if re.match(r"airflow worker -- (?!.*<idle>)", titles[process])]

    def process(self, component: str) -> Process | None:
        """The process of a component, if it runs."""
        return recorded(self._pid_file(component))

    def processes(self) -> list[Process]:
        """Every process that belongs to this Airflow."""
        return marked(self._mark())

    def health(self) -> dict[str, str]:
        """What the API says of each component; empty while it does not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/v2/monitor/health")
            answer = json.load(connection.getresponse())
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        finally:
            connection.close()
        return {name: part.get("status") or "unknown" for name, part in answer.items() if isinstance(part, dict)}

    def migrate(self) -> None:
        """Bring the database to this Airflow's schema; takes no time when it is.

        :raises AirflowError: the migration failed
        """
        if is_migrated(self.home) or copy_database(self.home):
            return
        self.home.mkdir(parents=True, exist_ok=True)
        log = self._log("migration")
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            command = [str(REPOSITORY / ".venv" / "bin" / "airflow"), "db", "migrate"]
            done = subprocess.run(command, env=self.environment, cwd=self.home, stdout=output, stderr=subprocess.STDOUT)
        if done.returncode:
            raise AirflowError(f"the database was not migrated; see {log}. mend: make reset")
        (self.home / SCHEMA).write_text(schema_digest())

    def _wait_healthy(self, deadline: float) -> None:
        while time.monotonic() < deadline:
            dead = [name for name in COMPONENTS if not self.process(name)]
            if dead:
                raise AirflowError(f"{', '.join(dead)} died; see {', '.join(str(self._log(name)) for name in dead)}")
            health = self.health()
            if all(health.get(name) == "healthy" for name in HEALTH_NAMES):
                return
            time.sleep(0.2)
        raise AirflowError(f"not healthy in time: {self.health() or 'no answer'}; see {self._log('api-server').parent}")

    def _mark(self, component: str = "") -> str:
        return f"{self.home.resolve()}:{component}"

    def _log(self, component: str) -> Path:
        return self.home / "logs" / "components" / f"{component}.log"

    def _pid_file(self, component: str) -> Path:
        return self.home / f"{component}.pid"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one command at a time start or end components."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home.parent / f".{self.home.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def default_airflow(parse_every: int = 20) -> LocalAirflow:
    """The checkout's own Airflow, moved by ``GROUNDWORK_HOME`` and ``GROUNDWORK_AIRFLOW_PORT``.

    :param parse_every: see :class:`LocalAirflow`
    """
    home = Path(os.environ.get("GROUNDWORK_HOME", REPOSITORY / ".groundwork")).resolve()
    port = int(os.environ.get("GROUNDWORK_AIRFLOW_PORT", DEFAULT_PORT))
    return LocalAirflow(home / "airflow", port, default_settings(), parse_every=parse_every)
