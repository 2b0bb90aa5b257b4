"""Values of a column as positions on a line and as text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

LONGEST = 100
"""Characters of a value that a profile shows."""


def position(value: Any) -> int | float:
    """Where a number or a time lies: whole numbers and days exactly, the rest as a floating-point number."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int) else float(value)


def at(place: float, like: Any) -> str:
    """The text of a position.

    :param like: a value of the column
    """
    if isinstance(like, datetime):
        return datetime.fromtimestamp(place, UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(like, date):
        # The edge above the last day that there is.
        return date.fromordinal(min(int(place), date.max.toordinal())).isoformat()
    return str(place) if isinstance(place, int) else f"{place:.6g}"


def text(value: Any) -> str:
    """A value as people read it, cut after ``LONGEST`` characters; times are in UTC."""
    if isinstance(value, datetime):
        shown = value.replace(tzinfo=None).isoformat(" ")
    elif isinstance(value, Decimal):
        shown = f"{value:f}"
    elif isinstance(value, bool):
        shown = str(value).lower()
    else:
        # -0.0 is 0.0
        shown = str(value + 0.0 if isinstance(value, float) else value)
    return shown[:LONGEST]
