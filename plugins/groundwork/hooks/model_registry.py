"""The model registry: SageMaker model packages, which carry a version's digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook
from botocore.exceptions import ClientError

from groundwork.hooks.aws_retries import retrying
from groundwork.spec.model import INSTANCE, Model
from groundwork.spec.model_version import Artefact, ModelVersion

ApprovalStatus = Literal["Approved", "Rejected", "PendingManualApproval"]
LINES = "application/jsonlines"
TOKEN_LENGTH = 36
DESCRIPTION_LENGTH = 1024


@dataclass(frozen=True)
class Package:
    """One model package.

    :param number: its version in the group
    :param digest: of the version that it carries; None in a package that Groundwork has not made
    :param status: what SageMaker says about its approval: a projection, and not enough for a release
    :param image: address of the container that it serves with
    :param artifact: address of the ``model.tar.gz`` that it serves
    """

    arn: str
    number: int
    digest: str | None
    status: ApprovalStatus
    image: str
    artifact: str

    def is_of(self, version: ModelVersion) -> bool:
        """Whether it serves a version: a package's containers can be changed after it was made."""
        return (self.image, self.artifact) == (version.image, version.artifact.uri)


class ModelRegistryError(Exception):
    """The registry does not hold what it should; the message says the mend."""


class ModelRegistryHook(SageMakerHook):
    """Model packages of SageMaker.

    :param region_name: AWS region; boto3's own where left out
    """

    def __init__(self, *, region_name: str | None = None) -> None:
        super().__init__(aws_conn_id=None, region_name=region_name, config=retrying())  # type: ignore[no-untyped-call]

    def register(self, group: str, version: ModelVersion, model: Model, version_uri: str) -> Package:
        """Make a package that waits for approval, or find the one that carries the version already.

        :param group: name of the model package group; made where it is not there
        :param model: the declaration that the version was evaluated by
        :param version_uri: where the version stands as a file
        """
        self.create_model_package_group(group, model.title)
        digest = version.content_digest()
        if found := self.of_digest(group, digest):
            self.log.info("package %s carries the version already", found.arn)
            return found
        answer = self._sagemaker.create_model_package(
            ModelPackageGroupName=group,
            ModelPackageDescription=f"{model.title}: {model.purpose}"[:DESCRIPTION_LENGTH],
            ModelApprovalStatus="PendingManualApproval",
            InferenceSpecification=_inference(version, model),
            ModelMetrics=_metrics(version),
            CustomerMetadataProperties=_metadata(version, version_uri),
            ClientToken=digest[:TOKEN_LENGTH],
        )
        return self.package(answer["ModelPackageArn"])

    def package(self, arn: str) -> Package:
        """One package.

        :raises ModelRegistryError: there is none
        """
        try:
            answer = self._sagemaker.describe_model_package(ModelPackageName=arn)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("ValidationException", "ResourceNotFound"):
                raise
            raise ModelRegistryError(
                f"SageMaker knows no model package {arn}: {error.response['Error']['Message']}. Was it deleted?"
            ) from error
        (container,) = answer["InferenceSpecification"]["Containers"]
        return Package(
            arn=answer["ModelPackageArn"],
            number=answer["ModelPackageVersion"],
            digest=answer.get("CustomerMetadataProperties", {}).get("digest"),
            status=answer["ModelApprovalStatus"],
            image=container["Image"],
            artifact=container["ModelDataUrl"],
        )

    def of_digest(self, group: str, digest: str) -> Package | None:
        """The package of a group that carries a version.

        :param digest: of the version
        """
        pages = self._sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=group, SortBy="CreationTime", SortOrder="Descending"
        )
        arns = (each["ModelPackageArn"] for page in pages for each in page["ModelPackageSummaryList"])
        return next((package for package in map(self.package, arns) if package.digest == digest), None)

    def project(self, arn: str, status: ApprovalStatus, description: str) -> None:
        """Let SageMaker show what the ledger says; the same again changes nothing.

        :param description: who decided, when and why
        """
        if self.package(arn).status != status:
            self._sagemaker.update_model_package(
                ModelPackageArn=arn, ModelApprovalStatus=status, ApprovalDescription=description[:DESCRIPTION_LENGTH]
            )

    @property
    def _sagemaker(self) -> Any:
        return self.conn


def _inference(version: ModelVersion, model: Model) -> dict[str, Any]:
    return {
        "Containers": [{"Image": version.image, "ModelDataUrl": version.artifact.uri}],
        "SupportedContentTypes": [LINES],
        "SupportedResponseMIMETypes": [LINES],
        "SupportedRealtimeInferenceInstanceTypes": [model.release.instance_type if model.release else INSTANCE],
        "SupportedTransformInstanceTypes": [model.scoring.instance_type if model.scoring else INSTANCE],
    }


def _metrics(version: ModelVersion) -> dict[str, Any]:
    def source(artefact: Artefact) -> dict[str, str]:
        digest = f"sha256:{artefact.sha256}"
        return {"ContentType": "application/json", "ContentDigest": digest, "S3Uri": artefact.uri}

    return {
        "ModelQuality": {"Statistics": source(version.evaluation)},
        "ModelDataQuality": {"Statistics": source(version.reference)},
    }


def _metadata(version: ModelVersion, version_uri: str) -> dict[str, str]:
    """What a person sees of the version in the console."""
    return {
        "digest": version.content_digest(),
        "version": version_uri,
        "trainingRun": version.training_run,
        "requestedBy": version.requested_by,
        "artifact": version.artifact.sha256,
        "featureTable": version.feature_table,
        "snapshot": str(version.snapshot_id),
        "image": version.image,
        "jobBundle": version.bundle,
        "policy": version.policy,
    }
