"""One lock a group of services. Moto has none, and a conditional write is only honest if nothing comes in between."""

from __future__ import annotations

import threading
import time

from sandbox.services import SERVICES

_LOCKS = {service.group: threading.RLock() for service in SERVICES.values() if service.group}


def group_lock(group: str) -> threading.RLock:
    """The lock that a request on a service of this group holds from its first read to its last write."""
    return _LOCKS[group]


def pause(group: str, seconds: float) -> None:
    """Wait in the middle of a request and let others of the group go on meanwhile (long polling)."""
    lock = _LOCKS[group]
    lock.release()
    try:
        time.sleep(seconds)
    finally:
        lock.acquire()
