"""Seconds between two times, however an API writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def seconds_between(begin: Any, end: Any) -> float | None:
    """Seconds from one time to another; None where one of them is not known.

    :param begin: a time, or its ISO text
    :param end: likewise
    """
    if not begin or not end:
        return None
    first, last = (datetime.fromisoformat(each) if isinstance(each, str) else each for each in (begin, end))
    return round(float((last - first).total_seconds()), 2)
