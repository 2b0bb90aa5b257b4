"""Containers: processes of an image's programs, each with a folder and an end that can be waited for."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.processes.processes import Processes


@dataclass
class Container:
    """One container.

    :param key: names it among all of the service: its job's ARN
    :param command: interpreter, program and arguments
    :param environment: all of its variables
    :param folder: holds its output; it runs in ``work`` inside
    """

    key: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    started: float = 0.0
    status: int = 0
    reason: str = ""
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def exit_code(self) -> int:
        """As a container runtime tells it: 128 and the signal's number when one ended it."""
        return 128 - self.status if self.status < 0 else self.status


class Containers:
    """All containers of the service."""

    def __init__(self) -> None:
        self._processes = Processes("sagemaker", self._exited)
        self._running: dict[str, Container] = {}
        self._lock = threading.Lock()

    def open(self) -> None:
        """Start the parent of all containers."""
        self._processes.open()

    def close(self) -> None:
        """Kill whatever still runs."""
        self._processes.close()

    def start(self, container: Container) -> None:
        """Start one; its standard input is at its end."""
        with self._lock:
            self._running[container.key] = container
        container.started = time.monotonic()
        self._processes.start(container.key, container.command, container.environment, container.folder)
        self._processes.end_input(container.key)

    def signal(self, container: Container, number: int) -> None:
        """Signal it and all its children."""
        self._processes.signal(container.key, number)

    def end(self, container: Container, grace_seconds: float) -> None:
        """Return when it has ended: asked first, after the grace killed."""
        for number in (signal.SIGTERM, signal.SIGCONT):  # a stopped process must go on to be able to end
            self.signal(container, number)
        if not container.gone.wait(grace_seconds):
            self.signal(container, signal.SIGKILL)
            container.gone.wait()

    def _exited(self, key: str, status: int, _: float, reason: str) -> None:
        with self._lock:
            container = self._running.pop(key, None)
        if container is not None:
            container.status, container.reason = status, reason
            (container.folder / "pid").unlink(missing_ok=True)
            container.gone.set()
