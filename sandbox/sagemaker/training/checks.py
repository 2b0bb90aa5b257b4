"""What CreateTrainingJob may ask for here."""

from __future__ import annotations

import re
from typing import Any

from sandbox.sagemaker.errors import ValidationException
from sandbox.sagemaker.jobs.checks import check_cluster, check_source
from sandbox.sagemaker.validation import check_role, refuse, refuse_value

NOT_HERE = (
    "CheckpointConfig",
    "DebugHookConfig",
    "DebugRuleConfigurations",
    "EnableNetworkIsolation",
    "ExperimentConfig",
    "InfraCheckConfig",
    "MlflowConfig",
    "ModelPackageConfig",
    "ProfilerRuleConfigurations",
    "RemoteDebugConfig",
    "ServerlessJobConfig",
    "SessionChainingConfig",
    "TensorBoardOutputConfig",
)


def check_training(request: dict[str, Any], account_id: str) -> None:
    """Hold a CreateTrainingJob against what the sandbox trains. A VPC, a volume and spot instances change nothing here.

    :raises ValidationException: SageMaker would refuse it too
    :raises NotImplementedError: it asks for what is not done here
    """
    refuse(request, NOT_HERE)
    check_role(request, account_id)
    if not request.get("ProfilerConfig", {}).get("DisableProfiler", True):
        raise NotImplementedError("ProfilerConfig")
    check_algorithm(request["AlgorithmSpecification"])
    check_cluster(request.get("ResourceConfig", {}), "ResourceConfig.")
    check_channels(request.get("InputDataConfig", []))
    refuse_value(request["OutputDataConfig"], "CompressionType", ["GZIP"], "OutputDataConfig.")
    check_stopping(request)


def check_algorithm(algorithm: dict[str, Any]) -> None:
    """An image, files as input, and metrics whose patterns can be read."""
    refuse(algorithm, ["AlgorithmName", "TrainingImageConfig"], "AlgorithmSpecification.")
    refuse_value(algorithm, "TrainingInputMode", ["File", "FastFile"], "AlgorithmSpecification.")
    if not algorithm.get("TrainingImage"):
        raise ValidationException("AlgorithmSpecification.TrainingImage is missing")
    for each in algorithm.get("MetricDefinitions", []):
        try:
            groups = re.compile(each["Regex"]).groups
        except re.error as error:
            raise ValidationException(f"The regex of the metric {each['Name']} cannot be read: {error}") from error
        if not groups:
            raise ValidationException(f"The regex of the metric {each['Name']} has no group that holds the value")


def check_channels(channels: list[dict[str, Any]]) -> None:
    """Each under a name of its own, from S3, as it lies there."""
    names = [each["ChannelName"] for each in channels]
    if len(set(names)) < len(names):
        raise ValidationException(f"InputDataConfig: a channel name comes twice: {', '.join(sorted(names))}")
    for each in channels:
        where = f"InputDataConfig.{each['ChannelName']}."
        if each["ChannelName"] in (".", ".."):
            raise ValidationException(f"{where}ChannelName is not a name")
        refuse(each["DataSource"], ["FileSystemDataSource", "DatasetSource"], where)
        if "S3DataSource" not in each["DataSource"]:
            raise ValidationException(f"{where}DataSource is empty")
        refuse(each, ["ShuffleConfig"], where)
        refuse_value(each, "InputMode", ["File", "FastFile"], where)
        refuse_value(each, "CompressionType", ["None"], where)
        refuse_value(each, "RecordWrapperType", ["None"], where)
        check_source(each["DataSource"]["S3DataSource"], where)


def check_stopping(request: dict[str, Any]) -> None:
    """Spot training says how long it may wait."""
    stopping = request.get("StoppingCondition", {})
    refuse(stopping, ["MaxPendingTimeInSeconds"], "StoppingCondition.")
    spot, wait = request.get("EnableManagedSpotTraining", False), stopping.get("MaxWaitTimeInSeconds")
    if spot and (wait is None or wait < stopping.get("MaxRuntimeInSeconds", 0)):
        raise ValidationException(
            "StoppingCondition.MaxWaitTimeInSeconds must be at least MaxRuntimeInSeconds with EnableManagedSpotTraining"
        )
    if wait is not None and not spot:
        raise ValidationException("StoppingCondition.MaxWaitTimeInSeconds is for EnableManagedSpotTraining alone")
