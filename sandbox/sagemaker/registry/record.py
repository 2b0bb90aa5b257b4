"""What is remembered of models, package groups and packages: plain data, replaced and never changed in place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sandbox.sagemaker.jobs.record import now, present

LISTED = ("ModelPackageDescription", "ModelLifeCycle", "ModelPackageRegistrationType")
UPDATED = (
    "ModelApprovalStatus",
    "ApprovalDescription",
    "ModelPackageRegistrationType",
    "SourceUri",
    "ModelCard",
    "ModelLifeCycle",
    "InferenceSpecification",
)


@dataclass(frozen=True)
class Model:
    """One model.

    :param request: the members of CreateModel
    """

    name: str
    arn: str
    request: dict[str, Any]
    created_at: datetime = field(default_factory=now)
    state: str = ""

    @property
    def updated_at(self) -> datetime:
        """It never changes."""
        return self.created_at

    @property
    def container(self) -> dict[str, Any]:
        """The one container that it has."""
        found: dict[str, Any] = self.request.get("PrimaryContainer") or self.request["Containers"][0]
        return found

    def summary(self) -> dict[str, Any]:
        """As ListModels shows it."""
        return {"ModelName": self.name, "ModelArn": self.arn, "CreationTime": self.created_at}

    def describe(self) -> dict[str, Any]:
        """As DescribeModel shows it."""
        asked = {name: value for name, value in self.request.items() if name != "Tags"}
        return {"EnableNetworkIsolation": False} | asked | self.summary()


@dataclass(frozen=True)
class PackageGroup:
    """One model package group.

    :param versions: how many there ever were: a number is never given twice
    """

    name: str
    arn: str
    request: dict[str, Any]
    created_at: datetime = field(default_factory=now)
    versions: int = 0
    state: str = "Completed"

    @property
    def updated_at(self) -> datetime:
        """Its own members never change."""
        return self.created_at

    def summary(self) -> dict[str, Any]:
        """As ListModelPackageGroups shows it."""
        shown = {
            "ModelPackageGroupName": self.name,
            "ModelPackageGroupArn": self.arn,
            "ModelPackageGroupDescription": self.request.get("ModelPackageGroupDescription"),
            "CreationTime": self.created_at,
            "ModelPackageGroupStatus": self.state,
        }
        return present(shown)


@dataclass(frozen=True)
class ModelPackage:
    """One model package.

    :param name: group and version, ``late-arrival/3``; the bare name of one without a group
    :param request: the members of CreateModelPackage, with those of UpdateModelPackage laid over
    :param group: name of its group; empty for none
    :param version: its number in the group; 0 for none
    """

    name: str
    arn: str
    request: dict[str, Any]
    group: str = ""
    version: int = 0
    created_at: datetime = field(default_factory=now)
    changed_at: datetime | None = None
    state: str = "Completed"

    @property
    def updated_at(self) -> datetime:
        """When it changed last."""
        return self.changed_at or self.created_at

    @property
    def approval(self) -> str | None:
        """``Approved``, ``Rejected`` or ``PendingManualApproval``; None without a group, unless it was set."""
        status: str | None = self.request.get("ModelApprovalStatus")
        return status or ("PendingManualApproval" if self.group else None)

    def updated(self, changes: dict[str, Any]) -> ModelPackage:
        """As it is after an UpdateModelPackage."""
        request = {**self.request, **{name: changes[name] for name in UPDATED if name in changes}}
        gone = changes.get("CustomerMetadataPropertiesToRemove", [])
        properties = {**request.get("CustomerMetadataProperties", {}), **changes.get("CustomerMetadataProperties", {})}
        request["CustomerMetadataProperties"] = {key: each for key, each in properties.items() if key not in gone}
        added = changes.get("AdditionalInferenceSpecificationsToAdd", [])
        if added:
            request["AdditionalInferenceSpecifications"] = [
                *request.get("AdditionalInferenceSpecifications", []),
                *added,
            ]
        return replace(self, request=request, changed_at=now())

    def summary(self) -> dict[str, Any]:
        """As ListModelPackages shows it."""
        shown = {
            "ModelPackageName": None if self.group else self.name,
            "ModelPackageGroupName": self.group or None,
            "ModelPackageVersion": self.version or None,
            "ModelPackageArn": self.arn,
            "CreationTime": self.created_at,
            "ModelPackageStatus": self.state,
            "ModelApprovalStatus": self.approval,
        }
        return present(shown | {name: self.request.get(name) for name in LISTED})

    def describe(self) -> dict[str, Any]:
        """As DescribeModelPackage shows it; nothing is validated or scanned here, and nothing claims to be."""
        asked = {name: value for name, value in self.request.items() if name not in ("Tags", "ClientToken")}
        asked = {name: value for name, value in asked.items() if value != {}}
        details: dict[str, Any] = {"ValidationStatuses": [], "ImageScanStatuses": []}
        named = {"ModelPackageName": self.name.replace("/", "-") if self.group else self.name}
        return (
            asked
            | self.summary()
            | named
            | present({"ModelPackageStatusDetails": details, "LastModifiedTime": self.changed_at})
        )
