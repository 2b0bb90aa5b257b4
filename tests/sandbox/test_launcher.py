"""Starting and stopping, from Python and from the command line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import Sandbox, SandboxError
from sandbox.settings import REPOSITORY


def command(sandbox: Sandbox, *arguments: str) -> subprocess.CompletedProcess[str]:
    place = ["--home", str(sandbox.settings.home), "--port", str(sandbox.settings.port)]
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments, *place],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_up_twice_is_one_server(sandbox: Sandbox) -> None:
    before = sandbox.status()
    sandbox.up()
    assert sandbox.status() == before
    assert before.running
    assert before.healthy
    health = sandbox.ask("health")
    assert (health["pid"], health["version"][:5]) == (before.pid, "moto ")
    assert {"s3", "glue", "emr-serverless", "dynamodb"} <= set(health["services"])


def test_a_second_server_on_the_same_home_is_refused(sandbox: Sandbox) -> None:
    second = Sandbox.temporary(sandbox.settings.home)
    with pytest.raises(SandboxError, match=r"does not answer: run down first"):
        second.up()
    served = command(second, "serve")
    assert served.returncode == 1
    assert f"a sandbox already runs on {sandbox.settings.home}: `python -m sandbox down`" in served.stderr
    assert sandbox.status().healthy


def test_a_busy_port_names_the_mend(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sandbox = Sandbox(replace(Sandbox.temporary(tmp_path).settings, port=port))
        with pytest.raises(SandboxError, match=rf"port {port} .* is not free .*GROUNDWORK_SANDBOX_PORT"):
            sandbox.up()
    assert not sandbox.status().running


def test_a_missing_jobs_environment_is_named(tmp_path: Path) -> None:
    settings = replace(Sandbox.temporary(tmp_path).settings, jobs_python=tmp_path / "no" / "python")
    with pytest.raises(SandboxError, match="no/python is missing"):
        Sandbox(settings).up()


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    port = f":{sandbox.settings.port:04X}"
    local = [line.split()[1] for line in listening.splitlines() if line.split()[3] == "0A" and port in line.split()[1]]
    assert local == [f"0100007F{port}"]


def test_the_commands(tmp_path: Path, clients: Any) -> None:
    sandbox = Sandbox.temporary(tmp_path / "home")
    assert (command(sandbox, "status").returncode, sandbox.status().running) == (1, False)
    try:
        up = command(sandbox, "up")
        assert (up.returncode, up.stderr) == (0, "")
        assert f"up: {sandbox.settings.endpoint}" in up.stdout
        clients(sandbox, "sts").get_caller_identity()
        logs = command(sandbox, "logs").stdout
        assert "sts GetCallerIdentity 200 " in logs
        assert "no job '../state'" in command(sandbox, "logs", "../state").stderr
        down = command(sandbox, "down")
        assert (down.returncode, down.stdout.split(":")[0]) == (0, "down")
        assert sandbox.settings.state.exists()
        assert command(sandbox, "reset").returncode == 0
        assert not sandbox.settings.state.exists()
    finally:
        sandbox.down()


def test_help_lists_the_commands() -> None:
    shown = subprocess.run([sys.executable, "-m", "sandbox", "--help"], cwd=REPOSITORY, capture_output=True, text=True)
    assert all(f"{name} " in shown.stdout for name in ("up", "down", "status", "logs", "reset", "serve"))


def test_the_launcher_needs_the_standard_library_only() -> None:
    """The control plane has no moto: -S leaves every installed package out."""
    code = "import sandbox.launcher, sandbox.__main__, sys; print('moto' in sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert (shown.stdout.strip(), shown.stderr) == ("False", "")


def test_no_secret_of_the_caller_reaches_the_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-the-real-account")
    with Sandbox.temporary(tmp_path) as sandbox:
        environment = Path(f"/proc/{sandbox.status().pid}/environ").read_bytes()
    assert b"of-the-real-account" not in environment
