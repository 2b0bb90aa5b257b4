"""The one parent of all jobs: starts, signals and reaps them, and ends them all when the server is gone.

A program of its own (standard library, run by path), because a server that is killed with -9 cannot clean up. This
process lives on its standard input: when the server dies, however it dies, the pipe ends and every child is killed. It
has one thread, so that the kernel's parent-death signal, which follows the *thread* that forked, covers its own death.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LEFTOVER_SECONDS = 3.0
NOT_OURS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
IS_LINUX = sys.platform == "linux"
LIBC = ctypes.CDLL(None) if IS_LINUX else None


@dataclass
class Child:
    """One started process group."""

    key: str
    process: subprocess.Popen[bytes]
    status: int | None = None
    cpu_seconds: float = 0.0
    reaped_at: float = 0.0


class Spawner:
    """Reads one JSON request a line from standard input and writes one JSON event a line to standard output."""

    def __init__(self) -> None:
        self.children: dict[str, Child] = {}
        self.unread = b""

    def serve(self) -> None:
        """Work until standard input ends, then kill what is left."""
        wakeup, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(wakeup, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for each in NOT_OURS:
            signal.signal(each, signal.SIG_IGN)
        while True:
            dying = any(child.status is not None for child in self.children.values())
            ready, _, _ = select.select([0, wakeup], [], [], 0.05 if dying else None)
            if wakeup in ready:
                os.read(wakeup, 4096)
            if 0 in ready and not self._read():
                break
            self._reap()
            self._report()
        for child in self.children.values():
            kill_group(child.process.pid, signal.SIGKILL)

    def _read(self) -> bool:
        received = os.read(0, 65536)
        *lines, self.unread = (self.unread + received).split(b"\n")
        for line in lines:
            request = json.loads(line)
            getattr(self, f"do_{request.pop('do')}")(**request)
        return bool(received)

    def do_start(self, key: str, command: list[str], environment: dict[str, str], folder: str) -> None:
        """Start a process in a group of its own; its output and pid file lie in its folder."""
        try:
            with open(f"{folder}/stdout", "ab") as out, open(f"{folder}/stderr", "ab") as err:
                process = subprocess.Popen(
                    command,
                    env=environment,
                    cwd=f"{folder}/work",
                    stdin=subprocess.PIPE,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                    preexec_fn=prepare_child,  # noqa: PLW1509 - this process has one thread
                )
        except OSError as error:
            tell(event="exited", key=key, status=127, cpu_seconds=0.0, reason=str(error))
            return
        self.children[key] = Child(key, process)
        with open(f"{folder}/pid", "w", encoding="ascii") as file:
            json.dump({"pid": process.pid, "started": started(process.pid)}, file)
        tell(event="started", key=key, pid=process.pid)

    def do_send(self, key: str, line: str) -> None:
        """Write one line to a process's standard input."""
        child = self.children.get(key)
        if child and child.process.stdin:
            with contextlib.suppress(OSError):
                child.process.stdin.write(line.encode() + b"\n")
                child.process.stdin.flush()

    def do_end_input(self, key: str) -> None:
        """Close a process's standard input."""
        child = self.children.get(key)
        if child and child.process.stdin:
            with contextlib.suppress(OSError):
                child.process.stdin.close()

    def do_signal(self, key: str, number: int) -> None:
        """Signal a process's whole group."""
        child = self.children.get(key)
        if child and child.status is None:
            kill_group(child.process.pid, number)

    def _reap(self) -> None:
        """Collect every ended child; its orphans come here too, because this process is their subreaper."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for child in self.children.values():
                if child.process.pid == pid:
                    child.status = os.waitstatus_to_exitcode(status)
                    child.process.returncode = child.status
                    child.cpu_seconds = usage.ru_utime + usage.ru_stime
                    child.reaped_at = time.monotonic()

    def _report(self) -> None:
        """Tell of processes whose whole group is gone."""
        for child in [each for each in self.children.values() if each.status is not None]:
            if group_lives(child.process.pid):
                if time.monotonic() - child.reaped_at > LEFTOVER_SECONDS:
                    kill_group(child.process.pid, signal.SIGKILL)
                continue
            del self.children[child.key]
            tell(event="exited", key=child.key, status=child.status, cpu_seconds=child.cpu_seconds, reason="")


def tell(**event: Any) -> None:
    """Write one event; a server that is gone cannot hear it, and the end of standard input follows."""
    with contextlib.suppress(OSError):
        os.write(1, json.dumps(event).encode() + b"\n")


def prepare_child() -> None:
    """Between fork and exec: signals that only the spawner ignores work again, and the child dies with the spawner."""
    for each in NOT_OURS:
        signal.signal(each, signal.SIG_DFL)
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def kill_group(group: int, number: int) -> None:
    """Signal a group that may be gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def group_lives(group: int) -> bool:
    """Whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def started(pid: int) -> str:
    """When a process started, so that another one with the same number is told apart; empty when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[19]
    except OSError:
        if IS_LINUX:
            return ""
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


if __name__ == "__main__":
    if LIBC is not None:
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
    Spawner().serve()
