"""What is known about a delivery: read from the ledger, never from the state of a DAG run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from groundwork.spec.ledger import batch_sort_key, product_key, publication_sort_key

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What the ledger says about one batch.

    :param batch: its batch record; None while nobody has claimed it
    :param publication: its publication record; None while it has not been through the gate
    """

    batch: Record | None
    publication: Record | None

    @property
    def state(self) -> str:
        """The last state reached: absent, claimed, acquired, refused, published, blocked or undone."""
        if self.publication:
            return str(self.publication["state"])
        return str(self.batch["state"]) if self.batch else "absent"


class Ledger:
    """Consistent reads of the environment's ledger.

    :param client: makes boto3 clients
    :param table: name of the table
    """

    def __init__(self, client: Callable[[str], Any], table: str) -> None:
        self._dynamodb = client("dynamodb")
        self._table = table

    def facts(self, product: str, batch_id: str) -> Facts:
        """What is known now."""
        partition = product_key(product)
        return Facts(
            self._record(partition, batch_sort_key(batch_id)), self._record(partition, publication_sort_key(batch_id))
        )

    def records(self, partition: str, prefix: str) -> list[Record]:
        """Records of a partition, in the order of their sort keys.

        :param prefix: what the sort key begins with
        """
        from boto3.dynamodb.types import TypeDeserializer

        read = TypeDeserializer().deserialize
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues={":pk": {"S": partition}, ":sk": {"S": prefix}},
            ConsistentRead=True,
        )
        return [{name: read(value) for name, value in item.items()} for page in pages for item in page["Items"]]

    def _record(self, partition: str, sort_key: str) -> Record | None:
        from boto3.dynamodb.types import TypeDeserializer

        key = {"pk": {"S": partition}, "sk": {"S": sort_key}}
        found = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        read = TypeDeserializer().deserialize
        return {name: read(value) for name, value in found.items()} if found else None
