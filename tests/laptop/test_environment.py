"""The settings of a local Airflow."""

from __future__ import annotations

import stat
from pathlib import Path

from cryptography.fernet import Fernet

from laptop.environment import PERSONAS, airflow_environment, passwords, process_environment
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
