"""Figures in the form of Great Expectations' results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

EXAMPLES = 20
"""Values that do not meet an expectation and are shown."""
MASK = "***"
FIGURES = (
    "observed_value",
    "element_count",
    "missing_count",
    "missing_percent",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_total",
    "unexpected_percent_nonmissing",
    "details",
)
"""What Great Expectations tells of an expectation, where it tells it; its lists of examples apart."""
EXAMPLE_LISTS = ("partial_unexpected_list", "partial_unexpected_counts")
"""Its lists of values that do not meet an expectation."""


def plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def counted(rows: int, present: int | None, unexpected: int, examples: Sequence[Any]) -> dict[str, Any]:
    """What Great Expectations tells of values that were judged one by one.

    :param rows: rows looked at
    :param present: of these, rows with a value to judge; None: null is judged as well
    :param unexpected: rows that do not meet it
    :param examples: at most ``EXAMPLES`` of their values
    """
    judged = rows if present is None else present
    percent = unexpected / judged * 100 if judged else None
    told: dict[str, Any] = {
        "element_count": rows,
        "unexpected_count": unexpected,
        "unexpected_percent": percent,
        "partial_unexpected_list": tuple(examples),
        "partial_unexpected_counts": _counts(examples),
    }
    if present is not None:
        told |= {
            "missing_count": rows - present,
            "missing_percent": (rows - present) / rows * 100 if rows else None,
            "unexpected_percent_total": unexpected / rows * 100 if rows else None,
            "unexpected_percent_nonmissing": percent,
        }
    return told


def met(judged: int, unexpected: int, mostly: float) -> bool:
    """Whether enough of the values meet it; where there is none to judge, they do."""
    return not judged or (judged - unexpected) / judged >= mostly


def _counts(examples: Iterable[Any]) -> tuple[dict[str, Any], ...]:
    counts = Counter(_hashable(value) for value in examples)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return tuple({"value": list(value) if isinstance(value, tuple) else value, "count": n} for value, n in ordered)


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(value.values())
    return tuple(value) if isinstance(value, list) else value
