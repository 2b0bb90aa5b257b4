"""A job run that has a slot: its driver, its fault, what it used and when it must end."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from sandbox.emr_serverless.log_shipping import LogShipping
from sandbox.emr_serverless.records import TERMINAL, JobRun
from sandbox.emr_serverless.spares import Spare
from sandbox.processes.job_faults import JobFault
from sandbox.processes.output import STREAMS
from sandbox.processes.processes import Processes
from sandbox.processes.usage import sample

SAMPLE_SECONDS = 1.0


class Active:
    """One job run at work.

    :param run: its record
    :param folder: its folder
    :param fault: what shall go wrong with it
    """

    def __init__(self, run: JobRun, folder: Path, fault: JobFault | None):
        self.run = run
        self.folder = folder
        self.folders = [folder]
        self.fault = fault
        self.key = run.id
        self.shipping: LogShipping | None = None
        self.started: float | None = None
        self._spoken_for: Path | None = None
        self._kill_at: float | None = None
        self._sampled_at = 0.0
        self._cpu_before = 0.0

    def take(self, spare: Spare) -> None:
        """Work in a spare driver: its output is the job's from now on."""
        self.key = spare.key
        self.folders = [self.folder, spare.folder]
        self._spoken_for = self.folder / "taken"
        for stream in STREAMS:
            (self.folder / stream).symlink_to(Path("..") / spare.folder.name / stream)

    @property
    def speaks(self) -> bool:
        """Whether what the driver says is the job's: a spare's output begins when it has taken the job."""
        return self.started is not None and (self._spoken_for is None or self._spoken_for.exists())

    def watch(self, processes: Processes, grace_seconds: float, minute_seconds: float) -> None:
        """Look after the driver: time limit, wish to cancel, fault, usage."""
        if self.started is None:
            return
        elapsed = time.monotonic() - self.started
        minutes = self.run.timeout_minutes
        if minutes and elapsed > minutes * minute_seconds and self.run.state == "RUNNING":
            self.run.set_state("CANCELLING", f"Job run has timed out after {minutes} minutes")
        if self.run.state == "CANCELLING" or self.run.state in TERMINAL:
            self._press(processes, grace_seconds)
        elif self.fault is not None and elapsed >= self.fault.after_seconds:
            self._break(processes)
        self._measure(processes)

    def note_usage(self, cpu_seconds: float) -> None:
        """Take the kernel's final figure where it is more than what was sampled."""
        self.run.cpu_seconds = max(self.run.cpu_seconds, cpu_seconds - self._cpu_before)

    def _press(self, processes: Processes, grace_seconds: float) -> None:
        if self._kill_at is None:
            own = self.run.grace_seconds
            self._kill_at = time.monotonic() + (grace_seconds if own is None else own)
            for number in (signal.SIGTERM, signal.SIGCONT):  # a stopped process must go on to be able to end
                processes.signal(self.key, number)
        elif time.monotonic() > self._kill_at:
            processes.signal(self.key, signal.SIGKILL)

    def _break(self, processes: Processes) -> None:
        assert self.fault is not None
        if processes.pid(self.key) is None:
            return
        broken = {"die": signal.SIGKILL, "hang": signal.SIGSTOP}.get(self.fault.kind)
        if broken is not None:
            processes.signal(self.key, broken)
        self.fault = None

    def _measure(self, processes: Processes) -> None:
        pid = processes.pid(self.key)
        at = time.monotonic()
        if pid is None or at - self._sampled_at < SAMPLE_SECONDS:
            return
        used = sample(pid)
        if not self._sampled_at:
            self._sampled_at = at
            self._cpu_before = used.cpu_seconds if self._spoken_for else 0.0  # a spare's warming up is not the job's
        self.run.cpu_seconds = max(self.run.cpu_seconds, used.cpu_seconds - self._cpu_before)
        self.run.memory_gb_seconds += used.memory_bytes / 1e9 * (at - self._sampled_at)
        self._sampled_at = at
