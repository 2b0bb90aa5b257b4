"""One column of the corpus."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from dataclasses import dataclass

Maker = Callable[[random.Random], str]
ROWS = 150
JUNK = ("", "n/a", "-", "unknown", "?")
JUNK_SHARE = 0.04


@dataclass(frozen=True)
class LabelledColumn:
    """A column and what is known of it.

    :param kind: the kind of personal data that it holds; None for nothing personal
    :param source: what made it: a locale, or what the values are
    :param name: the column's name
    :param maker: makes a value from a source of chance
    :param half: thresholds were chosen on ``tuning`` and never on ``test``
    """

    kind: str | None
    source: str
    name: str
    maker: Maker
    half: str

    @functools.cached_property
    def values(self) -> tuple[str, ...]:
        """The same values each time, some of them missing or junk as in any file."""
        chance = random.Random(f"{self.half} {self.kind} {self.source} {self.name}")  # noqa: S311 - no secrets
        made = (chance.choice(JUNK) if chance.random() < JUNK_SHARE else self.maker(chance) for _ in range(ROWS))
        return tuple(made)
