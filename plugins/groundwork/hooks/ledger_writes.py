"""Conditional writes to the ledger, as calls of their own and as parts of a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from groundwork.hooks.ledger_items import WRITE_TOKEN, to_dynamodb, typed

if TYPE_CHECKING:
    from botocore.exceptions import ClientError


@dataclass(frozen=True)
class Create:
    """A record that must not be there yet.

    :param item: with ``pk`` and ``sk``
    """

    item: Mapping[str, Any]

    def call(self, table: str, token: str) -> tuple[str, dict[str, Any]]:
        """Client method and arguments."""
        return "put_item", {
            "TableName": table,
            "Item": to_dynamodb({**self.item, WRITE_TOKEN: token}),
            "ConditionExpression": "attribute_not_exists(pk)",
        }

    def transaction_item(self, table: str, token: str) -> dict[str, Any]:
        """Part of a transaction."""
        return {"Put": self.call(table, token)[1]}


@dataclass(frozen=True)
class Update:
    """A change to a record that must be as expected.

    :param changes: field → new value; None removes the field
    :param expected: field → value it must have; None means that it must not be there
    """

    key: Mapping[str, str]
    changes: Mapping[str, Any]
    expected: Mapping[str, Any]

    def call(self, table: str, token: str) -> tuple[str, dict[str, Any]]:
        """Client method and arguments."""
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        assignments, removals = [], []
        for index, (name, value) in enumerate({**self.changes, WRITE_TOKEN: token}.items()):
            names[f"#c{index}"] = name
            if value is None:
                removals.append(f"#c{index}")
            else:
                values[f":c{index}"] = typed(value)
                assignments.append(f"#c{index} = :c{index}")
        condition = _condition(self.expected, names, values)
        expression = f"SET {', '.join(assignments)}" + (f" REMOVE {', '.join(removals)}" if removals else "")
        return "update_item", {
            "TableName": table,
            "Key": to_dynamodb(self.key),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }

    def transaction_item(self, table: str, token: str) -> dict[str, Any]:
        """Part of a transaction."""
        return {"Update": self.call(table, token)[1]}


@dataclass(frozen=True)
class Delete:
    """The end of a record that must be as expected.

    :param expected: field → value it must have; None means that it must not be there
    """

    key: Mapping[str, str]
    expected: Mapping[str, Any]

    def transaction_item(self, table: str, token: str) -> dict[str, Any]:  # noqa: ARG002 - one shape for all writes
        """Part of a transaction."""
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        item = {
            "TableName": table,
            "Key": to_dynamodb(self.key),
            "ConditionExpression": _condition(self.expected, names, values),
        }
        if names:
            item["ExpressionAttributeNames"] = names
        if values:
            item["ExpressionAttributeValues"] = values
        return {"Delete": item}


Write = Create | Update | Delete


def condition_failure(error: ClientError) -> str | None:
    """Token of the write that a failed condition met; None where there is no record."""
    answer: Mapping[str, Any] = error.response
    token: str | None = answer.get("Item", {}).get(WRITE_TOKEN, {}).get("S")
    return token


def _condition(expected: Mapping[str, Any], names: dict[str, str], values: dict[str, Any]) -> str:
    """Condition expression; adds the names and values that it mentions."""
    parts = ["attribute_exists(pk)"]
    for index, (name, value) in enumerate(expected.items()):
        names[f"#e{index}"] = name
        if value is None:
            parts.append(f"attribute_not_exists(#e{index})")
        else:
            values[f":e{index}"] = typed(value)
            parts.append(f"#e{index} = :e{index}")
    return " AND ".join(parts)
