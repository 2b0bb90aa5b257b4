"""Feature groups and records, as boto3 sees them."""

from __future__ import annotations

import io
import os
import signal
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pyarrow import parquet

from .conftest import ACCOUNT_ID, BUCKET, FEATURES, OFFLINE, REGION, Groups, until

NOON = 1_780_315_200.0  # 2026-06-01T12:00:00Z


def failure(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_group_is_kept_as_it_was_given(groups: Groups) -> None:
    groups.create("kept", OfflineStoreConfig=OFFLINE, Description="routes", Tags=[{"Key": "team", "Value": "data"}])
    found = groups.describe("kept")
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT_ID}:feature-group/kept"
    assert found["FeatureGroupArn"] == arn
    assert {each["FeatureName"]: each["FeatureType"] for each in found["FeatureDefinitions"]} == FEATURES
    assert found["OnlineStoreConfig"] == {"EnableOnlineStore": True}
    epoch = int(found["CreationTime"].timestamp())
    assert found["OfflineStoreConfig"] == {
        "S3StorageConfig": {
            "S3Uri": f"s3://{BUCKET}/store/",
            "ResolvedOutputS3Uri": f"s3://{BUCKET}/store/{ACCOUNT_ID}/sagemaker/{REGION}/offline-store/kept-{epoch}/data",
        },
        "DisableGlueTableCreation": True,
    }
    assert groups.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "data"}]
    listed = groups.sagemaker.list_feature_groups(NameContains="kept")["FeatureGroupSummaries"]
    assert [each["FeatureGroupName"] for each in listed] == ["kept"]
    with pytest.raises(ClientError) as twice:
        groups.sagemaker.create_feature_group(**groups.request("kept"))
    assert failure(twice) == ("ResourceInUse", 400)


def definitions(**types: str) -> list[dict[str, str]]:
    return [{"FeatureName": name, "FeatureType": kind} for name, kind in types.items()]


WRONG: dict[str, tuple[dict[str, Any], str, tuple[str, int]]] = {
    "no store": (
        {"OnlineStoreConfig": {"EnableOnlineStore": False}},
        "needs OnlineStoreConfig",
        ("ValidationException", 400),
    ),
    "unknown identifier": ({"RecordIdentifierFeatureName": "x"}, "x is none of", ("ValidationException", 400)),
    "integral event time": ({"EventTimeFeatureName": "flights"}, "flights is Integral", ("ValidationException", 400)),
    "twice": (
        {"FeatureDefinitions": [*definitions(**FEATURES), *definitions(route="String")]},
        "route is defined twice",
        ("ValidationException", 400),
    ),
    "reserved": (
        {"FeatureDefinitions": definitions(**FEATURES, is_deleted="String")},
        "is_deleted is reserved",
        ("ValidationException", 400),
    ),
    "memory": (
        {"OnlineStoreConfig": {"EnableOnlineStore": True, "StorageType": "InMemory"}},
        "StorageType",
        ("NotInSandbox", 501),
    ),
    "glue table": (
        {"OfflineStoreConfig": {"S3StorageConfig": OFFLINE["S3StorageConfig"]}},
        "DisableGlueTableCreation",
        ("NotInSandbox", 501),
    ),
    "iceberg": ({"OfflineStoreConfig": {**OFFLINE, "TableFormat": "Iceberg"}}, "TableFormat", ("NotInSandbox", 501)),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_group_that_cannot_be_is_refused(groups: Groups, what: str) -> None:
    more, said, code = WRONG[what]
    with pytest.raises(ClientError, match=said) as refused:
        groups.sagemaker.create_feature_group(**groups.request("wrong", **more))
    assert failure(refused) == code


def test_an_offline_store_without_a_bucket_fails_with_the_reason(groups: Groups) -> None:
    nowhere = {**OFFLINE, "S3StorageConfig": {"S3Uri": "s3://nowhere/x"}}
    groups.sagemaker.create_feature_group(**groups.request("nowhere", OfflineStoreConfig=nowhere))
    until(lambda: groups.describe("nowhere")["FeatureGroupStatus"] == "CreateFailed")
    assert "bucket nowhere" in groups.describe("nowhere")["FailureReason"]
    with pytest.raises(ClientError) as refused:
        groups.put("nowhere", {"route": "LAX", "at": NOON})
    assert failure(refused) == ("ResourceNotFound", 404)
    groups.sagemaker.delete_feature_group(FeatureGroupName="nowhere")


def test_the_newest_event_is_read_whatever_order_they_come_in(groups: Groups) -> None:
    groups.create("newest")
    groups.put("newest", {"route": "LAX", "at": NOON, "flights": 3, "delay": -1.5, "carrier": "AA, ÄÖ"})
    assert groups.get("newest", "LAX") == {
        "route": "LAX",
        "at": str(NOON),
        "flights": "3",
        "delay": "-1.5",
        "carrier": "AA, ÄÖ",
    }
    groups.put("newest", {"route": "LAX", "at": NOON - 1, "flights": 2})
    groups.put("newest", {"route": "LAX", "at": NOON, "flights": 9})
    assert groups.get("newest", "LAX", "flights", "route") == {"flights": "3", "route": "LAX"}
    groups.put("newest", {"route": "LAX", "at": NOON + 0.5, "flights": 4})
    assert groups.get("newest", "LAX") == {"route": "LAX", "at": str(NOON + 0.5), "flights": "4"}
    assert groups.get("newest", "JFK") == {}
    assert groups.describe("newest")["OnlineStoreTotalSizeBytes"] > 0


def test_deletions_follow_the_event_time_too(groups: Groups) -> None:
    groups.create("deleted")
    for route in ("soft", "hard"):
        groups.put("deleted", {"route": route, "at": NOON})
    groups.delete("deleted", "soft", NOON - 1)
    assert groups.get("deleted", "soft") != {}
    with pytest.raises(ClientError, match="EventTime: 400") as early:
        groups.delete("deleted", "hard", NOON, "HardDelete")
    assert failure(early) == ("ValidationError", 400)
    groups.delete("deleted", "soft", NOON + 1)
    groups.delete("deleted", "hard", NOON + 1, "HardDelete")
    assert (groups.get("deleted", "soft"), groups.get("deleted", "hard")) == ({}, {})
    for route in ("soft", "hard"):
        groups.put("deleted", {"route": route, "at": NOON + 0.5})
    assert groups.get("deleted", "soft") == {}
    assert groups.get("deleted", "hard")["at"] == str(NOON + 0.5)


BAD = {
    "flights": ("1.5", "feature flights: '1.5' is not Integral"),
    "delay": ("nan", "feature delay: 'nan' is not Fractional"),
    "unknown": ("x", "feature unknown is none of the feature group checked"),
    "at": ("2026-06-01T12:00:00Z", "not Fractional"),
}


@pytest.fixture(scope="module")
def checked(groups: Groups) -> str:
    return groups.create("checked")


@pytest.mark.parametrize("name", BAD)
def test_values_are_held_against_their_types(groups: Groups, checked: str, name: str) -> None:
    value, said = BAD[name]
    with pytest.raises(ClientError, match=said) as refused:
        groups.put(checked, {"route": "LAX", "at": NOON, name: value})
    assert failure(refused) == ("ValidationError", 400)
    with pytest.raises(ClientError, match="feature at must have a value"):
        groups.put(checked, {"route": "LAX"})
    assert groups.get(checked, "LAX") == {}


def test_event_times_may_be_iso_8601(groups: Groups) -> None:
    types = definitions(route="String", at="String")
    groups.create("iso", FeatureDefinitions=types)
    groups.put("iso", {"route": "LAX", "at": "2026-06-01T12:00:00Z"})
    groups.put("iso", {"route": "LAX", "at": "2026-06-01T11:59:59.999Z"})
    assert groups.get("iso", "LAX")["at"] == "2026-06-01T12:00:00Z"
    groups.put("iso", {"route": "LAX", "at": "2026-06-01T12:00:00.001Z"})
    assert groups.get("iso", "LAX")["at"] == "2026-06-01T12:00:00.001Z"
    for wrong in ("2026-06-01 12:00:00", "2026-06-01T12:00:00+02:00", "2026-13-01T12:00:00Z"):
        with pytest.raises(ClientError) as refused:
            groups.put("iso", {"route": "LAX", "at": wrong})
        assert failure(refused) == ("ValidationError", 400)


def test_records_end_with_their_time_to_live(groups: Groups) -> None:
    groups.create("ending", OnlineStoreConfig={"EnableOnlineStore": True, "TtlDuration": {"Unit": "Hours", "Value": 1}})
    at = time.time()
    groups.put("ending", {"route": "by group", "at": at})
    groups.put("ending", {"route": "by record", "at": at - 3}, TtlDuration={"Unit": "Seconds", "Value": 2})
    found = groups.runtime.get_record(
        FeatureGroupName="ending", RecordIdentifierValueAsString="by group", ExpirationTimeResponse="Enabled"
    )
    assert found["ExpiresAt"] == datetime.fromtimestamp(at + 3600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert groups.get("ending", "by record") == {}


def test_many_are_read_at_once_and_what_is_wrong_is_told_beside_them(groups: Groups) -> None:
    for name in ("many-a", "many-b"):
        groups.create(name)
        for route in ("LAX", "JFK"):
            groups.put(name, {"route": route, "at": NOON, "carrier": f"{name} {route}"})
    answer = groups.runtime.batch_get_record(
        Identifiers=[
            {
                "FeatureGroupName": groups.describe("many-a")["FeatureGroupArn"],
                "RecordIdentifiersValueAsString": ["JFK", "none"],
            },
            {"FeatureGroupName": "many-b", "RecordIdentifiersValueAsString": ["LAX"], "FeatureNames": ["carrier"]},
            {"FeatureGroupName": "nothing", "RecordIdentifiersValueAsString": ["LAX"]},
        ]
    )
    records = [{each["FeatureName"]: each["ValueAsString"] for each in found["Record"]} for found in answer["Records"]]
    assert [each["carrier"] for each in records] == ["many-a JFK", "many-b LAX"]
    assert set(records[1]) == {"carrier"}
    assert [(each["FeatureGroupName"], each["ErrorCode"]) for each in answer["Errors"]] == [
        ("nothing", "ResourceNotFound")
    ]
    assert answer["UnprocessedIdentifiers"] == []


def test_a_group_can_get_more_features(groups: Groups) -> None:
    groups.create("grows")
    groups.put("grows", {"route": "LAX", "at": NOON})
    groups.sagemaker.update_feature_group(FeatureGroupName="grows", FeatureAdditions=definitions(weather="String"))
    assert groups.describe("grows")["LastUpdateStatus"] == {"Status": "Successful"}
    assert groups.get("grows", "LAX") == {"route": "LAX", "at": str(NOON)}
    groups.put("grows", {"route": "LAX", "at": NOON + 1, "weather": "fog"})
    assert groups.get("grows", "LAX", "weather") == {"weather": "fog"}
    with pytest.raises(ClientError, match="weather is defined twice"):
        groups.sagemaker.update_feature_group(FeatureGroupName="grows", FeatureAdditions=definitions(weather="String"))


def test_a_group_made_anew_has_no_records_of_the_old_one(groups: Groups) -> None:
    groups.create("again")
    groups.put("again", {"route": "LAX", "at": NOON})
    groups.sagemaker.delete_feature_group(FeatureGroupName="again")

    def gone() -> bool:
        try:
            groups.describe("again")
        except ClientError as error:
            return bool(error.response["Error"]["Code"] == "ResourceNotFound")
        return False

    until(gone)
    with pytest.raises(ClientError) as missing:
        groups.get("again", "LAX")
    assert failure(missing) == ("ResourceNotFound", 404)
    groups.create("again")
    assert groups.get("again", "LAX") == {}


def test_the_offline_store_keeps_every_event_in_sagemakers_layout(groups: Groups) -> None:
    groups.create("offline", OfflineStoreConfig=OFFLINE)
    groups.put("offline", {"route": "LAX", "at": NOON, "flights": 3, "delay": 1.25})
    groups.put("offline", {"route": "LAX", "at": NOON - 3600, "flights": 2})
    groups.put("offline", {"route": "JFK", "at": NOON + 59, "carrier": "AA"})
    groups.put("offline", {"route": "online", "at": NOON}, TargetStores=["OnlineStore"])
    groups.delete("offline", "LAX", NOON + 60)
    root = groups.describe("offline")["OfflineStoreConfig"]["S3StorageConfig"]["ResolvedOutputS3Uri"]
    prefix = root.removeprefix(f"s3://{BUCKET}/") + "/"

    def stored() -> list[dict[str, Any]]:
        files = groups.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        rows: list[dict[str, Any]] = []
        for each in files:
            content = groups.s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read()
            hour, name = each["Key"].removeprefix(prefix).rsplit("/", 1)
            assert name.endswith(".parquet")
            rows += [{**row, "hour": hour} for row in parquet.read_table(io.BytesIO(content)).to_pylist()]
        return rows

    rows = until(lambda: len(found := stored()) == 4 and found)
    own = {"write_time", "api_invocation_time", "hour"}
    plain = sorted(({k: v for k, v in row.items() if k not in own} for row in rows), key=lambda row: row["at"])
    none = {"flights": None, "delay": None, "carrier": None, "is_deleted": False}
    assert plain == [
        {**none, "route": "LAX", "at": NOON - 3600, "flights": 2},
        {**none, "route": "LAX", "at": NOON, "flights": 3, "delay": 1.25},
        {**none, "route": "JFK", "at": NOON + 59, "carrier": "AA"},
        {**none, "route": "LAX", "at": NOON + 60, "is_deleted": True},
    ]
    assert {row["hour"] for row in rows} == {"year=2026/month=06/day=01/hour=11", "year=2026/month=06/day=01/hour=12"}
    assert all(row["write_time"] >= row["api_invocation_time"] for row in rows)


def test_what_is_not_done_says_so_and_faults_hit_the_rest(groups: Groups) -> None:
    groups.create("lacking")
    record = [{"FeatureName": "route", "ValueAsString": "LAX"}, {"FeatureName": "at", "ValueAsString": str(NOON)}]
    lists = [{"FeatureName": "route", "ValueAsStringList": ["LAX"]}, record[1]]
    named = {"FeatureGroupName": "lacking"}
    for call, arguments in (
        (groups.runtime.list_records, named),
        (groups.runtime.update_record, {**named, "RecordIdentifierValueAsString": "LAX", "Features": record[1:]}),
        (groups.runtime.batch_write_record, {"Entries": [{**named, "Record": record}]}),
        (groups.runtime.put_record, {**named, "Record": lists}),
    ):
        with pytest.raises(ClientError) as lacking:
            call(**arguments)
        assert failure(lacking) == ("NotInSandbox", 501)
    fault = {"service": "sagemaker-featurestore-runtime", "action": "PutRecord", "kind": "throttle", "times": 2}
    groups.sandbox.ask("faults", "POST", fault)
    groups.runtime.put_record(**named, Record=record)
    assert groups.sandbox.ask("faults")["faults"] == []
    assert groups.get("lacking", "LAX")["route"] == "LAX"


def test_what_was_acknowledged_survives_a_kill(groups: Groups) -> None:
    groups.create("survives", OfflineStoreConfig=OFFLINE)
    groups.put("survives", {"route": "LAX", "at": NOON, "flights": 3})
    os.kill(groups.sandbox.status().pid, signal.SIGKILL)
    groups.sandbox.down()
    groups.sandbox.up()
    groups.connect()
    assert groups.get("survives", "LAX")["flights"] == "3"
    prefix = f"store/{ACCOUNT_ID}/sagemaker/{REGION}/offline-store/survives-"
    until(lambda: groups.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["KeyCount"] == 1)
