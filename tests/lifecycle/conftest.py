"""One real Airflow on one real sandbox for every test here, and a person who uses its API."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from laptop.airflow import LocalAirflow
from sandbox.launcher import Sandbox
from sandbox.settings import REPOSITORY
from tests.lifecycle.lake import Lake, write_include

PRODUCT = "parcels"
RULES = {
    "rules": [
        {"name": "no_name", "kind": "standardise", "columns": ["name"], "nullTokens": [""]},
        {"name": "with_number", "kind": "augment", "column": "name", "expression": "concat(id, ' ', name)"},
    ]
}
HERE = Path(__file__).parent
# Before Airflow is imported: it reads these once. The Airflow of the fixture below has its own.
os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(REPOSITORY / "dags")
os.environ["OPENLINEAGE_DISABLED"] = "true"
IMPATIENT = {
    # A worker that is killed is missed after so many seconds, and a task that is late is noticed.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "1",
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__TRIGGER_TIMEOUT_CHECK_INTERVAL": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "8",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
    "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "1",
    "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "4",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need no Airflow that runs come first: it takes a fifth of a core while it waits."""
    own = [place for place, item in enumerate(items) if item.path.is_relative_to(HERE)]
    ordered = sorted((items[place] for place in own), key=lambda item: "airflow" in getattr(item, "fixturenames", ()))
    for place, item in zip(own, ordered, strict=True):
        items[place] = item


class Person:
    """The operator at the UI, by its API."""

    def __init__(self, airflow: LocalAirflow) -> None:
        # A proxy of the environment is for other machines.
        self._http = httpx.Client(base_url=airflow.address, timeout=30, trust_env=False)
        login = {"username": "operator", "password": airflow.passwords["operator"]}
        token = self._http.post("/auth/token", json=login).raise_for_status().json()["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What the API answers."""
        answer = self._http.request(method, f"/api/v2/{path}", json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def has_dags(self, *wanted: str) -> bool:
        """Whether Airflow knows these DAGs."""
        return {dag["dag_id"] for dag in self.call("GET", "dags")["dags"]} >= set(wanted)

    def trigger(self, dag: str, run_id: str, **conf: Any) -> None:
        """Start a run."""
        self.call("POST", f"dags/{dag}/dagRuns", {"dag_run_id": run_id, "logical_date": None, "conf": conf})

    def run(self, dag: str, run_id: str) -> dict[str, Any]:
        """A run."""
        found: dict[str, Any] = self.call("GET", f"dags/{dag}/dagRuns/{run_id}")
        return found

    def task(self, dag: str, run_id: str, task: str = "run") -> dict[str, Any]:
        """A task of a run."""
        found: dict[str, Any] = self.call("GET", f"dags/{dag}/dagRuns/{run_id}/taskInstances/{task}")
        return found

    def clear(self, dag: str, run_id: str) -> None:
        """Clear the run's task."""
        body = {"dry_run": False, "dag_run_id": run_id, "task_ids": ["run"], "only_failed": False}
        self.call("POST", f"dags/{dag}/clearTaskInstances", body)

    def fail(self, dag: str, run_id: str) -> None:
        """Mark the run's task as failed."""
        self.call("PATCH", f"dags/{dag}/dagRuns/{run_id}/taskInstances/run", {"new_state": "failed"})

    def log(self, dag: str, run_id: str, try_number: int) -> str:
        """The task's log."""
        return str(self.call("GET", f"dags/{dag}/dagRuns/{run_id}/taskInstances/run/logs/{try_number}"))

    def links(self, dag: str, run_id: str) -> dict[str, str]:
        """The buttons on the run's task."""
        found: dict[str, str] = self.call("GET", f"dags/{dag}/dagRuns/{run_id}/taskInstances/run/links")["extra_links"]
        return found

    def xcom(self, dag: str, run_id: str, key: str = "return_value") -> Any:
        """What the run's task left."""
        return self.call("GET", f"dags/{dag}/dagRuns/{run_id}/taskInstances/run/xcomEntries/{key}")["value"]


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something holds.

    :return: what the condition gave
    """
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {seconds} s: {condition}"
        time.sleep(0.1)
    return found


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The sandbox that jobs run in."""
    with Sandbox.temporary(tmp_path_factory.mktemp("lifecycle-sandbox")) as running:
        yield running


@pytest.fixture(scope="session")
def lake(sandbox: Sandbox) -> Lake:
    """What jobs need."""
    made = Lake(sandbox.settings)
    made.make()
    return made


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox, lake: Lake) -> Iterator[LocalAirflow]:
    """The Airflow: the checkout's plugins, DAGs of these tests, the sweeper, and the acquisition of one product."""
    root = tmp_path_factory.mktemp("lifecycle")
    shutil.copytree(HERE / "dags", root / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    for stage in ("sweep_jobs", "acquire_data"):
        shutil.copy(REPOSITORY / "dags" / f"{stage}.py", root / "dags")
    (root / "plugins").symlink_to(REPOSITORY / "plugins")
    write_include(root / "include", lake.environment)
    refined = [{"property": "groundwork.refineWithAcquire", "value": True}]
    lake.make_product(root / "include", PRODUCT, RULES, customProperties=refined)
    running = LocalAirflow(root / "airflow", free_port(), sandbox.settings, root)
    running.environment.update(IMPATIENT)
    running.up()
    yield running
    running.down()


@pytest.fixture(scope="session")
def person(airflow: LocalAirflow) -> Person:
    """Who uses it."""
    someone = Person(airflow)
    until(lambda: someone.has_dags("job", "job_in_time", "job_slow_to_wait", "sweep_jobs", f"acquire_data__{PRODUCT}"))
    return someone
