from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from groundwork.hooks.ledger import Create, Delete, LedgerError, LedgerHook, Update
from sandbox.settings import REGION

KEY = {"pk": "product#flights", "sk": "batch#1"}


def test_a_record_comes_back_in_plain_python_values(ledger: LedgerHook) -> None:
    item = {
        **KEY,
        "count": 336_776,
        "share": 0.1,
        "whole": 2.0,
        "yes": True,
        "text": "ü",
        "empty": "",
        "list": [1, "a", None],
        "map": {"a": None, "b": -1},
    }
    assert ledger.create({**item, "nothing": None})
    found = ledger.get("product#flights", "batch#1")
    assert found == item
    assert type(found["count"]) is int
    assert type(found["share"]) is float


def test_a_record_is_created_once(ledger: LedgerHook) -> None:
    assert ledger.create({**KEY, "by": "first"})
    assert not ledger.create({**KEY, "by": "second"})
    assert ledger.get(**KEY) == {**KEY, "by": "first"}


def test_of_many_creators_one_wins(ledger: LedgerHook) -> None:
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda number: ledger.create({**KEY, "by": number}), range(8)))
    assert won.count(True) == 1
    assert ledger.get(**KEY) == {**KEY, "by": won.index(True)}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(ledger: LedgerHook, value: float) -> None:
    with pytest.raises(ValueError, match="store None"):
        ledger.create({**KEY, "share": value})


def test_an_update_needs_the_record_to_be_as_expected(ledger: LedgerHook) -> None:
    assert not ledger.update(KEY, {"state": "acquired"}, {}), "a record that is not there is not made"
    ledger.create({**KEY, "state": "claimed"})
    assert not ledger.update(KEY, {"state": "acquired"}, {"state": "refused"})
    assert not ledger.update(KEY, {"state": "acquired"}, {"state": None})
    assert ledger.update(KEY, {"state": "acquired", "rows": 3}, {"state": "claimed", "rows": None})
    assert ledger.update(KEY, {"rows": None}, {"rows": 3})
    assert ledger.get(**KEY) == {**KEY, "state": "acquired"}


def test_a_partition_is_read_whole_and_in_order(ledger: LedgerHook) -> None:
    big = "x" * 200_000
    for number in (7, 3, 1, 5, 2, 6, 4):
        ledger.create({"pk": "p", "sk": f"batch#{number}", "body": big})
    ledger.create({"pk": "p", "sk": "file#1"})
    assert [item["sk"] for item in ledger.query("p", "batch#")] == [f"batch#{number}" for number in range(1, 8)]
    assert len(ledger.query("p")) == 8, "a page holds 1 MB, these are 1.4 MB"
    assert ledger.query("q") == []


def test_a_transaction_is_done_whole_or_not_at_all(ledger: LedgerHook) -> None:
    other = {"pk": "p", "sk": "other"}
    assert ledger.transact([Create({**KEY, "n": 1}), Create({**other, "n": 1})])
    assert not ledger.transact([Update(KEY, {"n": 2}, {"n": 1}), Delete(other, {"n": 99})])
    assert ledger.get(**KEY) == {**KEY, "n": 1}
    assert ledger.transact([Update(KEY, {"n": 2}, {"n": 1}), Delete(other, {"n": 1})])
    assert ledger.get(**KEY) == {**KEY, "n": 2}
    assert ledger.get(**other) is None


def test_an_answer_that_was_lost_is_no_other_writer(ledger: LedgerHook) -> None:
    """Boto sends a write again when the connection broke before the answer; the first one has been done already."""
    client: Any = ledger.conn
    send_put, send_update = client.put_item, client.update_item

    def twice(send: Any) -> Any:
        def call(**arguments: Any) -> Any:
            send(**arguments)
            return send(**arguments)

        return call

    client.put_item, client.update_item = twice(send_put), twice(send_update)
    assert ledger.create({**KEY, "state": "claimed"})
    assert ledger.update(KEY, {"state": "acquired"}, {"state": "claimed"})
    client.put_item, client.update_item = send_put, send_update
    assert not ledger.create({**KEY, "state": "claimed"})


def test_a_transaction_that_met_another_is_tried_again(ledger: LedgerHook) -> None:
    pauses: list[float] = []
    patient = LedgerHook(table=ledger.table, region_name=REGION, sleep=pauses.append)
    client: Any = patient.conn
    send = client.transact_write_items
    conflict = {
        "Error": {"Code": "TransactionCanceledException", "Message": "…"},
        "CancellationReasons": [{"Code": "TransactionConflict"}],
    }

    def busy(**arguments: Any) -> Any:
        if len(pauses) < 2:
            raise ClientError(conflict, "TransactWriteItems")  # type: ignore[arg-type]
        return send(**arguments)

    client.transact_write_items = busy
    assert patient.transact([Create(KEY)])
    assert pauses == [0.05, 0.1]


def test_a_ledger_that_is_not_there_says_the_mend(aws: object) -> None:
    with pytest.raises(LedgerError, match=r"groundwork-none is not there.*make up"):
        LedgerHook(table="groundwork-none", region_name=REGION).get("a", "b")


def test_what_names_a_write_stays_in_the_table(ledger: LedgerHook) -> None:
    ledger.create(KEY)
    stored = boto3.client("dynamodb", region_name=REGION).scan(TableName=ledger.table)["Items"]
    assert "_write" in stored[0]
    assert ledger.query(KEY["pk"]) == [KEY]
