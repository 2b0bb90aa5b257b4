"""The actions on model package groups and model packages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from sandbox.images.image import ImageError
from sandbox.sagemaker.action import Actions
from sandbox.sagemaker.errors import ConflictException, ValidationException
from sandbox.sagemaker.paging import page
from sandbox.sagemaker.registry.checks import check_package
from sandbox.sagemaker.registry.record import ModelPackage, PackageGroup
from sandbox.sagemaker.shelf import in_order, matches


class PackageActions(Actions):
    """CreateModelPackageGroup, CreateModelPackage, and what follows."""

    def create_model_package_group(self) -> ActionResult:
        request = self.request("ManagedConfiguration")
        name = request["ModelPackageGroupName"]
        group = PackageGroup(name, self.backend.arn("model-package-group", name), request)
        if name in self.backend.package_groups:
            raise ValidationException(f"Model Package Group already exists: {group.arn}")
        self.backend.put(self.backend.package_groups, group, request)
        return ActionResult({"ModelPackageGroupArn": group.arn})

    def describe_model_package_group(self) -> ActionResult:
        group = self.backend.package_group(self.request()["ModelPackageGroupName"])
        return ActionResult(group.summary() | {"CreatedBy": {}})

    def list_model_package_groups(self) -> ActionResult:
        wanted = self.request("CrossAccountFilterOption")
        found = self.backend.package_groups.listed(wanted)
        return page("ModelPackageGroupSummaryList", found, wanted, PackageGroup.summary)

    def delete_model_package_group(self) -> ActionResult:
        group = self.backend.package_group(self.request()["ModelPackageGroupName"])
        if any(each.group == group.name for each in self.backend.packages):
            raise ConflictException(
                f"Model Package Group {group.arn} cannot be deleted because it still contains Model Packages."
            )
        self.backend.package_groups.remove(group.name)
        self.backend.tags.forget(group.arn)
        return EmptyResult()

    def create_model_package(self) -> ActionResult:
        request = self.request()
        check_package(request)
        before = self._same_token(request)
        if before is not None:
            return ActionResult({"ModelPackageArn": before.arn})
        request["InferenceSpecification"] = self._with_digests(request["InferenceSpecification"])
        package = self._versioned(request) if request.get("ModelPackageGroupName") else self._named(request)
        self.backend.put(self.backend.packages, package, request)
        return ActionResult({"ModelPackageArn": package.arn})

    def describe_model_package(self) -> ActionResult:
        return ActionResult(self.backend.package(self.request()["ModelPackageName"]).describe())

    def list_model_packages(self) -> ActionResult:
        wanted = self.request()
        group = wanted.get("ModelPackageGroupName")
        group = group and self.backend.package_group(group).name
        kind = wanted.get("ModelPackageType", "Versioned" if group else "Unversioned")
        found = [
            each
            for each in self.backend.packages
            if matches(each, wanted)
            and group in (None, each.group)
            and (kind == "Both" or (kind == "Versioned") == bool(each.group))
            and wanted.get("ModelApprovalStatus", each.approval) == each.approval
        ]
        return page("ModelPackageSummaryList", in_order(found, wanted), wanted, ModelPackage.summary)

    def update_model_package(self) -> ActionResult:
        changes = self.request()
        package = self.backend.package(changes["ModelPackageArn"])
        if "InferenceSpecification" in changes:
            changes["InferenceSpecification"] = self._with_digests(changes["InferenceSpecification"])
        self.backend.packages.put(package.updated(changes))
        return ActionResult({"ModelPackageArn": package.arn})

    def delete_model_package(self) -> ActionResult:
        package = self.backend.package(self.request()["ModelPackageName"])
        self.backend.packages.remove(package.name)
        self.backend.tags.forget(package.arn)
        return EmptyResult()

    def _versioned(self, request: dict[str, Any]) -> ModelPackage:
        """The next version of a group; its number is never another's."""
        group = self.backend.package_group(request["ModelPackageGroupName"])
        version = group.versions + 1
        self.backend.package_groups.put(replace(group, versions=version))
        name = f"{group.name}/{version}"
        return ModelPackage(name, self.backend.arn("model-package", name), request, group.name, version)

    def _named(self, request: dict[str, Any]) -> ModelPackage:
        name = request["ModelPackageName"]
        package = ModelPackage(name, self.backend.arn("model-package", name), request)
        if name in self.backend.packages:
            raise ValidationException(f"Model Package already exists: {package.arn}")
        return package

    def _same_token(self, request: dict[str, Any]) -> ModelPackage | None:
        """The package that the same client token made before."""
        token = request.get("ClientToken", "")
        made = (each for each in self.backend.packages if each.request.get("ClientToken") == token)
        return next(made, None) if token else None

    def _with_digests(self, specification: dict[str, Any]) -> dict[str, Any]:
        """The containers with the digests of their images, where those were pushed."""
        containers = [{**self._digest(each["Image"]), **each} for each in specification["Containers"]]
        return {**specification, "Containers": containers}

    def _digest(self, address: str) -> dict[str, str]:
        try:
            return {"ImageDigest": f"sha256:{self.runtime.shop.images.find(address).digest}"}
        except ImageError:
            return {}
