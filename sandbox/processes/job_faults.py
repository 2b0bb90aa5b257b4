"""Faults on demand: the next jobs of a service die, hang or run out of memory."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, replace

from sandbox.pages import Page, as_json

KINDS = {"emr-serverless": ("die", "hang", "out_of_memory"), "sagemaker": ("die", "hang")}


@dataclass(frozen=True)
class JobFault:
    """What goes wrong.

    :param kind: ``die`` (SIGKILL), ``hang`` (SIGSTOP) or, of Spark alone, ``out_of_memory`` (a heap too small for it)
    :param service: whose jobs it hits: ``emr-serverless`` or ``sagemaker``
    :param times: how many jobs it hits
    :param after_seconds: how long after the process's start (die, hang)
    """

    kind: str
    service: str = "emr-serverless"
    times: int = 1
    after_seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.service not in KINDS:
            raise ValueError(f"service: {self.service!r} is none of {', '.join(KINDS)}")
        if self.kind not in KINDS[self.service]:
            raise ValueError(f"kind: {self.kind!r} is none of {', '.join(KINDS[self.service])}")
        if type(self.times) is not int or self.times < 1:
            raise ValueError(f"times: {self.times!r} is not a positive whole number")
        if type(self.after_seconds) not in (int, float) or self.after_seconds < 0:
            raise ValueError(f"after_seconds: {self.after_seconds!r} is not a number of seconds")


class JobFaults:
    """Faults that wait for their jobs, first come first served, and the page that takes them."""

    def __init__(self) -> None:
        self._waiting: list[JobFault] = []
        self._lock = threading.Lock()

    def take(self, service: str) -> JobFault | None:
        """The fault of the service's job that starts now."""
        with self._lock:
            fault = next((each for each in self._waiting if each.service == service), None)
            if fault is not None:
                at = self._waiting.index(fault)
                self._waiting[at : at + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
            return fault

    def answer(self, method: str, path: str, body: bytes) -> Page:
        """Add one (POST), list them (GET) or forget all (DELETE)."""
        if method == "POST":
            try:
                fault = JobFault(**json.loads(body))
            except (ValueError, TypeError) as error:
                return as_json(400, {"error": str(error)})
            with self._lock:
                self._waiting.append(fault)
        elif method == "DELETE":
            with self._lock:
                self._waiting.clear()
        elif method != "GET":
            return as_json(405, {"error": f"{path}: GET, POST or DELETE"})
        with self._lock:
            return as_json(200, {"faults": [asdict(fault) for fault in self._waiting]})
