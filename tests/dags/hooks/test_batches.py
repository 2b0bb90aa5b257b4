"""Each content is loaded once: claims, races, refusals, resumption, publications."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from groundwork.hooks.batches import Batches
from groundwork.hooks.ledger import LedgerHook
from groundwork.spec import names
from groundwork.spec.run import LandedFile

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def file(text: str, name: str | None = None) -> LandedFile:
    """A file with that content."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return LandedFile(uri=f"s3://landing/{name or text}.csv", size=len(text), etag=digest[:8], sha256=digest)


def places(*files: LandedFile) -> dict[str, LandedFile]:
    """As a look gives them."""
    return {f"{each.uri}@{each.etag}": each for each in files}


@pytest.fixture
def batches(ledger: LedgerHook) -> Batches:
    return Batches(ledger, "orders")


def test_a_claim_takes_files_and_number(batches: Batches) -> None:
    first = batches.claim(places(file("a"), file("b")), NOW, "run 1")
    second = batches.claim(places(file("c")), NOW, "run 2")
    assert first is not None
    assert second is not None
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.batch_id == names.batch_id("orders", [file("b").sha256, file("a").sha256])
    assert {record.batch_id for record in batches.files().values()} == {first.batch_id, second.batch_id}
    assert [record.batch for record in batches.all()] == [first, second]


def test_of_many_claims_of_one_file_exactly_one_wins(batches: Batches) -> None:
    shared = file("shared")

    def claim(number: int) -> bool:
        return batches.claim(places(shared, file(f"own {number}")), NOW, f"run {number}") is not None

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(claim, range(6))) == 1
    (record,) = batches.all()
    assert set(batches.files()) == {each.sha256 for each in record.batch.files}


def test_a_loaded_file_is_not_claimed_again(batches: Batches) -> None:
    batch = batches.claim(places(file("a")), NOW, "run 1")
    assert batch is not None
    batches.record_acquired(batch.batch_id, 7, "s3://evidence/report")
    assert batches.claim(places(file("a"), file("b")), NOW, "run 2") is None
    assert batches.files().keys() == {file("a").sha256}


def test_a_refused_file_can_be_claimed_and_a_taken_one_not_refused(batches: Batches) -> None:
    bad = file("bad")
    batches.refuse_file(bad, ["here"], ["no header"], "contract 1")
    record = batches.files()[bad.sha256]
    assert (record.batch_id, record.reasons, record.contract_digest) == (None, ("no header",), "contract 1")
    batch = batches.claim(places(bad), NOW, "run 1")
    assert batch is not None
    batches.refuse_file(bad, ["here"], ["too late"], "contract 2")
    record = batches.files()[bad.sha256]
    assert (record.batch_id, record.reasons, record.contract_digest) == (batch.batch_id, (), None)
    assert record.places == ("here", f"{bad.uri}@{bad.etag}")


def test_a_refused_batch_frees_its_files_and_may_come_again_as_the_same(batches: Batches) -> None:
    wanted = places(file("a"), file("b"))
    first = batches.claim(wanted, NOW, "run 1")
    assert first is not None
    batches.record_refused(first, ["column x is retyped"], "contract 1", "s3://evidence/report")
    batches.record_refused(first, ["column x is retyped"], "contract 1", "s3://evidence/report")  # a retry
    assert {record.batch_id for record in batches.files().values()} == {None}
    again = batches.claim(wanted, NOW, "run 2")
    assert again is not None
    assert (again.batch_id, again.sequence) == (first.batch_id, 2)
    (record,) = batches.all()
    assert (record.state, record.reasons) == ("claimed", ())


def test_an_unfinished_batch_is_taken_over_by_one(batches: Batches) -> None:
    batch = batches.claim(places(file("a")), NOW, "dead run")
    record = batches.unfinished()
    assert batch is not None
    assert record is not None
    assert (record.batch, record.claimed_by) == (batch, "dead run")
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda number: batches.take_over(record, f"run {number}"), range(4))) == 1
    batches.record_acquired(batch.batch_id, 7, "s3://evidence/report")
    assert batches.unfinished() is None


def test_a_receipt_is_idempotent_and_never_contradicted(batches: Batches) -> None:
    batch = batches.claim(places(file("a")), NOW, "run 1")
    assert batch is not None
    batches.record_acquired(batch.batch_id, 7, "s3://evidence/report")
    batches.record_acquired(batch.batch_id, 7, "s3://evidence/report")
    with pytest.raises(RuntimeError, match="is acquired, not claimed"):
        batches.record_refused(batch, ["changed my mind"], "contract", None)
    found = batches.get(batch.batch_id)
    assert found is not None
    assert (found.state, found.snapshot_id) == ("acquired", 7)


def test_ninety_files_fit_into_a_claim(batches: Batches) -> None:
    batch = batches.claim(places(*(file(f"{number}") for number in range(90))), NOW, "run 1")
    assert batch is not None
    assert len(batches.files()) == 90
