"""The only writer to the ledger: conditional writes, consistent reads, plain Python values."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.exceptions import ClientError

from groundwork.hooks.aws_retries import retrying
from groundwork.hooks.ledger_items import Item, from_dynamodb, to_dynamodb
from groundwork.hooks.ledger_writes import Create, Delete, Update, Write, condition_failure

CONFLICT_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)


class LedgerError(Exception):
    """The ledger cannot be used; the message says the mend."""


class LedgerHook(AwsBaseHook):
    """Facts about batches, publications, leases and jobs; see ``groundwork.spec.ledger`` for keys and states.

    A field that is None is not stored, and a condition that a field be None means that it is not there. Whole numbers
    come back as int, others as float.

    :param table: the environment's ``ledger_table``
    :param region_name: AWS region; boto3's own where left out
    :param sleep: pause between two tries of a transaction that met another one
    """

    def __init__(
        self, *, table: str, region_name: str | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        super().__init__(aws_conn_id=None, client_type="dynamodb", region_name=region_name, config=retrying())
        self.table = table
        self._sleep = sleep

    def get(self, pk: str, sk: str) -> Item | None:
        """One record as it is now, or None."""
        key = to_dynamodb({"pk": pk, "sk": sk})
        answer = self._call("get_item", TableName=self.table, Key=key, ConsistentRead=True)
        return from_dynamodb(answer["Item"]) if "Item" in answer else None

    def query(self, pk: str, prefix: str = "") -> list[Item]:
        """Records of a partition as they are now, in the order of their sort keys.

        :param prefix: what the sort key begins with; everything where left out
        """
        condition, values = "pk = :pk", {":pk": pk}
        if prefix:
            condition, values = f"{condition} AND begins_with(sk, :sk)", {**values, ":sk": prefix}
        arguments: dict[str, Any] = {
            "TableName": self.table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": to_dynamodb(values),
            "ConsistentRead": True,
        }
        found: list[Item] = []
        while True:
            answer = self._call("query", **arguments)
            found += [from_dynamodb(item) for item in answer["Items"]]
            if not answer.get("LastEvaluatedKey"):
                return found
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def create(self, item: Mapping[str, Any]) -> bool:
        """Write a record that is not there yet.

        :param item: with ``pk`` and ``sk``
        :return: False, and nothing is changed, when there is one with these keys
        """
        return self._write_one(Create(item))

    def update(self, key: Mapping[str, str], changes: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
        """Change fields of a record that is still as expected.

        :param key: ``pk`` and ``sk``
        :param changes: field → new value; None removes the field
        :param expected: field → value it must have now; None means that it must not be there
        :return: False, and nothing is changed, when it is not as expected or not there
        """
        return self._write_one(Update(key, changes, expected))

    def transact(self, writes: Sequence[Write]) -> bool:
        """All of the writes or none.

        :param writes: at most 100, each to another record
        :return: False, and nothing is changed, when one of their conditions does not hold
        """
        token = uuid.uuid4().hex
        items = [write.transaction_item(self.table, token) for write in writes]
        for pause in (*CONFLICT_PAUSES, None):
            try:
                self._call("transact_write_items", TransactItems=items, ClientRequestToken=token)
                return True
            except ClientError as error:
                if error.response["Error"]["Code"] != "TransactionCanceledException":
                    raise
                reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
                if "ConditionalCheckFailed" in reasons:
                    return False
                if "TransactionConflict" not in reasons or pause is None:
                    raise
                self._sleep(pause)
        raise AssertionError("unreachable")

    def _write_one(self, write: Create | Update) -> bool:
        token = uuid.uuid4().hex
        action, arguments = write.call(self.table, token)
        try:
            self._call(action, ReturnValuesOnConditionCheckFailure="ALL_OLD", **arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            # The answer to a write may be lost; boto's second try then meets what the first one wrote.
            return condition_failure(error) == token
        return True

    def _call(self, action: str, **arguments: Any) -> Any:
        try:
            return getattr(self.conn, action)(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            raise LedgerError(
                f"the ledger {self.table} is not there. On a laptop: make up; on AWS: deploy the infrastructure"
            ) from error


__all__ = ["Create", "Delete", "LedgerError", "LedgerHook", "Update"]
