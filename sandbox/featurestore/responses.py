"""The actions on feature groups."""

from __future__ import annotations

from typing import ClassVar

from moto.core.responses import ActionResult, EmptyResult

from sandbox.featurestore.definition import check_definition, check_features
from sandbox.featurestore.group import FeatureGroup
from sandbox.featurestore.runtime import FeatureStore
from sandbox.sagemaker.action import Actions
from sandbox.sagemaker.errors import ResourceInUse, ResourceNotFound, ValidationException
from sandbox.sagemaker.paging import page
from sandbox.sagemaker.shelf import in_order, matches
from sandbox.sagemaker.validation import check_role, refuse


class FeatureGroupActions(Actions):
    """Feature groups. ``feature_store`` is set once by ``install``."""

    feature_store: ClassVar[FeatureStore]

    def create_feature_group(self) -> ActionResult:
        request = self.request()
        name = request["FeatureGroupName"]
        check_definition(request)
        check_role(request, self.current_account)
        if name in self.backend.feature_groups:
            raise ResourceInUse(f"Resource Already Exists: FeatureGroup with name {name} already exists.")
        arn = self.backend.arn("feature-group", name)
        group = FeatureGroup(name, arn, request, self.region, self.current_account)
        self.backend.put(self.backend.feature_groups, group, request)
        self.feature_store.create(group)
        return ActionResult({"FeatureGroupArn": arn})

    def describe_feature_group(self) -> ActionResult:
        group = self._group(self.request()["FeatureGroupName"])
        return ActionResult(group.describe(self.feature_store.size(group) if group.is_online else 0))

    def list_feature_groups(self) -> ActionResult:
        wanted = self.request("OfflineStoreStatusEquals")
        if "FeatureGroupStatusEquals" in wanted:
            wanted["StatusEquals"] = wanted["FeatureGroupStatusEquals"]
        wanted["SortBy"] = {"FeatureGroupStatus": "Status"}.get(wanted.get("SortBy", ""), wanted.get("SortBy", ""))
        found = in_order([each for each in self.backend.feature_groups if matches(each, wanted)], wanted)
        return page("FeatureGroupSummaries", found, wanted, FeatureGroup.summary)

    def update_feature_group(self) -> ActionResult:
        request = self.request("ThroughputConfig")
        group = self._group(request["FeatureGroupName"])
        if group.status != "Created":
            raise ValidationException(f"Feature group {group.name} is {group.status} and cannot be updated.")
        additions, online = request.get("FeatureAdditions", []), request.get("OnlineStoreConfig")
        if bool(additions) == (online is not None):
            raise ValidationException("Exactly one of FeatureAdditions and OnlineStoreConfig must be given.")
        check_features(additions, known=group.types)
        ttl = None
        if online is not None:
            refuse(online, ("StorageType",), "OnlineStoreConfig.")
            if not group.is_online:
                raise ValidationException(f"Feature group {group.name} has no online store.")
            ttl = {key: value for key, value in online.get("TtlDuration", {}).items() if value is not None}
        self.backend.feature_groups.put(group.extended(additions, ttl))
        return ActionResult({"FeatureGroupArn": group.arn})

    def delete_feature_group(self) -> ActionResult:
        group = self._group(self.request()["FeatureGroupName"])
        if group.status in ("Creating", "Deleting"):
            raise ValidationException(f"Feature group {group.name} is {group.status} and cannot be deleted.")
        group.status = "Deleting"
        self.feature_store.delete(self.backend, group)
        return EmptyResult()

    def _group(self, name_or_arn: str) -> FeatureGroup:
        name = name_or_arn.rsplit("/", 1)[-1]
        if name not in self.backend.feature_groups:
            raise ResourceNotFound(f"Resource Not Found: FeatureGroup with name {name} does not exist.")
        return self.backend.feature_groups.get(name)
