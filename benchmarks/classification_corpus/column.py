"""One column of the corpus."""

from __future__ import annotations

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
    :param values: its values as text
    :param half: thresholds were chosen on ``tuning`` and never on ``test``
    """

    kind: str | None
    source: str
    name: str
    values: tuple[str, ...]
    half: str


def column(kind: str | None, source: str, name: str, maker: Maker, half: str) -> LabelledColumn:
    """A column of values that the maker makes, some of them missing or junk as in any file.

    :param maker: makes a value from a source of chance
    """
    chance = random.Random(f"{half} {kind} {source} {name}")  # noqa: S311 - sample data, not secrets
    values = tuple(
        chance.choice(JUNK) if chance.random() < JUNK_SHARE else maker(chance) for _ in range(ROWS)
    )  # fmt: skip
    return LabelledColumn(kind, source, name, values, half)
