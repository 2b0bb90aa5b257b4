"""What models and model packages may be here."""

from __future__ import annotations

from typing import Any

from sandbox.sagemaker.errors import ValidationException
from sandbox.sagemaker.validation import check_role, refuse, refuse_value

CONTAINER = (
    "AdditionalModelDataSources",
    "ContainerMetricsConfig",
    "InferenceSpecificationName",
    "MultiModelConfig",
)
PACKAGE = (
    "CertifyForMarketplace",
    "ManagedStorageType",
    "SourceAlgorithmSpecification",
    "ValidationSpecification",
)


def check_model(request: dict[str, Any], account_id: str) -> None:
    """One container, of an image or of a package.

    :raises ValidationException: SageMaker would refuse it too
    :raises NotImplementedError: several containers, several models in one, no network
    """
    refuse(request, ["EnableNetworkIsolation", "InferenceExecutionConfig"])
    check_role(request, account_id, "ExecutionRoleArn")
    containers = request.get("Containers", [])
    if bool(request.get("PrimaryContainer")) == bool(containers):
        raise ValidationException("Give either PrimaryContainer or Containers.")
    if len(containers) > 1:
        raise NotImplementedError("Containers of more than one (an inference pipeline)")
    check_container(request.get("PrimaryContainer") or containers[0])


def check_container(container: dict[str, Any]) -> None:
    """An image with an archive, or a package that names both."""
    refuse(container, CONTAINER, "PrimaryContainer.")
    refuse_value(container, "Mode", ["SingleModel"], "PrimaryContainer.")
    if bool(container.get("Image")) == bool(container.get("ModelPackageName")):
        raise ValidationException("Give either Image or ModelPackageName in PrimaryContainer.")
    model_data(container)


def model_data(container: dict[str, Any]) -> str:
    """Address of a container's ``model.tar.gz``; empty for none.

    :raises NotImplementedError: the model is no archive
    """
    source = container.get("ModelDataSource", {}).get("S3DataSource")
    if source is None:
        return str(container.get("ModelDataUrl", ""))
    where = "ModelDataSource.S3DataSource."
    refuse(source, ["ModelAccessConfig", "HubAccessConfig", "ManifestS3Uri"], where)
    refuse_value(source, "S3DataType", ["S3Object"], where)
    refuse_value(source, "CompressionType", ["Gzip"], where)
    return str(source["S3Uri"])


def check_package(request: dict[str, Any]) -> None:
    """A version of a group, or a package of a name; what is stated of it is kept as it is stated.

    :raises ValidationException: SageMaker would refuse it too
    :raises NotImplementedError: it would have to be validated or sold
    """
    refuse(request, PACKAGE)
    grouped = bool(request.get("ModelPackageGroupName"))
    if grouped == bool(request.get("ModelPackageName")):
        raise ValidationException("Give either ModelPackageName or ModelPackageGroupName.")
    if grouped and request.get("Tags"):
        raise ValidationException("Tags: a version has those of its model package group; tag the group.")
    if not request.get("InferenceSpecification"):
        raise ValidationException("InferenceSpecification is missing: it names the image and the model data")
    for container in request["InferenceSpecification"]["Containers"]:
        if not container.get("Image"):
            raise ValidationException("InferenceSpecification.Containers: Image is missing")
