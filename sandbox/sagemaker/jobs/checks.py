"""What requests for jobs of every kind may say in the sandbox."""

from __future__ import annotations

from typing import Any

from sandbox.sagemaker.errors import ValidationException
from sandbox.sagemaker.validation import refuse, refuse_value

CLUSTER = ("InstanceGroups", "KeepAlivePeriodInSeconds", "TrainingPlanArn", "InstancePlacementConfig")
PREFERENCES = ("InstancePreferences", "SelectedInstanceType", "SelectedInstanceCount")
SOURCE = ("AttributeNames", "InstanceGroupNames", "ModelAccessConfig", "HubAccessConfig")


def check_cluster(cluster: dict[str, Any], where: str) -> None:
    """One instance, of whatever size: a laptop has one.

    :param where: path of the structure, with its dot
    :raises ValidationException: type or count is missing
    :raises NotImplementedError: more than one, or placed by plan or preference
    """
    refuse(cluster, [*CLUSTER, *PREFERENCES], where)
    for name in ("InstanceType", "InstanceCount"):
        if not cluster.get(name):
            raise ValidationException(f"{where}{name} is missing or zero")
    refuse_value(cluster, "InstanceCount", [1], where)


def check_source(source: dict[str, Any], where: str) -> None:
    """Objects by prefix or by manifest. With one instance every way to share them out is the same.

    :raises NotImplementedError: another kind of source
    """
    refuse(source, SOURCE, where)
    refuse_value(source, "S3DataType", ["S3Prefix", "ManifestFile"], where)
