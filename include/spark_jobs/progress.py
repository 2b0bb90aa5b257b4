"""Tells a person at the job's log what happens and how long it took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Seconds of the steps of one stage of one batch.

    :param title: what the lines begin with
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times a step; one that is done again adds to the first."""
        start = time.monotonic()
        yield
        taken = time.monotonic() - start
        self.seconds[name] = round(self.seconds.get(name, 0.0) + taken, 3)
        self.say(f"{name} {taken:.2f} s")

    def say(self, text: str) -> None:
        """One line in the job's log."""
        print(f"{self.title}: {text}", flush=True)
