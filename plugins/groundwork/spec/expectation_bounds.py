"""Kwargs of expectations that have to go together."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

IGNORE_PAIR = ("both_values_are_missing", "either_value_is_missing", "neither")
IGNORE_ROW = ("all_values_are_missing", "any_value_is_missing", "never")
"""What ``ignore_row_if`` may be: of a pair, of several columns; the first where left out."""


def check_like_pattern(pattern: str, escape: str) -> None:
    """Refuse a pattern that escapes what needs no escape, as Spark does."""
    _, *rest = pattern.replace(escape * 2, "").split(escape)
    for part in rest:
        if part[:1] not in ("%", "_"):
            raise ValueError(f"like_pattern {pattern!r}: only %, _ and {escape!r} itself may stand behind {escape!r}")


def check_bounds(kind: str, low: Any, high: Any) -> None:
    """Refuse bounds that say nothing or contradict each other."""
    if low is None and high is None:
        raise ValueError(f"{kind} needs min_value or max_value")
    if low is not None and high is not None:
        if isinstance(low, str) != isinstance(high, str):
            raise ValueError(f"min_value {low!r} and max_value {high!r} are not of one kind")
        if isinstance(low, str) and (len(low) > 10) != (len(high) > 10):
            raise ValueError(f"min_value {low!r} and max_value {high!r} are not of one kind")
        if low > high:
            raise ValueError(f"min_value {low!r} is above max_value {high!r}")
    whole = "_count_" in kind or "_lengths_" in kind
    if whole and not all(isinstance(bound, int | None) for bound in (low, high)):
        raise ValueError("a number of rows, columns, values or characters is a whole number")


def moment(value: str, key: str = "bound") -> date | datetime:
    """The date, or the time in UTC without a zone, that a bound's text means.

    :raises ValueError: it is none
    """
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return date.fromisoformat(value)
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"{key} {value!r} is no date; write 2013-01-31 or 2013-01-31T06:00:00") from error
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
