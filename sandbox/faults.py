"""Faults on demand: tests ask for the next calls of a service to be throttled, fail, be slow or kill the server.

What goes wrong with a job and not with a call (its process dies or hangs) is ``processes/job_faults.py``'s.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.errors import QUOTA_ERRORS
from sandbox.services import SERVICES, Call

KINDS = ("throttle", "quota", "fail", "slow", "die")
FIELDS = {"service", "action", "kind", "times", "seconds"}


@dataclass
class Fault:
    """A fault that hits the next ``times`` matching calls.

    :param service: signing name of the service, ``s3``
    :param action: one action as AWS spells it, ``PutObject``; empty hits all
    :param kind: ``throttle``, ``quota``, ``fail``, ``slow`` or ``die``
    :param times: how many calls it hits
    :param seconds: delay of ``slow``
    """

    service: str
    kind: str
    action: str = ""
    times: int = 1
    seconds: float = 1.0

    def hits(self, call: Call) -> bool:
        """Whether the call is one of those it waits for."""
        return self.times > 0 and self.service == call.service and self.action in ("", call.action)


def parse_fault(wanted: Any) -> Fault:
    """A fault from the JSON of a request.

    :param wanted: the JSON, as it came
    :raises ValueError: names the field that is wrong and what it may be
    """
    if not isinstance(wanted, dict) or not {"service", "kind"} <= set(wanted) <= FIELDS:
        raise ValueError(f"a fault is an object with service, kind and perhaps {sorted(FIELDS)}, got {wanted!r}")
    require(wanted["service"] in SERVICES, "service", wanted, f"one of {sorted(SERVICES)}")
    require(wanted["kind"] in KINDS, "kind", wanted, f"one of {list(KINDS)}")
    if wanted["kind"] == "quota":
        require(wanted["service"] in QUOTA_ERRORS, "service", wanted, f"with a quota: one of {sorted(QUOTA_ERRORS)}")
    require(isinstance(wanted.get("action", ""), str), "action", wanted, "the name of an action")
    times, seconds = wanted.get("times", 1), wanted.get("seconds", 1.0)
    require(isinstance(times, int) and times >= 1, "times", wanted, "a whole number from 1")
    require(isinstance(seconds, int | float) and 0 <= seconds <= 600, "seconds", wanted, "between 0 and 600")
    return Fault(**wanted)


def require(holds: bool, field: str, wanted: dict[str, Any], allowed: str) -> None:
    """Refuse a field that is not what it may be."""
    if not holds:
        raise ValueError(f"{field}: {wanted[field]!r} is not {allowed}")


class Faults:
    """The faults that are waiting for their calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let it wait for its calls."""
        with self._lock:
            self._waiting.append(fault)

    def take(self, call: Call) -> Fault | None:
        """The fault that hits this call, used up by one; none when the call may go on."""
        with self._lock:
            fault = next((each for each in self._waiting if each.hits(call)), None)
            if fault:
                fault.times -= 1
            self._waiting = [each for each in self._waiting if each.times > 0]
            return fault

    def listing(self) -> list[dict[str, Any]]:
        """Those still waiting."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._waiting = []
