"""How far the chapter about models is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

WAITING, GOING, DONE = "waiting", "going", "done"


@dataclass
class Step:
    """One step of the chapter.

    :param name: for people
    :param work: goes on with it, and says whether it is done; called again and again
    """

    name: str
    work: Callable[[], bool]
    state: str = WAITING
    note: str = ""
    began: float | None = None
    ended: float | None = None

    @property
    def seconds(self) -> float | None:
        """Seconds that it has taken; None where it was done before this story."""
        return None if self.began is None else (self.ended or time.monotonic()) - self.began
