"""What CreateProcessingJob may ask for here."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from sandbox.sagemaker.errors import ValidationException
from sandbox.sagemaker.jobs.checks import check_cluster, check_source
from sandbox.sagemaker.validation import check_role, refuse, refuse_value

PLACE = "/opt/ml/processing"


def check_processing(request: dict[str, Any], account_id: str) -> None:
    """Hold a CreateProcessingJob against what the sandbox processes. A VPC and a volume change nothing here.

    :raises ValidationException: SageMaker would refuse it too
    :raises NotImplementedError: it asks for what is not done here
    """
    refuse(request, ["ExperimentConfig"])
    refuse(request.get("NetworkConfig", {}), ["EnableNetworkIsolation"], "NetworkConfig.")
    check_role(request, account_id)
    check_cluster(request["ProcessingResources"]["ClusterConfig"], "ProcessingResources.ClusterConfig.")
    if not request["AppSpecification"].get("ContainerEntrypoint"):
        raise NotImplementedError("AppSpecification without ContainerEntrypoint (name the image's program in it)")
    inputs = request.get("ProcessingInputs", [])
    outputs = request.get("ProcessingOutputConfig", {}).get("Outputs", [])
    check_names([each["InputName"] for each in inputs], "ProcessingInputs")
    check_names([each["OutputName"] for each in outputs], "ProcessingOutputConfig")
    for each in inputs:
        check_input(each)
    for each in outputs:
        check_output(each)


def check_names(names: list[str], where: str) -> None:
    """Each once."""
    if len(set(names)) < len(names):
        raise ValidationException(f"{where}: a name comes twice: {', '.join(sorted(names))}")


def check_input(wanted: dict[str, Any]) -> None:
    """From S3, as files, as they lie there."""
    where = f"ProcessingInputs.{wanted['InputName']}."
    refuse(wanted, ["AppManaged", "DatasetDefinition"], where)
    source = wanted.get("S3Input")
    if source is None:
        raise ValidationException(f"{where}S3Input is missing")
    refuse_value(source, "S3InputMode", ["File"], where)
    refuse_value(source, "S3CompressionType", ["None"], where)
    check_source(source, where)
    check_place(source.get("LocalPath", ""), where)


def check_output(wanted: dict[str, Any]) -> None:
    """To S3, once the program has ended."""
    where = f"ProcessingOutputConfig.{wanted['OutputName']}."
    refuse(wanted, ["AppManaged", "FeatureStoreOutput"], where)
    target = wanted.get("S3Output")
    if target is None:
        raise ValidationException(f"{where}S3Output is missing")
    refuse_value(target, "S3UploadMode", ["EndOfJob"], where)
    check_place(target.get("LocalPath", ""), where)


def check_place(path: str, where: str) -> None:
    """Inside of the folder that a processing container has for this."""
    parts = PurePosixPath(path).parts
    if parts[: len(PurePosixPath(PLACE).parts)] != PurePosixPath(PLACE).parts or ".." in parts:
        raise ValidationException(f"{where}LocalPath {path!r} does not begin with {PLACE}/")
