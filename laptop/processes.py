"""Processes that outlive the command that starts them: started detached, found again by a mark, ended without orphans.

The mark is a variable in the process's environment, so it is inherited by every descendant, also by one that lost its
parent or made a session of its own; a pid file alone would lose those. Linux only: it reads /proc.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

MARK = "GROUNDWORK_AIRFLOW_COMPONENT"
# Kept so that they are reaped while the process that started them lives.
_started: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Process:
    """One process, named so that a pid used again is not taken for it."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Process | None:
        """The process that has this pid now; None when there is none, or it only waits to be reaped."""
        try:
            # The command may hold spaces and brackets; what follows its last bracket does not.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] in "ZX" else cls(pid, int(fields[19]))

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return Process.of(self.pid) == self

    def signal(self, number: int) -> None:
        """Send a signal; nothing happens when it is gone."""
        if self.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def title(self) -> str:
        """Its command line, which Airflow's processes set to what they do."""
        try:
            return Path(f"/proc/{self.pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""

    def memory(self) -> int:
        """Bytes of memory that count as its own: shared pages are divided among those who share them (PSS)."""
        try:
            rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        except OSError:
            return 0
        return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))


def start_detached(command: list[str], environment: Mapping[str, str], mark: str, log: Path, pid_file: Path) -> Process:
    """Start a process that this one does not wait for, and write down which it is.

    :param command: what to run
    :param environment: its whole environment
    :param mark: what it and its descendants are found by, see :func:`marked`
    :param log: file its output is appended to
    :param pid_file: file that will hold pid and start time; its folder is the working directory
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    # setproctitle would write its title over the environment, and the mark with it.
    marked_environment = {**environment, MARK: mark, "SPT_NOENV": "1"}
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            env=marked_environment,
            cwd=pid_file.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _started.append(child)
    process = Process.of(child.pid)
    # A command that ended at once leaves a record that nothing matches.
    recorded = process or Process(child.pid, 0)
    pid_file.write_text(f"{recorded.pid} {recorded.started}\n")
    return recorded


def recorded(pid_file: Path) -> Process | None:
    """The process a pid file names, if it still runs."""
    try:
        pid, started = pid_file.read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    process = Process(int(pid), int(started))
    return process if process.is_alive() else None


def marked(mark: str) -> list[Process]:
    """Every running process whose mark starts so: what was started under it, with all descendants."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:  # gone meanwhile, or another user's
            continue
        process = Process.of(int(folder.name))
        if process and any(variable.startswith(wanted) for variable in environment.split(b"\0")):
            found.append(process)
    return found


def wait_gone(processes: Iterable[Process], seconds: float) -> list[Process]:
    """Wait until processes have ended; gives those that have not."""
    deadline = time.monotonic() + seconds
    left = list(processes)
    while True:
        for child in _started:
            child.poll()
        left = [process for process in left if process.is_alive()]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.05)


def ask(processes: list[Process], grace: float) -> None:
    """Ask processes to end, and wait until they have or the grace is over.

    :param processes: whom to ask; they end their children in order
    :param grace: seconds they get
    """
    for process in processes:
        process.signal(signal.SIGTERM)
    wait_gone(processes, grace)


def kill_marked(mark: str) -> None:
    """Kill everything under a mark, and what it starts meanwhile."""
    while left := marked(mark):
        for process in left:
            process.signal(signal.SIGKILL)
        wait_gone(left, 5)
