"""Feature groups of one sandbox, through boto3 alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.clients import own_client
from sandbox.launcher import Sandbox
from sandbox.settings import ACCOUNT_ID, REGION

__all__ = ["Groups", "groups", "until"]

BUCKET = "features"
FEATURES = {"route": "String", "at": "Fractional", "flights": "Integral", "delay": "Fractional", "carrier": "String"}
OFFLINE = {"S3StorageConfig": {"S3Uri": f"s3://{BUCKET}/store/"}, "DisableGlueTableCreation": True}


class Groups:
    """Feature groups and their records."""

    def __init__(self, sandbox: Sandbox):
        self.sandbox = sandbox
        self.connect()

    def connect(self) -> None:
        settings = self.sandbox.settings
        self.sagemaker = own_client(settings, "sagemaker")
        self.runtime = own_client(settings, "sagemaker-featurestore-runtime")
        self.s3 = own_client(settings, "s3")

    def request(self, name: str, **more: Any) -> dict[str, Any]:
        return {
            "FeatureGroupName": name,
            "RecordIdentifierFeatureName": "route",
            "EventTimeFeatureName": "at",
            "FeatureDefinitions": [{"FeatureName": key, "FeatureType": kind} for key, kind in FEATURES.items()],
            "OnlineStoreConfig": {"EnableOnlineStore": True},
            "RoleArn": f"arn:aws:iam::{ACCOUNT_ID}:role/features",
            **more,
        }

    def create(self, name: str, **more: Any) -> str:
        """A group that takes calls."""
        self.sagemaker.create_feature_group(**self.request(name, **more))
        until(lambda: self.describe(name)["FeatureGroupStatus"] == "Created")
        return name

    def describe(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.sagemaker.describe_feature_group(FeatureGroupName=name)
        return found

    def put(self, group: str, values: dict[str, Any], **more: Any) -> None:
        record = [{"FeatureName": name, "ValueAsString": str(value)} for name, value in values.items()]
        self.runtime.put_record(FeatureGroupName=group, Record=record, **more)

    def get(self, group: str, route: str, *names: str) -> dict[str, str]:
        more = {"FeatureNames": list(names)} if names else {}
        found = self.runtime.get_record(FeatureGroupName=group, RecordIdentifierValueAsString=route, **more)
        return {each["FeatureName"]: each["ValueAsString"] for each in found.get("Record", [])}

    def delete(self, group: str, route: str, at: float, mode: str = "SoftDelete") -> None:
        self.runtime.delete_record(
            FeatureGroupName=group, RecordIdentifierValueAsString=route, EventTime=str(at), DeletionMode=mode
        )


def until(true: Callable[[], Any], seconds: float = 30) -> Any:
    """What the condition gave as soon as it holds."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)
    return value


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Groups]:
    with Sandbox.temporary(tmp_path_factory.mktemp("features")) as running:
        made = Groups(running)
        made.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield made
