"""The server's side of the spawner: start, signal and feed processes, and hear of their ends."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.processes import spawner

Exited = Callable[[str, int, float, str], None]


class Processes:
    """All processes of one service, by key.

    :param name: of the service, to be seen beside the spawner's process
    :param exited: called with key, exit status (negative: the signal), processor seconds and, when it could not be
        started at all, the reason; on the thread that listens to the spawner
    """

    def __init__(self, name: str, exited: Exited):
        self._name = name
        self._exited = exited
        self._pids: dict[str, int] = {}
        self._lock = threading.Lock()
        self._spawner: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None
        self._closing = threading.Event()

    def open(self) -> None:
        """Start the spawner."""
        self._spawner = subprocess.Popen(
            [sys.executable, "-I", str(Path(spawner.__file__)), self._name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a signal to the server's group must not reach it: it ends with the pipe
        )
        self._listener = threading.Thread(target=self._listen, name=f"{self._name} processes", daemon=True)
        self._listener.start()

    def close(self) -> None:
        """Let the spawner go; it kills whatever still runs."""
        self._closing.set()
        if self._spawner is not None and self._spawner.stdin is not None:
            with contextlib.suppress(OSError):
                self._spawner.stdin.close()
            self._spawner.wait(timeout=10)
        if self._listener is not None and self._listener is not threading.current_thread():
            self._listener.join(timeout=10)
        if self._spawner is not None and self._spawner.stdout is not None:
            self._spawner.stdout.close()

    def start(self, key: str, command: list[str], environment: dict[str, str], folder: Path) -> None:
        """Start a process with its output in its folder, in the ``work`` folder inside."""
        self._tell(do="start", key=key, command=command, environment=environment, folder=str(folder))

    def send(self, key: str, line: str) -> None:
        """Write one line to a process's standard input."""
        self._tell(do="send", key=key, line=line)

    def end_input(self, key: str) -> None:
        """Close a process's standard input: what waits there ends."""
        self._tell(do="end_input", key=key)

    def signal(self, key: str, number: int) -> None:
        """Signal a process and all its children."""
        self._tell(do="signal", key=key, number=number)

    def pid(self, key: str) -> int | None:
        """The process's number, None before it started and after it ended."""
        return self._pids.get(key) or None

    def keys(self) -> set[str]:
        """Those that have not ended."""
        return set(self._pids)

    def _child(self) -> Any:
        """The spawner, with its pipes."""
        if self._spawner is None:
            raise RuntimeError("open() comes first")
        return self._spawner

    def _tell(self, **request: Any) -> None:
        with self._lock, contextlib.suppress(OSError):  # a spawner that is gone is noticed by the listener
            if request["do"] == "start":
                self._pids[request["key"]] = 0  # until the spawner tells it
            pipe = self._child().stdin
            pipe.write(json.dumps(request).encode() + b"\n")
            pipe.flush()

    def _listen(self) -> None:
        for line in self._child().stdout:
            event = json.loads(line)
            if event["event"] == "started":
                self._pids[event["key"]] = event["pid"]
            else:
                self._pids.pop(event["key"], None)
                self._exited(event["key"], event["status"], event["cpu_seconds"], event["reason"])
        if not self._closing.is_set():
            self._replace_spawner()

    def _replace_spawner(self) -> None:
        """The spawner was killed: end what is left of its processes, say so, and go on with a new one."""
        with self._lock:
            lost, self._pids = self._pids, {}
            self.open()
        for pid in filter(None, lost.values()):
            spawner.kill_group(pid, signal.SIGKILL)
        for key in lost:
            self._exited(key, -signal.SIGKILL, 0.0, "")
