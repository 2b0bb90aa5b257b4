"""Values held against the bounds of an expectation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from groundwork.spec.expectation_bounds import moment

if TYPE_CHECKING:
    from pyspark.sql import Column


def literal(bound: Any) -> Any:
    """The bound as Spark compares with it: the text of a date is a date."""
    return moment(bound) if isinstance(bound, str) else bound


def inside(value: Column, kwargs: Mapping[str, Any]) -> Column:
    """Whether a column's value is within ``min_value`` and ``max_value``, of which one may be missing."""
    from pyspark.sql import functions as F  # noqa: N812

    low, high = (literal(kwargs.get(key)) for key in ("min_value", "max_value"))
    conditions = []
    if low is not None:
        conditions.append(value > F.lit(low) if kwargs.get("strict_min") else value >= F.lit(low))
    if high is not None:
        conditions.append(value < F.lit(high) if kwargs.get("strict_max") else value <= F.lit(high))
    return conditions[0] if len(conditions) == 1 else conditions[0] & conditions[1]


def within(observed: Any, kwargs: Mapping[str, Any]) -> bool:
    """Whether a figure is within the bounds; one that is not there (null, not a number) is not."""
    if observed is None or observed != observed:  # noqa: PLR0124 - true of what is not a number
        return False
    low, high = (literal(kwargs.get(key)) for key in ("min_value", "max_value"))
    above = low is None or _exceeds(observed, low, strict=bool(kwargs.get("strict_min")))
    below = high is None or _exceeds(high, observed, strict=bool(kwargs.get("strict_max")))
    return above and below


def _exceeds(larger: Any, smaller: Any, *, strict: bool) -> bool:
    if not isinstance(larger, datetime) or not isinstance(smaller, datetime):
        # A bound without a time means the whole day, as in Great Expectations.
        larger, smaller = (item.date() if isinstance(item, datetime) else item for item in (larger, smaller))
    larger, smaller = (float(item) if isinstance(item, Decimal) else item for item in (larger, smaller))
    if isinstance(larger, date) != isinstance(smaller, date):
        raise TypeError(f"{larger!r} and {smaller!r} cannot be compared")
    return bool(larger > smaller if strict else larger >= smaller)
