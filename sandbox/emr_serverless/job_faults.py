"""Faults on demand: the next job runs die, hang or run out of memory."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace
from typing import Any

KINDS = ("die", "hang", "out_of_memory")


@dataclass(frozen=True)
class JobFault:
    """What goes wrong.

    :param kind: ``die`` (SIGKILL), ``hang`` (SIGSTOP) or ``out_of_memory`` (a heap too small for Spark)
    :param times: how many job runs it hits
    :param after_seconds: how long after the driver's start (die, hang)
    """

    kind: str
    times: int = 1
    after_seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind: {self.kind!r} is none of {', '.join(KINDS)}")
        if type(self.times) is not int or self.times < 1:
            raise ValueError(f"times: {self.times!r} is not a positive whole number")
        if type(self.after_seconds) not in (int, float) or self.after_seconds < 0:
            raise ValueError(f"after_seconds: {self.after_seconds!r} is not a number of seconds")


class JobFaults:
    """Faults that wait for their job runs, first come first served."""

    def __init__(self) -> None:
        self._waiting: list[JobFault] = []
        self._lock = threading.Lock()

    def add(self, fault: JobFault) -> None:
        """Let it wait."""
        with self._lock:
            self._waiting.append(fault)

    def take(self) -> JobFault | None:
        """The fault of the job run that starts now."""
        with self._lock:
            if not self._waiting:
                return None
            fault = self._waiting.pop(0)
            if fault.times > 1:
                self._waiting.insert(0, replace(fault, times=fault.times - 1))
            return fault

    def clear(self) -> None:
        """Forget those that wait."""
        with self._lock:
            self._waiting.clear()

    def listing(self) -> list[dict[str, Any]]:
        """Those that wait."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]
