"""What was found in a column, before its name is considered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Content:
    """How a column's values fit a kind.

    :param kind: name of the kind
    :param share: of the values (0–1) that fit
    :param telling: whether that would be telling without the column's name
    :param because: a sentence's part for people, such as ``look like dates``
    """

    kind: str
    share: float
    telling: bool = True
    because: str = "have its form"


def share(fits: Callable[[str], object], values: Sequence[str]) -> float:
    """The part of the values that fit; 0 without values."""
    return sum(bool(fits(value)) for value in values) / len(values) if values else 0.0
