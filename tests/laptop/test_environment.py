"""The settings of a local Airflow."""

from __future__ import annotations

import json
import multiprocessing
import stat
from pathlib import Path

from cryptography.fernet import Fernet

from laptop.environment import PERSONAS, airflow_environment, lineage_file, passwords, process_environment
from sandbox.settings import Settings


def made(home: Path, port: int = 8080) -> dict[str, str]:
    return airflow_environment(home, port, Settings(home / "sandbox", port=4999))


def test_keys_are_made_once_and_differ_between_homes(tmp_path):
    first = made(tmp_path / "one")
    assert made(tmp_path / "one") == first
    other = made(tmp_path / "two")
    for name in ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY"):
        assert first[name] != other[name]
    fernet = Fernet(first["AIRFLOW__CORE__FERNET_KEY"])
    assert fernet.decrypt(fernet.encrypt(b"a")) == b"a"


def test_secrets_and_passwords_can_be_read_by_their_owner_only(tmp_path):
    made(tmp_path)
    # Both are there before Airflow starts: it would write a passwords file of its own, for everybody to read.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["passwords.json", "secrets.json"]
    assert set(passwords(tmp_path)) == set(PERSONAS)
    assert len(set(passwords(tmp_path).values())) == len(PERSONAS)
    for name in ("secrets.json", "passwords.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["passwords.json", "secrets.json"]


def test_every_address_is_the_loopback(tmp_path):
    found = made(tmp_path, port=18999)
    assert found["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18999/execution/"
    assert found["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4999"


def test_nothing_of_the_callers_reaches_airflow(tmp_path, monkeypatch):
    foreign = {
        "AWS_PROFILE": "production",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "PYTHONPATH": "/elsewhere",
        "GROUNDWORK_ENVIRONMENT": "production",
        "LANG": "C.UTF-8",
    }
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    found = process_environment(made(tmp_path))
    assert "AWS_PROFILE" not in found
    assert "PYTHONPATH" not in found
    assert found["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert found["GROUNDWORK_ENVIRONMENT"] == "sandbox"
    assert found["LANG"] == "C.UTF-8"


def emit(transport: dict[str, object], writer: int) -> None:
    """What every task's process does, here with events of a hundred kilobytes."""
    from openlineage.client import OpenLineageClient
    from openlineage.client.event_v2 import Job, Run, RunEvent

    client = OpenLineageClient(config={"transport": transport})
    for number in range(20):
        job = Job(namespace="n", name=f"{writer}-{number}-" + "x" * 100_000)
        run = Run(runId="01a21374-88f1-7089-b8af-b3d105b00119")
        client.emit(RunEvent(eventTime="2026-01-01T00:00:00Z", run=run, job=job, producer="https://example.com/test"))


def test_lineage_events_of_many_processes_are_a_whole_line_each(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENLINEAGE_DISABLED", raising=False)
    transport = json.loads(made(tmp_path)["AIRFLOW__OPENLINEAGE__TRANSPORT"])
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=emit, args=(transport, writer)) for writer in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    names = [json.loads(line)["job"]["name"].rpartition("-")[0] for line in lineage_file(tmp_path).open()]
    assert sorted(names) == sorted(f"{writer}-{number}" for writer in range(4) for number in range(20))
