"""Starts, stops and asks after a sandbox from any process. Standard library only: both environments import it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from sandbox.settings import REPOSITORY, Settings

STOP_SECONDS = 30.0
POLL_SECONDS = 0.05


class SandboxError(Exception):
    """The sandbox cannot do what was asked; the message says why and what to do."""


@dataclass(frozen=True)
class Status:
    """How a sandbox is.

    :param running: a server holds the home
    :param healthy: it answers
    :param pid: process of the server; 0 when there is none
    :param endpoint: its address
    :param home: its folder
    """

    running: bool
    healthy: bool
    pid: int
    endpoint: str
    home: Path


class Sandbox:
    """One sandbox; as a context manager it is up inside the block.

    :param settings: where it lives and what it runs with
    """

    def __init__(self, settings: Settings):
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def temporary(cls, path: Path) -> Sandbox:
        """A sandbox for a test: lives in the folder, listens on a free port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        return cls(replace(Settings(home=path), port=port))

    def up(self, wait_seconds: float = 30) -> None:
        """Start the server in a session of its own and return when it answers; does nothing when it already does.

        :param wait_seconds: how long to wait for the first answer
        :raises SandboxError: another port is taken, the state cannot be read, or it does not answer in time
        """
        status = self.status()
        if status.healthy:
            return
        if status.running:
            raise SandboxError(
                f"{self.settings.home} belongs to pid {status.pid}, which does not answer: run down first"
            )
        self._check_setup()
        process = self._process = self._spawn()
        until = time.monotonic() + wait_seconds
        while not self._is_ours(process.pid):
            if process.poll() is not None:
                self._process = None
                raise SandboxError(f"the sandbox did not start: {self._last_words()}")
            if time.monotonic() > until:
                process.kill()
                self._reap()
                raise SandboxError(f"the sandbox did not answer within {wait_seconds} s: see {self.settings.logs}")
            time.sleep(POLL_SECONDS)

    def down(self) -> None:
        """Stop the server and wait until its jobs have ended and its state is written; no server is fine too."""
        pid = self._holder()
        if not pid:
            return
        send(pid, signal.SIGTERM)
        if not self._wait_for_release(STOP_SECONDS):
            send(pid, signal.SIGKILL)
            self._wait_for_release(STOP_SECONDS)
        self._reap()

    def status(self) -> Status:
        """How it is now."""
        pid = self._holder()
        if not pid:
            self._reap()
        healthy = bool(pid) and self._is_ours(pid)
        return Status(bool(pid), healthy, pid, self.settings.endpoint, self.settings.home)

    def reset(self) -> None:
        """Stop the server and delete state, images, jobs and logs."""
        self.down()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    def ask(self, path: str, method: str = "GET", body: dict[str, Any] | None = None, timeout: float = 5) -> Any:
        """The JSON answer of a page under ``/_sandbox/``.

        :param path: the part after ``/_sandbox/``, such as ``health``
        :param method: HTTP method
        :param body: sent as JSON
        :param timeout: seconds to wait for the answer
        :raises SandboxError: the server does not answer, or refuses with the reason it gives
        """
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.settings.endpoint}/_sandbox/{path}", data, method=method)  # noqa: S310 (http, ours)
        try:
            with DIRECT.open(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise SandboxError(refused.read().decode()) from refused
        except (OSError, ValueError) as silent:
            raise SandboxError(f"{self.settings.endpoint} does not answer ({silent}): is it up?") from silent

    def push_image(self, address: str, folder: Path, python: Path | None = None) -> str:
        """The sandbox's ``docker push``: register a folder of programs as a container image.

        :param address: ``<registry>/<repository>:<tag>``; a tag keeps the content of its first push
        :param folder: copied as it is now
        :param python: interpreter of its programs; the jobs environment's unless named
        :return: its digest, ``sha256:…``
        :raises SandboxError: the server does not answer, or refuses with the reason it gives
        """
        body = {"address": address, "folder": str(folder), "python": str(python or self.settings.jobs_python)}
        return str(self.ask("images", "PUT", body, timeout=60)["digest"])

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def _reap(self) -> None:
        """Take leave of a server that this object started and that has let its home go."""
        if self._process:
            self._process.wait()
            self._process = None

    def _check_setup(self) -> None:
        if not self.settings.jobs_python.exists():
            raise SandboxError(f"{self.settings.jobs_python} is missing: the jobs environment is not set up")

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = self.settings
        settings.logs.mkdir(parents=True, exist_ok=True)
        command = [settings.jobs_python, "-m", "sandbox", "serve", "--home", settings.home, "--port", settings.port]
        with self._start_log.open("wb") as output:
            return subprocess.Popen(
                [str(part) for part in [*command, "--jars", settings.jars]],
                cwd=REPOSITORY,
                env={name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def _folders(self) -> tuple[Path, ...]:
        of = self.settings
        return of.state, of.images, of.jobs, of.sagemaker, of.endpoints, of.logs

    @property
    def _start_log(self) -> Path:
        return self.settings.logs / "start.log"

    def _last_words(self) -> str:
        lines = self._start_log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it ended without a word, see {self.settings.logs}"

    def _is_ours(self, pid: int) -> bool:
        """Whether the port answers as the server with this process id, and not as somebody else's."""
        try:
            return bool(self.ask("health", timeout=1)["pid"] == pid)
        except (SandboxError, KeyError, TypeError):
            return False

    def _holder(self) -> int:
        """The process that holds the home; 0 for none. The lock ends with its process, so no pid is ever stale."""
        try:
            with (self.settings.home / "server.lock").open("r+", encoding="utf-8") as lock_file:
                try:
                    fcntl.lockf(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return 0
                except OSError:
                    return int(json.loads(lock_file.read() or "{}").get("pid", -1))
        except FileNotFoundError:
            return 0

    def _wait_for_release(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self._holder():
            if time.monotonic() > until:
                return False
            time.sleep(POLL_SECONDS)
        return True


# A proxy of the environment is for other machines.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(pid: int, signal_number: signal.Signals) -> None:
    """Signal a process that may have ended by now."""
    if pid <= 0:
        raise SandboxError("the sandbox is just starting: try again in a second")
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal_number)
