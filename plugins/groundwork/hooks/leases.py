"""Leases: one writer at a time, numbered so that a late one is found out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from groundwork.spec.ledger import lease_key

if TYPE_CHECKING:
    from groundwork.hooks.ledger import LedgerHook

RACES = 5


class Leases:
    """Leases in the ledger. The fencing token rises with every change of holder and is never given back.

    :param ledger: where they are written
    :param clock: seconds since the epoch
    """

    def __init__(self, ledger: LedgerHook, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._clock = clock

    def acquire(self, name: str, holder: str, seconds: float) -> int | None:
        """Take a lease that is free, has ended, or is the holder's own already.

        :param name: what is leased
        :param holder: who takes it
        :param seconds: how long it lasts, unless the holder acquires it again
        :return: the fencing token; None while another one holds it
        """
        for _ in range(RACES):
            now = self._clock()
            found = self._ledger.get(**lease_key(name))
            if found is None:
                if self._ledger.create({**lease_key(name), "holder": holder, "token": 1, "ends": now + seconds}):
                    return 1
                continue
            if found["holder"] != holder and found["ends"] > now:
                return None
            token = found["token"] + (found["holder"] != holder)
            changes = {"holder": holder, "token": token, "ends": now + seconds}
            if self._ledger.update(lease_key(name), changes, {key: found[key] for key in changes}):
                return int(token)
        return None

    def release(self, name: str, holder: str, token: int) -> bool:
        """End a lease, so that the next holder need not wait.

        :return: False when another one has it meanwhile
        """
        return self._ledger.update(lease_key(name), {"ends": 0}, {"holder": holder, "token": token})

    def holder(self, name: str) -> str | None:
        """Who holds a lease now."""
        found = self._ledger.get(**lease_key(name))
        return str(found["holder"]) if found and found["ends"] > self._clock() else None
