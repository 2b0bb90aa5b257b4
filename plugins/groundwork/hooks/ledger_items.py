"""Ledger records between plain Python and DynamoDB's typed JSON."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

WRITE_TOKEN = "_write"  # noqa: S105 - names the write, opens nothing
Item = dict[str, Any]


def to_dynamodb(item: Mapping[str, Any]) -> dict[str, Any]:
    """The typed form of a record; its fields that are None are left out.

    :raises TypeError: a value is neither text, number, bool, None, list nor mapping
    :raises ValueError: a number is not finite
    """
    return {name: typed(value) for name, value in item.items() if value is not None}


def typed(value: Any) -> dict[str, Any]:
    """The typed form of one value."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int | float | Decimal):
        if not isfinite(value):
            raise ValueError(f"{value} cannot be stored in the ledger; store None")
        return {"N": str(value)}
    if isinstance(value, list | tuple):
        return {"L": [typed(member) for member in value]}
    if isinstance(value, Mapping):
        return {"M": {str(name): typed(member) for name, member in value.items()}}
    raise TypeError(f"{type(value).__name__} cannot be stored in the ledger; store text or a number")


def from_dynamodb(item: Mapping[str, Any]) -> Item:
    """A record in plain Python values, without what names its last write."""
    return {name: plain(value) for name, value in item.items() if name != WRITE_TOKEN}


def plain(value: Mapping[str, Any]) -> Any:
    """The plain form of one value."""
    ((kind, content),) = value.items()
    if kind == "NULL":
        return None
    if kind == "N":
        number = Decimal(content)
        return int(number) if number == number.to_integral_value() else float(number)
    if kind == "L":
        return [plain(member) for member in content]
    if kind == "M":
        return {name: plain(member) for name, member in content.items()}
    return content
