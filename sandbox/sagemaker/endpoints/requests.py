"""What of an endpoint's requests cannot be carried out here, and what a configuration means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from sandbox.sagemaker.endpoints.records import Deployment, EndpointConfig, ServedModel, Variant
from sandbox.sagemaker.errors import ValidationException
from sandbox.sagemaker.validation import refuse, refuse_value

# What would be accepted and then have no effect is refused instead.
CONFIG_NOT_HERE = (
    "AsyncInferenceConfig",
    "ExplainerConfig",
    "ShadowProductionVariants",
    "VpcConfig",
    "EnableNetworkIsolation",
    "KmsKeyId",
    "MetricsConfig",
    "ExecutionRoleArn",
)
VARIANT_NOT_HERE = (
    "ServerlessConfig",
    "AcceleratorType",
    "CoreDumpConfig",
    "EnableSSMAccess",
    "InstancePools",
    "ManagedInstanceScaling",
    "RoutingConfig",
    "InferenceAmiVersion",
    "CapacityReservationConfig",
)
FindModel = Callable[[str], ServedModel]


def check_config(request: dict[str, Any], find_model: FindModel) -> None:
    """Hold a CreateEndpointConfig against what is here.

    :param find_model: the model of a name; raises where there is none
    :raises ValidationException: a variant that cannot be, or a model that is not there
    :raises NotImplementedError: names what the sandbox does not do
    """
    refuse(request, CONFIG_NOT_HERE)
    names = [each["VariantName"] for each in request["ProductionVariants"]]
    if len(set(names)) < len(names):
        raise ValidationException(f"Two or more variants have the same name: {', '.join(names)}.")
    for each in request["ProductionVariants"]:
        refuse(each, VARIANT_NOT_HERE, f"ProductionVariants.{each['VariantName']}.")
        for member in ("ModelName", "InstanceType", "InitialInstanceCount"):
            if each.get(member) is None:
                raise ValidationException(f"Variant {each['VariantName']} must have {member}.")
    capture = request.get("DataCaptureConfig")
    if capture is not None:
        refuse(capture, ("KmsKeyId",), "DataCaptureConfig.")
        address = urlsplit(capture["DestinationS3Uri"])
        if address.scheme != "s3" or not address.netloc:
            raise ValidationException(f"DestinationS3Uri {capture['DestinationS3Uri']} must be s3://bucket/prefix.")
    for each in request["ProductionVariants"]:
        find_model(each["ModelName"])


def check_deployment_config(config: dict[str, Any]) -> None:
    """Hold the way of an update against what is here: the new fleet takes all requests at once.

    :raises NotImplementedError: names what the sandbox does not do
    """
    refuse(config, ("RollingUpdatePolicy", "AutoRollbackConfiguration"), "DeploymentConfig.")
    policy = config.get("BlueGreenUpdatePolicy", {})
    refuse(policy, ("MaximumExecutionTimeoutInSeconds",), "DeploymentConfig.BlueGreenUpdatePolicy.")
    routing = policy.get("TrafficRoutingConfiguration", {})
    refuse_value(
        routing, "Type", ["ALL_AT_ONCE"], "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration."
    )


def deployment_of(config: EndpointConfig, find_model: FindModel) -> Deployment:
    """What a configuration asks an endpoint to serve, with the models as they are now.

    :param find_model: the model of a name; raises where there is none
    """
    variants = tuple(
        Variant(
            name=each["VariantName"],
            model=find_model(each["ModelName"]),
            weight=float(each.get("InitialVariantWeight", 1.0)),
            count=int(each["InitialInstanceCount"]),
            startup_seconds=each.get("ContainerStartupHealthCheckTimeoutInSeconds"),
        )
        for each in config.request["ProductionVariants"]
    )
    return Deployment(config.name, variants, config.request.get("DataCaptureConfig"))


def retained(new: Deployment, old: Deployment, excluded: set[str]) -> Deployment:
    """A deployment with the properties that variants of the same name have now, and with the capture of now.

    :param excluded: properties that come from the new configuration all the same
    """
    before = {each.name: each for each in old.variants}
    variants = tuple(
        replace(
            each,
            weight=each.weight if "DesiredWeight" in excluded else before.get(each.name, each).weight,
            count=each.count if "DesiredInstanceCount" in excluded else before.get(each.name, each).count,
        )
        for each in new.variants
    )
    return replace(new, variants=variants, capture=new.capture if "DataCaptureConfig" in excluded else old.capture)


def wait_seconds(config: dict[str, Any] | None) -> int:
    """How long the old fleet stays up beside the new one, as the way of an update says."""
    policy = (config or {}).get("BlueGreenUpdatePolicy", {})
    routing = policy.get("TrafficRoutingConfiguration", {})
    return int(routing.get("WaitIntervalInSeconds", 0)) + int(policy.get("TerminationWaitInSeconds", 0))
