"""Event times, in the two forms that a feature group may have them."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z")
MICROSECONDS = 1_000_000


def microseconds(value: str, feature_type: str) -> int:
    """An event time as microseconds since 1970, by which events are ordered.

    :param value: as it came
    :param feature_type: ``String`` for ISO-8601, ``Fractional`` for Unix seconds
    :raises ValueError: it is not one
    """
    if feature_type == "Fractional":
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not math.isfinite(seconds):
            raise ValueError(f"event time {value!r} is not a Unix timestamp in seconds")
        return round(seconds * MICROSECONDS)
    if not ISO.fullmatch(value):
        raise ValueError(f"event time {value!r} is not yyyy-MM-dd'T'HH:mm:ssZ or yyyy-MM-dd'T'HH:mm:ss.SSSZ")
    return round(datetime.fromisoformat(value).timestamp() * MICROSECONDS)


def moment(at: int) -> datetime:
    """The time of so many microseconds since 1970."""
    return datetime.fromtimestamp(at / MICROSECONDS, UTC)


def iso(at: int) -> str:
    """As the runtime shows a time."""
    return moment(at).isoformat(timespec="seconds").replace("+00:00", "Z")
