"""Cron expressions, so far as they can be held against their own grammar without a library."""

from __future__ import annotations

import re

PRESETS = ("@hourly", "@daily", "@weekly", "@monthly", "@yearly")
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))
_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?")


def checked_cron(text: str) -> str:
    """The expression itself.

    :param text: five fields of numbers, ``*``, lists, ranges and steps, or one of ``PRESETS``
    :raises ValueError: it is neither; the message says which field
    """
    if text in PRESETS:
        return text
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"{text!r} is no cron expression; write five fields, '30 5 * * *', or one of {PRESETS}")
    for field, (name, low, high) in zip(fields, _FIELDS, strict=True):
        if not all(_fits(part, low, high) for part in field.split(",")):
            raise ValueError(f"{field!r} is no {name} of a cron expression; numbers go from {low} to {high}")
    return text


def _fits(part: str, low: int, high: int) -> bool:
    found = _PART.fullmatch(part)
    if found is None:
        return False
    first, last, step = (None if group is None else int(group) for group in found.groups())
    bounds = [number for number in (first, last) if number is not None]
    in_order = first is None or last is None or first <= last
    return in_order and all(low <= number <= high for number in bounds) and step != 0
