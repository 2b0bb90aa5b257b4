"""What the machine must offer: found out, and said with the mend."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from laptop import checks, doctor

REPOSITORY = Path(__file__).resolve().parents[2]


def fake_java(folder: Path, version: str) -> None:
    (folder / "bin").mkdir()
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2024-01-16' >&2\n")
    java.chmod(0o755)


@pytest.mark.parametrize(
    ("version", "passes"), [("17.0.9", True), ("17", True), ("21.0.1", False), ("1.8.0_392", False)]
)
def test_only_java_17_passes(tmp_path, monkeypatch, version, passes):
    fake_java(tmp_path, version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    check = checks.check_java()
    assert check.passed is passes
    assert version in check.found


def test_no_java_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    check = checks.check_java()
    assert not check.passed
    assert "openjdk-17" in check.mend


def test_a_full_disk_is_noticed(tmp_path):
    assert checks.check_disk(tmp_path, needed=1).passed
    assert not checks.check_disk(tmp_path, needed=10**18).passed


@pytest.mark.parametrize(("gigabytes", "passes"), [(16, True), (7.6, True), (7, False)])
def test_less_memory_than_the_stated_minimum_fails_and_states_it(monkeypatch, gigabytes, passes):
    monkeypatch.setattr(checks.os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": gigabytes * 2**18}.__getitem__)
    check = checks.check_memory()
    assert (check.passed, check.found) == (passes, f"{gigabytes:.1f} GB")
    assert "8 GB is the stated minimum" in check.mend
    assert "8 GB" in (REPOSITORY / "README.md").read_text()


def test_doctor_looks_at_everything_it_promises():
    names = {check.name for check in doctor.checks()}
    assert {"Python", "Java", "make", "disk", "memory", "port of the sandbox", "port of Airflow"} <= names


def test_a_taken_port_fails_unless_it_is_ours():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        taken = checks.check_port("port", port, "GROUNDWORK_X_PORT", ours=False)
        assert not taken.passed
        assert "GROUNDWORK_X_PORT" in taken.mend
        assert checks.check_port("port", port, "GROUNDWORK_X_PORT", ours=True).passed
    assert checks.check_port("port", port, "GROUNDWORK_X_PORT", ours=False).passed


def test_doctor_says_which_port_is_taken_and_fails(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        environment = {**os.environ, "GROUNDWORK_HOME": str(tmp_path), "GROUNDWORK_AIRFLOW_PORT": port}
        command = [sys.executable, "-m", "laptop.doctor"]
        run = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    assert run.returncode == 1
    (line,) = [line for line in run.stdout.splitlines() if line.startswith("✗ port of Airflow")]
    assert port in line
    assert "mend: end what listens there, or choose another port: GROUNDWORK_AIRFLOW_PORT" in run.stdout
    assert "✓ Python" in run.stdout
