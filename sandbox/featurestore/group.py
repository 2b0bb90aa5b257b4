"""One feature group, as it was defined; plain data, replaced and never changed in place, because it is pickled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

UNIT_SECONDS = {"Seconds": 1, "Minutes": 60, "Hours": 3600, "Days": 86_400, "Weeks": 604_800}


def now() -> datetime:
    """The present, as every time stamp here has it."""
    return datetime.now(UTC)


def seconds_of(duration: dict[str, Any] | None) -> int | None:
    """A TtlDuration in seconds; None for for ever."""
    return None if not duration else int(duration["Value"]) * UNIT_SECONDS[duration["Unit"]]


@dataclass
class FeatureGroup:
    """One feature group.

    :param request: the members of CreateFeatureGroup, with what UpdateFeatureGroup added
    :param region: where it lies
    """

    name: str
    arn: str
    request: dict[str, Any]
    region: str
    account_id: str
    status: str = "Creating"
    failure_reason: str = ""
    last_update: dict[str, str] | None = None
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)

    @property
    def state(self) -> str:
        """Its status, as lists ask for it."""
        return self.status

    @property
    def key(self) -> str:
        """Names it among all that ever were: a new group of an old name has none of the old one's records."""
        return f"{self.region}/{self.name}/{self.created_at.timestamp():.6f}"

    @property
    def identifier(self) -> str:
        """The feature that tells records apart."""
        return str(self.request["RecordIdentifierFeatureName"])

    @property
    def event_time(self) -> str:
        """The feature that orders the events of a record."""
        return str(self.request["EventTimeFeatureName"])

    @property
    def types(self) -> dict[str, str]:
        """Type by feature."""
        return {each["FeatureName"]: each["FeatureType"] for each in self.request["FeatureDefinitions"]}

    @property
    def is_online(self) -> bool:
        """Whether the newest record of each identifier is kept."""
        return bool(self.request.get("OnlineStoreConfig", {}).get("EnableOnlineStore"))

    @property
    def is_offline(self) -> bool:
        """Whether all records are kept."""
        return "OfflineStoreConfig" in self.request

    @property
    def ttl_seconds(self) -> int | None:
        """How long a record lives after its event, unless it says otherwise; None for for ever."""
        return seconds_of(self.request.get("OnlineStoreConfig", {}).get("TtlDuration"))

    @property
    def offline_uri(self) -> str:
        """Where the offline store's files lie (ResolvedOutputS3Uri)."""
        root = self.request["OfflineStoreConfig"]["S3StorageConfig"]["S3Uri"].rstrip("/")
        return (
            f"{root}/{self.account_id}/sagemaker/{self.region}/offline-store/"
            f"{self.name}-{int(self.created_at.timestamp())}/data"
        )

    def extended(self, additions: list[dict[str, Any]], ttl: dict[str, Any] | None) -> FeatureGroup:
        """The group with more features, or another time to live.

        :param additions: feature definitions
        :param ttl: the new TtlDuration; empty for none any more, None to leave it as it is
        """
        request = {**self.request, "FeatureDefinitions": [*self.request["FeatureDefinitions"], *additions]}
        if ttl is not None:
            online = {name: value for name, value in request["OnlineStoreConfig"].items() if name != "TtlDuration"}
            request["OnlineStoreConfig"] = online | ({"TtlDuration": ttl} if ttl else {})
        return replace(self, request=request, last_update={"Status": "Successful"}, updated_at=now())

    def summary(self) -> dict[str, Any]:
        """As ListFeatureGroups shows it."""
        shown = {
            "FeatureGroupName": self.name,
            "FeatureGroupArn": self.arn,
            "CreationTime": self.created_at,
            "FeatureGroupStatus": self.status,
        }
        return shown | ({"OfflineStoreStatus": {"Status": "Active"}} if self.is_offline else {})

    def describe(self, size: int) -> dict[str, Any]:
        """As DescribeFeatureGroup shows it.

        :param size: bytes of its online store
        """
        described = {name: self.request[name] for name in self.request if name != "Tags"} | self.summary()
        described["LastModifiedTime"] = self.updated_at
        if self.is_online:
            described["OnlineStoreTotalSizeBytes"] = size
        if self.is_offline:
            config = self.request["OfflineStoreConfig"]
            storage = {**config["S3StorageConfig"], "ResolvedOutputS3Uri": self.offline_uri}
            described["OfflineStoreConfig"] = {**config, "S3StorageConfig": storage}
        if self.failure_reason:
            described["FailureReason"] = self.failure_reason
        if self.last_update is not None:
            described["LastUpdateStatus"] = self.last_update
        return described
