"""The local Airflow, really started; these run in order, on one Airflow, as a start takes seconds."""

from __future__ import annotations

import http.client
import json
import socket
import time
from typing import Any

import pytest

from laptop.airflow import COMPONENTS, AirflowError, LocalAirflow
from laptop.processes import Process


class Api:
    """Airflow's REST API as one persona."""

    def __init__(self, airflow: LocalAirflow, persona: str) -> None:
        self.airflow = airflow
        login = {"username": persona, "password": airflow.passwords[persona]}
        self.token = self.call("POST", "/auth/token", login)[1]["access_token"]

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.airflow.port, timeout=30)
        headers = {"Content-Type": "application/json"}
        if hasattr(self, "token"):
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if content else None

    def trigger(self, dag: str) -> str:
        deadline = time.monotonic() + 40
        while True:
            status, run = self.call("POST", f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None})
            if status == 200:
                return f"/api/v2/dags/{dag}/dagRuns/{run['dag_run_id']}"
            assert status == 404, run
            assert time.monotonic() < deadline, "the DAG was not parsed in time"
            time.sleep(0.2)

    def wait(self, run: str, wanted: set[str]) -> str:
        deadline = time.monotonic() + 60
        while (state := self.call("GET", run)[1]["state"]) not in wanted:
            assert time.monotonic() < deadline, state
            time.sleep(0.1)
        return state


def until(condition: Any, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_taken_port_is_said_before_anything_starts(airflow):
    with socket.socket() as other:
        other.bind(("127.0.0.1", airflow.port))
        other.listen()
        with pytest.raises(AirflowError, match="GROUNDWORK_AIRFLOW_PORT"):
            airflow.up()
    assert airflow.processes() == []


def test_all_components_become_healthy_on_the_loopback_only(airflow):
    assert airflow.up() < 60
    assert set(airflow.health().values()) == {"healthy"}
    status = {part.name: part for part in airflow.status()}
    assert set(status) == set(COMPONENTS)
    assert all(part.process and part.memory > 2**20 for part in status.values())
    ours = {process.pid for process in airflow.processes()}
    assert not_loopback(ours) == []


def not_loopback(pids: set[int]) -> list[str]:
    """Addresses these processes listen on, from /proc, except 127.0.0.1."""
    from pathlib import Path

    sockets = set()
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = str(descriptor.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                sockets.add(target[8:-1])
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            # 0A is LISTEN; 0100007F is 127.0.0.1 as the kernel writes it.
            if fields[3] == "0A" and fields[9] in sockets and not fields[1].startswith("0100007F:"):
                found.append(fields[1])
    return found


def test_up_again_changes_nothing(airflow):
    before = {part.name: part.process for part in airflow.status()}
    assert airflow.up() < 5
    assert {part.name: part.process for part in airflow.status()} == before


def test_nobody_gets_in_without_a_password_and_a_viewer_only_reads(airflow):
    connection = http.client.HTTPConnection("127.0.0.1", airflow.port, timeout=10)
    connection.request("GET", "/api/v2/dags")
    assert connection.getresponse().status == 401
    connection.close()
    consumer = Api(airflow, "consumer")
    assert consumer.call("GET", "/api/v2/dags")[0] == 200
    assert consumer.call("POST", "/api/v2/dags/quick/dagRuns", {"logical_date": None})[0] == 403


def test_a_task_runs_with_the_sandbox_as_its_aws(airflow):
    steward = Api(airflow, "steward")
    run = steward.trigger("quick")
    assert steward.wait(run, {"success", "failed"}) == "success"
    log = steward.call("GET", f"{run}/taskInstances/hello/logs/1")[1]
    assert f"hello from {airflow.sandbox.endpoint}" in json.dumps(log)


def test_a_killed_component_is_seen_and_started_again(airflow):
    (victim,) = airflow.kill("triggerer")
    until(lambda: not victim.is_alive())
    assert [part.name for part in airflow.status() if part.process is None] == ["triggerer"]
    airflow.up()
    assert airflow.process("triggerer") not in (None, victim)
    # What ran before is still there, under the same passwords.
    runs = Api(airflow, "consumer").call("GET", "/api/v2/dags/quick/dagRuns")[1]["dag_runs"]
    assert [run["state"] for run in runs] == ["success"]


def test_killing_the_worker_ends_the_process_that_runs_the_task(airflow):
    engineer = Api(airflow, "engineer")
    run = engineer.trigger("long")
    # The executor's worker, and under it the process of the task.
    until(lambda: len(airflow.workers()) == 2)
    seen = airflow.workers()
    killed = airflow.kill("worker")
    # The executor may start a next worker at any moment; that one goes too.
    assert set(seen) <= set(killed)
    until(lambda: not any(process.is_alive() for process in killed))
    engineer.call("PATCH", run, {"state": "failed"})


def test_down_leaves_no_process_even_of_a_running_task(airflow):
    engineer = Api(airflow, "engineer")
    engineer.trigger("long")
    until(lambda: sleepers(airflow) != [])
    asleep = sleepers(airflow)
    airflow.down(grace=1)
    assert airflow.processes() == []
    assert not any(process.is_alive() for process in asleep)
    assert all(part.process is None for part in airflow.status())
    airflow.down()


def sleepers(airflow: LocalAirflow) -> list[Process]:
    return [process for process in airflow.processes() if process.title().startswith("sleep 600")]
