"""What texts read as: whole numbers, numbers, truth values, dates, timestamps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from groundwork.spec.profile import InferredType

MOSTLY = 0.9
"""Share of the values that must read as a type before it is named."""
INTEGER = re.compile(r"[+-]?(0|[1-9]\d{0,17})", re.ASCII)
# A number with a leading zero is a code: 007, 01234.
NUMBER = re.compile(r"[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII
)
YES = frozenset({"true", "yes", "t", "y"})
NO = frozenset({"false", "no", "f", "n"})
LARGEST_INT = 2**31 - 1


def infer(counts: Mapping[str, int]) -> InferredType | None:
    """The narrowest type that most texts read as (``MOSTLY``); None where they are just texts.

    :param counts: text → rows; blanks are passed over
    """
    texts = {stripped: count for value, count in counts.items() if (stripped := value.strip())}
    total = sum(texts.values())
    if not total:
        return None
    kinds: dict[str, int] = {}
    for value, count in texts.items():
        kind = _kind(value)
        kinds[kind] = kinds.get(kind, 0) + count
    found = {name: sum(kinds.get(kind, 0) for kind in narrower) for name, narrower in WIDENING.items()}
    if not {value.lower() for value in texts} & YES or not {value.lower() for value in texts} & NO:
        found.pop("boolean")
    for name, count in found.items():
        if count >= MOSTLY * total and kinds.get(name, 0):
            return InferredType(type=name, share=count / total)
    return None


WIDENING = {
    "boolean": ("boolean",),
    "double": ("int", "bigint", "double"),
    "bigint": ("int", "bigint"),
    "int": ("int",),
    "timestamp": ("date", "timestamp"),
    "date": ("date",),
}
"""Type → what else reads as it; the wider before the narrower, which is named where no value needs the wider."""


def _kind(value: str) -> str:
    if INTEGER.fullmatch(value):
        return "int" if abs(int(value)) <= LARGEST_INT else "bigint"
    if NUMBER.fullmatch(value):
        return "double"
    if DAY.fullmatch(value):
        return "date" if _is_day(value) else "string"
    if match := MOMENT.fullmatch(value):
        return "timestamp" if _is_day(match.group(1)) else "string"
    return "boolean" if value.lower() in YES | NO else "string"


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
