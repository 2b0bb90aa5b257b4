"""Models, package groups and the versions of their packages."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import ROLE, TRAINER, Jobs

DATA = "s3://models/artifacts/x/output/model.tar.gz"
METRICS = {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": "s3://models/evaluation.json"}}}


def specification(image: str = TRAINER) -> dict[str, Any]:
    containers = [{"Image": image, "ModelDataUrl": DATA, "Environment": {"THRESHOLD": "0.3"}}]
    return {"Containers": containers, "SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]}


@pytest.fixture
def group(jobs: Jobs) -> str:
    name = f"group-{uuid.uuid4().hex[:8]}"
    jobs.sagemaker.create_model_package_group(ModelPackageGroupName=name, ModelPackageGroupDescription="tests")
    return name


def register(jobs: Jobs, group: str, **more: Any) -> str:
    made = jobs.sagemaker.create_model_package(
        ModelPackageGroupName=group, InferenceSpecification=specification(), **more
    )
    return str(made["ModelPackageArn"])


def test_a_model_is_described_as_it_was_made_and_goes(jobs: Jobs) -> None:
    request = {
        "ModelName": "Plain-1",
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": TRAINER, "ModelDataUrl": DATA, "Environment": {"A": "b"}},
        "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
    }
    arn = jobs.sagemaker.create_model(**request, Tags=[{"Key": "a", "Value": "b"}])["ModelArn"]
    assert arn == "arn:aws:sagemaker:eu-west-1:123456789012:model/plain-1"
    described = jobs.sagemaker.describe_model(ModelName="Plain-1")
    assert {name: described[name] for name in request} == request
    assert (described["ModelArn"], described["EnableNetworkIsolation"]) == (arn, False)
    assert "Tags" not in described
    assert [each["ModelName"] for each in jobs.sagemaker.list_models(NameContains="plain")["Models"]] == ["Plain-1"]
    with pytest.raises(ClientError, match=r"ValidationException.*Cannot create already existing model"):
        jobs.sagemaker.create_model(**request)
    jobs.sagemaker.delete_model(ModelName="Plain-1")
    for action in (jobs.sagemaker.describe_model, jobs.sagemaker.delete_model):
        with pytest.raises(ClientError, match=r'ValidationException.*Could not find model "Plain-1"'):
            action(ModelName="Plain-1")


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"EnableNetworkIsolation": True}, "NotInSandbox", "EnableNetworkIsolation"),
        ({"PrimaryContainer": {"Image": TRAINER, "Mode": "MultiModel"}}, "NotInSandbox", "Mode MultiModel"),
        ({"PrimaryContainer": {}}, "ValidationException", "either PrimaryContainer or Containers"),
        ({"PrimaryContainer": {"ModelDataUrl": DATA}}, "ValidationException", "either Image or ModelPackageName"),
        ({"PrimaryContainer": None, "Containers": [{"Image": TRAINER}] * 2}, "NotInSandbox", "more than one"),
    ],
)
def test_a_model_that_cannot_be_served_is_refused(jobs: Jobs, changes: dict[str, Any], code: str, says: str) -> None:
    request = {"ModelName": "never", "ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": TRAINER}, **changes}
    with pytest.raises(ClientError, match=rf"{code}.*{says}"):
        jobs.sagemaker.create_model(**{name: value for name, value in request.items() if value is not None})


def test_a_group_is_made_once_and_goes_when_it_is_empty(jobs: Jobs, group: str) -> None:
    described = jobs.sagemaker.describe_model_package_group(ModelPackageGroupName=group)
    assert (described["ModelPackageGroupStatus"], described["ModelPackageGroupDescription"]) == ("Completed", "tests")
    with pytest.raises(ClientError, match=r"ValidationException.*: Model Package Group already exists: arn:aws:"):
        jobs.sagemaker.create_model_package_group(ModelPackageGroupName=group)
    package = register(jobs, group)
    with pytest.raises(jobs.sagemaker.exceptions.ConflictException, match="still contains Model Packages"):
        jobs.sagemaker.delete_model_package_group(ModelPackageGroupName=group)
    jobs.sagemaker.delete_model_package(ModelPackageName=package)
    jobs.sagemaker.delete_model_package_group(ModelPackageGroupName=described["ModelPackageGroupArn"])
    with pytest.raises(ClientError, match="does not exist"):
        jobs.sagemaker.describe_model_package_group(ModelPackageGroupName=group)


def test_a_version_keeps_what_was_stated_of_it(jobs: Jobs, group: str) -> None:
    stated = {
        "ModelPackageDescription": "trained on January–May",
        "ModelMetrics": METRICS,
        "CustomerMetadataProperties": {"snapshot": "42", "run": "r-1"},
        "SourceUri": "s3://models/run.json",
        "ModelLifeCycle": {"Stage": "Development", "StageStatus": "PendingApproval"},
        "Domain": "MACHINE_LEARNING",
        "Task": "CLASSIFICATION",
    }
    arn = register(jobs, group, **stated)
    assert arn == f"arn:aws:sagemaker:eu-west-1:123456789012:model-package/{group}/1"
    described = jobs.sagemaker.describe_model_package(ModelPackageName=arn)
    assert {name: described[name] for name in stated} == stated
    assert (described["ModelPackageGroupName"], described["ModelPackageVersion"]) == (group, 1)
    assert (described["ModelPackageStatus"], described["ModelApprovalStatus"]) == ("Completed", "PendingManualApproval")
    (container,) = described["InferenceSpecification"]["Containers"]
    (pushed,) = [each for each in jobs.sandbox.ask("images")["images"] if each["address"] == TRAINER]
    assert (container["ModelDataUrl"], container["ImageDigest"]) == (DATA, pushed["digest"])


def test_a_versions_number_is_never_given_twice(jobs: Jobs, group: str) -> None:
    arns = [register(jobs, group) for _ in range(2)]
    jobs.sagemaker.delete_model_package(ModelPackageName=arns[1])
    assert register(jobs, group).endswith("/3")
    with pytest.raises(ClientError, match=r"ValidationException.*does not exist"):
        jobs.sagemaker.describe_model_package(ModelPackageName=arns[1])


def test_approval_and_metadata_are_updated(jobs: Jobs, group: str) -> None:
    arn = register(jobs, group, CustomerMetadataProperties={"a": "1", "b": "2"})
    jobs.sagemaker.update_model_package(
        ModelPackageArn=arn,
        ModelApprovalStatus="Approved",
        ApprovalDescription="by the second line",
        CustomerMetadataProperties={"c": "3"},
        CustomerMetadataPropertiesToRemove=["b"],
        ModelLifeCycle={"Stage": "Staging", "StageStatus": "Approved"},
    )
    described = jobs.sagemaker.describe_model_package(ModelPackageName=arn)
    assert (described["ModelApprovalStatus"], described["ApprovalDescription"]) == ("Approved", "by the second line")
    assert described["CustomerMetadataProperties"] == {"a": "1", "c": "3"}
    assert described["ModelLifeCycle"]["Stage"] == "Staging"
    assert described["LastModifiedTime"] >= described["CreationTime"]
    jobs.sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Rejected")
    assert jobs.sagemaker.describe_model_package(ModelPackageName=arn)["ApprovalDescription"] == "by the second line"


def test_packages_are_listed_as_asked_for(jobs: Jobs, group: str) -> None:
    arns = [register(jobs, group, ModelApprovalStatus=status) for status in ("Approved", "Rejected", "Approved")]
    name = f"bare-{group}"
    bare = jobs.sagemaker.create_model_package(ModelPackageName=name, InferenceSpecification=specification())

    def listed(**wanted: Any) -> list[str]:
        found = jobs.sagemaker.list_model_packages(**wanted)["ModelPackageSummaryList"]
        return [each["ModelPackageArn"] for each in found]

    assert listed(ModelPackageGroupName=group) == arns[::-1]
    assert listed(ModelPackageGroupName=group, SortOrder="Ascending", MaxResults=1) == arns[:1]
    assert listed(ModelPackageGroupName=group, ModelApprovalStatus="Approved") == [arns[2], arns[0]]
    assert listed(NameContains=name) == [bare["ModelPackageArn"]]
    assert listed(NameContains=group, ModelPackageType="Both") == [bare["ModelPackageArn"], *arns[::-1]]
    with pytest.raises(ClientError, match="does not exist"):
        listed(ModelPackageGroupName="none")


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"ModelPackageGroupName": "none"}, "ValidationException", "Model package group none does not exist"),
        ({"ModelPackageName": "x"}, "ValidationException", "either ModelPackageName or ModelPackageGroupName"),
        ({"Tags": [{"Key": "a", "Value": "b"}]}, "ValidationException", "tag the group"),
        ({"InferenceSpecification": None}, "ValidationException", "InferenceSpecification is missing"),
        (
            {"ValidationSpecification": {"ValidationRole": ROLE, "ValidationProfiles": []}},
            "",
            "ValidationSpecification",
        ),
    ],
)
def test_a_package_that_cannot_be_kept_is_refused(
    jobs: Jobs, group: str, changes: dict[str, Any], code: str, says: str
) -> None:
    request = {"ModelPackageGroupName": group, "InferenceSpecification": specification(), **changes}
    with pytest.raises(ClientError, match=rf"{code}.*{says}"):
        jobs.sagemaker.create_model_package(**{name: each for name, each in request.items() if each is not None})


def test_a_client_token_registers_once(jobs: Jobs, group: str) -> None:
    token = uuid.uuid4().hex
    assert register(jobs, group, ClientToken=token) == register(jobs, group, ClientToken=token)
    assert len(jobs.sagemaker.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]) == 1


def test_a_group_carries_tags(jobs: Jobs, group: str) -> None:
    arn = jobs.sagemaker.describe_model_package_group(ModelPackageGroupName=group)["ModelPackageGroupArn"]
    jobs.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "owner", "Value": "risk"}])
    assert jobs.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "owner", "Value": "risk"}]


def test_the_registry_survives_a_restart(fresh_jobs: Jobs) -> None:
    fresh_jobs.sagemaker.create_model_package_group(ModelPackageGroupName="kept")
    arn = register(fresh_jobs, "kept", CustomerMetadataProperties={"snapshot": "42"})
    fresh_jobs.sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    fresh_jobs.sandbox.down()
    fresh_jobs.sandbox.up()
    described = fresh_jobs.sagemaker.describe_model_package(ModelPackageName=arn)
    assert (described["ModelApprovalStatus"], described["CustomerMetadataProperties"]) == (
        "Approved",
        {"snapshot": "42"},
    )
    assert register(fresh_jobs, "kept").endswith("/2")
