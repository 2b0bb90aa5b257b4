"""Requests held against the service model, and against what the sandbox can truly do."""

from __future__ import annotations

from typing import Any

from sandbox.emr_serverless.errors import ValidationException
from sandbox.service_model import counted, problems

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


def validate(operation: str, parameters: dict[str, Any]) -> None:
    """Hold a request against the service model.

    :param operation: as in the model, ``StartJobRun``
    :param parameters: the request's members
    :raises ValidationException: a member is missing, malformed or not done in the sandbox
    """
    found = problems("emr-serverless", operation, parameters)
    found += [
        f"Value at '{name}' is not in the sandbox: leave it out, or run against AWS"
        for name in NOT_HERE.get(operation, ())
        if parameters.get(name)
    ]
    if found:
        raise ValidationException(counted(found))


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
