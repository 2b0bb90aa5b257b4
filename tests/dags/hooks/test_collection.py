"""Which files of a real bucket are new, whole and loadable."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import uuid
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from groundwork.hooks.batches import Batches
from groundwork.hooks.collection import Collection, Examined
from groundwork.hooks.landing import LandingError, LandingHook, LandingPlace
from groundwork.hooks.ledger import LedgerHook
from groundwork.spec.contract import Column, Completeness, Contract, Evolution, Landing
from groundwork.spec.run import LandedFile
from sandbox.launcher import Sandbox
from sandbox.settings import REGION

GOOD = b"id,name\n1,one\n"
FOLDER = "shop/orders/"


def contract(**landing: object) -> Contract:
    """Product orders, with files of two columns."""
    columns = tuple(Column(name=name, header=name, type="string", required=True) for name in ("id", "name"))
    content: dict[str, Any] = {
        "location": f"s3://{{landing}}/{FOLDER}orders*.csv",
        "columns": columns,
        "completeness": Completeness(settle_seconds=0),
        **landing,
    }
    return Contract(
        product="orders", id="orders", version="1", title="Orders", domain="shop", status="active", owner="steward",
        columns=columns, landing=Landing.model_validate(content),
    )  # fmt: skip


class Shop:
    """A landing bucket, and what the ledger knows of it."""

    def __init__(self, ledger: LedgerHook) -> None:
        self.s3 = boto3.client("s3", region_name=REGION)
        self.bucket = f"landing-{uuid.uuid4().hex[:8]}"
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.batches = Batches(ledger, "orders")

    def put(self, name: str, content: bytes = GOOD) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=FOLDER + name, Body=content)

    def collection(self, contract: Contract, pattern: str = "orders*") -> Collection:
        assert contract.landing is not None
        completeness = contract.landing.completeness
        settle = completeness.settle_seconds or 0
        place = LandingPlace(self.bucket, FOLDER, pattern, completeness.manifest, settle)
        return Collection(LandingHook(place, region_name=REGION), self.batches, contract)

    def load(self, declared: Contract | None = None) -> Examined:
        """Look, examine, and take what can be loaded."""
        collection = self.collection(declared or contract())
        look = collection.look()
        examined = collection.examine(look.candidates)
        examined.refused[:0] = look.refused
        if examined.loadable:
            assert self.batches.claim(examined.loadable, datetime.now(UTC), "a run")
        return examined


@pytest.fixture
def shop(ledger: LedgerHook) -> Shop:
    return Shop(ledger)


def names(examined: Examined) -> list[str]:
    """Names of what can be loaded."""
    return sorted(file.name for file in examined.loadable.values())


def test_new_files_are_loaded_once(shop: Shop) -> None:
    shop.put("orders_1.csv")
    shop.put("orders_2.csv.gz", gzip.compress(b"id,name\n2,two\n"))
    shop.put("returns.csv")
    assert names(shop.load()) == ["orders_1.csv", "orders_2.csv.gz"]
    again = shop.collection(contract()).look()
    assert (again.candidates, again.waiting, again.refused) == ([], [], [])


def test_a_file_is_described_as_it_lies_there(shop: Shop) -> None:
    shop.put("orders.csv")
    (file,) = shop.load().loadable.values()
    assert file == LandedFile(
        uri=f"s3://{shop.bucket}/{FOLDER}orders.csv",
        size=14,
        etag=hashlib.md5(GOOD).hexdigest(),
        sha256=hashlib.sha256(GOOD).hexdigest(),
    )


def test_same_content_under_another_name_is_skipped_and_its_batch_named(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.put("orders_1.csv")
    shop.load()
    (record,) = shop.batches.all()
    shop.put("orders_copy.csv")
    assert shop.load().loadable == {}
    assert f"loaded as s3://{shop.bucket}/{FOLDER}orders_1.csv by batch {record.batch.batch_id}" in caplog.text
    assert shop.collection(contract()).look().candidates == []


def test_twins_of_one_delivery_are_loaded_once(shop: Shop) -> None:
    shop.put("orders_1.csv")
    shop.put("orders_2.csv")
    assert names(shop.load()) == ["orders_1.csv"]
    assert shop.load().loadable == {}


def test_same_name_with_other_content_is_a_correction(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.put("orders_1.csv")
    shop.load()
    shop.put("orders_1.csv", b"id,name\n1,mended\n")
    assert names(shop.load()) == ["orders_1.csv"]
    assert "is a correction: its name was loaded before by batch" in caplog.text
    assert [record.batch.sequence for record in shop.batches.all()] == [1, 2]


def test_bad_files_are_refused_once_and_the_others_go_on(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.put("orders_bad.csv", b"id;name\n")
    shop.put("orders_empty.csv", b"")
    shop.put("orders_good.csv")
    examined = shop.load()
    assert names(examined) == ["orders_good.csv"]
    assert [text.split(" is refused")[0] for text in examined.refused] == ["'orders_bad.csv'", "'orders_empty.csv'"]
    assert {record.levelno for record in caplog.records if "is refused" in record.message} == {logging.ERROR}
    look = shop.collection(contract()).look()
    assert (look.candidates, look.refused) == ([], [])


def test_a_refused_file_is_looked_at_again_under_another_contract(shop: Shop) -> None:
    shop.put("orders.csv", b"id;name\n1;one\n")
    assert shop.load().loadable == {}
    assert names(shop.load(contract(delimiter=";"))) == ["orders.csv"]


def test_a_refused_file_is_looked_at_again_when_it_was_mended(shop: Shop) -> None:
    shop.put("orders.csv", b"id;name\n1;one\n")
    shop.load()
    shop.put("orders.csv")
    assert names(shop.load()) == ["orders.csv"]


def test_a_refused_content_under_another_name_is_refused_again(shop: Shop) -> None:
    shop.put("orders_1.csv", b"id\n")
    shop.load()
    shop.put("orders_2.csv", b"id\n")
    assert len(shop.load().refused) == 1
    assert shop.collection(contract()).look().candidates == []


@pytest.mark.parametrize(
    "name",
    [
        "orders/../../etc/passwd.csv",
        "orders_..csv",
        "orders\t.csv",
        "orders\x07.csv",
        "orders%2e%2e%2fpasswd.csv",
        "orders;rm -rf $HOME.csv",
        "orders{1,2}.csv",
        "orders'--.csv",
        "orders\u202ecsv.exe.csv",
        "orders" + "x" * 994,
    ],
    ids=range(10),
)
def test_hostile_names_are_refused_unread(shop: Shop, name: str, caplog: pytest.LogCaptureFixture) -> None:
    shop.put(name)
    shop.put("orders_good.csv", b"id,name\n2,two\n")
    examined = shop.load()
    assert names(examined) == ["orders_good.csv"]
    (refusal,) = examined.refused
    assert "the name" in refusal
    assert "is not acceptable; rename the file" in refusal
    assert not any(char in record.getMessage() for record in caplog.records for char in "\t\x07\u202e")
    assert shop.collection(contract()).look().refused == []
    shop.put("orders_renamed.csv")
    assert names(shop.load()) == ["orders_renamed.csv"]


def test_a_file_that_may_still_be_written_is_waited_for(shop: Shop) -> None:
    slow = contract(completeness=Completeness(settle_seconds=3600))
    shop.put("orders.csv")
    look = shop.collection(slow).look()
    assert look.candidates == []
    assert look.waiting[0].startswith("orders.csv changed ")


def test_a_file_that_is_uploaded_in_parts_is_there_when_the_last_one_is(shop: Shop) -> None:
    key = FOLDER + "orders.csv"
    upload = shop.s3.create_multipart_upload(Bucket=shop.bucket, Key=key)["UploadId"]
    place = {"Bucket": shop.bucket, "Key": key, "UploadId": upload}
    part = shop.s3.upload_part(**place, PartNumber=1, Body=GOOD)
    look = shop.collection(contract()).look()
    assert (look.candidates, look.waiting) == ([], [])
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    shop.s3.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})
    assert names(shop.load()) == ["orders.csv"]


def test_a_file_replaced_between_listing_and_reading_waits(shop: Shop) -> None:
    shop.put("orders.csv")
    collection = shop.collection(contract())
    look = collection.look()
    shop.put("orders.csv", b"id,name\n9,nine\n")
    examined = collection.examine(look.candidates)
    assert (examined.loadable, examined.refused, shop.batches.files()) == ({}, [], {})
    assert names(shop.load()) == ["orders.csv"]


def test_more_files_than_a_claim_takes_come_in_two_batches(shop: Shop) -> None:
    for number in range(92):
        shop.put(f"orders_{number:03}.csv", f"id,name\n{number},x\n".encode())
    assert len(shop.load().loadable) == 90
    assert names(shop.load()) == ["orders_090.csv", "orders_091.csv"]


def manifest(**files: bytes) -> bytes:
    """A manifest of files by name without ending."""
    listed = [
        {"name": f"{name}.csv", "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]
    return json.dumps({"files": listed}).encode()


class TestManifest:
    declared = contract(completeness=Completeness(manifest="*.manifest.json"))
    second = b"id,name\n2,two\n"

    def test_a_delivery_is_loaded_when_all_of_it_is_there(self, shop: Shop) -> None:
        shop.put("orders_1.csv")
        shop.put("orders_extra.csv", b"id,name\n3,three\n")
        shop.put("d.manifest.json", manifest(orders_1=GOOD, orders_2=self.second))
        look = shop.collection(self.declared).look()
        assert look.candidates == []
        assert look.waiting == [
            "d.manifest.json lists orders_2.csv, not there in full (1)",
            "orders_1.csv is in no manifest",
            "orders_extra.csv is in no manifest",
        ]
        shop.put("orders_2.csv", self.second[:5])
        assert shop.collection(self.declared).look().candidates == []
        shop.put("orders_2.csv", self.second)
        assert names(shop.load(self.declared)) == ["orders_1.csv", "orders_2.csv"]
        assert shop.collection(self.declared).look().candidates == []

    def test_a_file_that_is_not_what_the_manifest_says_is_refused(self, shop: Shop) -> None:
        shop.put("orders_1.csv", b"id,name\n1,ONE\n")
        shop.put("d.manifest.json", manifest(orders_1=GOOD))
        (refusal,) = shop.load(self.declared).refused
        assert "its manifest says" in refusal

    @pytest.mark.parametrize(
        "content",
        [b"{", b'{"files": []}', b'{"files": [{"name": "../x", "bytes": 1, "sha256": "0"}]}', b" " * 1_100_000],
    )
    def test_a_manifest_that_cannot_be_used_says_so(self, shop: Shop, content: bytes) -> None:
        shop.put("orders_1.csv")
        shop.put("d.manifest.json", content)
        look = shop.collection(self.declared).look()
        assert look.candidates == []
        assert look.waiting[0].startswith("manifest 'd.manifest.json' cannot be used")


def test_changed_and_removed_files_of_a_batch(shop: Shop) -> None:
    shop.put("orders_1.csv")
    shop.put("orders_2.csv", b"id,name\n2,two\n")
    shop.load()
    (record,) = shop.batches.all()
    collection = shop.collection(contract())
    assert collection.changed(record.batch) == []
    shop.put("orders_1.csv", b"id,name\n")
    shop.s3.delete_object(Bucket=shop.bucket, Key=FOLDER + "orders_2.csv")
    assert collection.changed(record.batch) == [
        "orders_1.csv was replaced before it was loaded",
        "orders_2.csv was removed before it was loaded",
    ]


def test_a_missing_bucket_says_the_mend(aws: Sandbox) -> None:
    hook = LandingHook(LandingPlace("no-such-bucket", "a/", "*.csv"), region_name=REGION)
    with pytest.raises(LandingError, match="make up"):
        hook.objects()


def test_evolution_by_policy(shop: Shop) -> None:
    shop.put("orders_1.csv", b"name,id,extra\none,1,x\n")
    assert "columns the contract does not know: extra" in shop.load().refused[0]
    assert names(shop.load(contract(evolution=Evolution(added="ignore")))) == ["orders_1.csv"]


@pytest.mark.parametrize("kind", ["throttle", "fail"])
def test_s3_that_answers_503_or_500_for_a_moment_is_asked_again(shop: Shop, aws: Sandbox, kind: str) -> None:
    shop.put("orders_1.csv")
    for action in ("ListObjectsV2", "GetObject"):
        aws.ask("faults", "POST", {"service": "s3", "action": action, "kind": kind, "times": 2})
    assert names(shop.load()) == ["orders_1.csv"]
    assert aws.ask("faults")["faults"] == []
