"""Requests held against the service model, and against what the sandbox can truly do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import botocore.session

from sandbox.emr_serverless.errors import ValidationException

# What would be accepted and then have no effect is refused instead.
NOT_HERE = {
    "CreateApplication": (
        "imageConfiguration",
        "workerTypeSpecifications",
        "interactiveConfiguration",
        "schedulerConfiguration",
        "identityCenterConfiguration",
        "diskEncryptionConfiguration",
    ),
    "StartJobRun": ("retryPolicy", "executionIamPolicy"),
}
NOT_HERE["UpdateApplication"] = NOT_HERE["CreateApplication"]
MINIMUM_TIMEOUT_MINUTES = 5

_MODEL = botocore.session.get_session().get_service_model("emr-serverless")


def validate(operation: str, parameters: dict[str, Any]) -> None:
    """Hold a request against the service model.

    :param operation: as in the model, ``StartJobRun``
    :param parameters: the request's members
    :raises ValidationException: a member is missing, malformed or not done in the sandbox
    """
    shape = _MODEL.operation_model(operation).input_shape
    problems = list(_problems(shape, parameters, ""))
    problems += [
        f"Value at '{name}' is not in the sandbox: leave it out, or run against AWS"
        for name in NOT_HERE.get(operation, ())
        if parameters.get(name)
    ]
    if problems:
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected"
        raise ValidationException(f"{count}: {'; '.join(problems)}")


def _problems(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from _structure_problems(shape, value, path)
    elif shape.type_name == "list":
        for index, each in enumerate(value):
            yield from _problems(shape.member, each, f"{path}.{index + 1}.member")
    elif shape.type_name == "map":
        for key, each in value.items():
            yield from _problems(shape.value, each, _join(path, key))
    elif shape.type_name == "string":
        yield from _string_problems(shape, value, path)


def _structure_problems(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _problems(member, value[name], _join(path, name))


def _string_problems(shape: Any, value: str, path: str) -> Iterator[str]:
    failed = f"Value at '{path}' failed to satisfy constraint: Member must"
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", float("inf"))
    if not least <= len(value) <= most:
        yield f"{failed} have length between {least} and {most}"
    if shape.enum and value not in shape.enum:
        yield f"{failed} satisfy enum value set: {shape.enum}"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value, re.DOTALL):
        yield f"{failed} satisfy regular expression pattern: {pattern}"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def validate_job(request: dict[str, Any], account_id: str) -> None:
    """Hold a StartJobRun against what the sandbox runs.

    :raises ValidationException: another driver than Spark, another account's role, a mode or classification not here
    """
    if request["executionRoleArn"].split(":")[4] != account_id:
        raise ValidationException("Cross-account pass role is not allowed.")
    if "sparkSubmit" not in request.get("jobDriver", {}):
        raise ValidationException("Value at 'jobDriver': only sparkSubmit is in the sandbox; Hive runs on AWS alone")
    if request.get("mode", "BATCH") != "BATCH":
        raise ValidationException("Value at 'mode': only BATCH is in the sandbox")
    minutes = int(request.get("executionTimeoutMinutes", 0))
    if 0 < minutes < MINIMUM_TIMEOUT_MINUTES:
        raise ValidationException(f"executionTimeoutMinutes must be at least {MINIMUM_TIMEOUT_MINUTES} minutes, or 0.")
    validate_configurations(request.get("configurationOverrides", {}).get("applicationConfiguration", []))


def validate_configurations(configurations: list[dict[str, Any]]) -> None:
    """Refuse classifications that would be ignored.

    :raises ValidationException: another classification than spark-defaults, or nested ones
    """
    for each in configurations:
        if each["classification"] != "spark-defaults" or each.get("configurations"):
            raise ValidationException(
                f"Classification '{each['classification']}' is not in the sandbox; 'spark-defaults' is, without nesting"
            )
