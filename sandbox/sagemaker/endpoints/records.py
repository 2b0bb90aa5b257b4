"""What is remembered of endpoint configurations and endpoints: plain data, because the sandbox pickles it.

Nothing here is changed in place (no append, no update): the state may be written while an endpoint moves on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

REASON_LENGTH = 1024
STEADY = frozenset({"InService", "Failed"})


def now() -> datetime:
    """The present, as every time stamp here has it."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class ServedModel:
    """What one serving process is started from, as it was when the endpoint was made.

    :param name: of the model
    :param image: address of its image
    :param data_url: s3:// address of its ``model.tar.gz``; empty for none
    :param environment: the container's variables
    """

    name: str
    image: str
    data_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Variant:
    """One production variant of an endpoint.

    :param weight: its share of the requests, against the sum of all weights
    :param count: instances asked for; one serving process answers for all of them
    :param resolved_image: the image with its digest, once it was started
    :param startup_seconds: how long it may take until it answers /ping; None for the default
    """

    name: str
    model: ServedModel
    weight: float
    count: int
    startup_seconds: int | None = None
    resolved_image: str = ""
    resolved_at: datetime | None = None

    def summary(self, running: bool) -> dict[str, Any]:
        """As DescribeEndpoint shows it.

        :param running: whether its serving process answers
        """
        shown: dict[str, Any] = {
            "VariantName": self.name,
            "CurrentWeight": self.weight,
            "DesiredWeight": self.weight,
            "CurrentInstanceCount": self.count if running else 0,
            "DesiredInstanceCount": self.count,
        }
        if self.resolved_image:
            image = {"SpecifiedImage": self.model.image, "ResolvedImage": self.resolved_image}
            shown["DeployedImages"] = [{**image, "ResolutionTime": self.resolved_at}]
        return shown


@dataclass
class EndpointConfig:
    """One endpoint configuration; it never changes.

    :param request: the members of CreateEndpointConfig
    """

    name: str
    arn: str
    request: dict[str, Any]
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)

    @property
    def state(self) -> str:
        """None: lists do not ask for it."""
        return ""

    def summary(self) -> dict[str, Any]:
        """As ListEndpointConfigs shows it."""
        return {"EndpointConfigName": self.name, "EndpointConfigArn": self.arn, "CreationTime": self.created_at}

    def describe(self) -> dict[str, Any]:
        """As DescribeEndpointConfig shows it."""
        return {**{name: self.request[name] for name in self.request if name != "Tags"}, **self.summary()}


@dataclass(frozen=True)
class Deployment:
    """What an endpoint serves, or is on its way to serve.

    :param capture: the DataCaptureConfig; None for none
    """

    config_name: str
    variants: tuple[Variant, ...]
    capture: dict[str, Any] | None
    started_at: datetime = field(default_factory=now)

    def weighted(self, wishes: dict[str, dict[str, Any]]) -> Deployment:
        """The same with other weights and counts; what a wish leaves out keeps its value.

        :param wishes: DesiredWeightAndCapacity by variant
        """
        variants = tuple(
            replace(
                each,
                weight=wishes.get(each.name, {}).get("DesiredWeight", each.weight),
                count=wishes.get(each.name, {}).get("DesiredInstanceCount", each.count),
            )
            for each in self.variants
        )
        return replace(self, variants=variants)

    def with_images(self, digests: dict[str, str]) -> Deployment:
        """The same, now that its images are known by their digests.

        :param digests: ``sha256:…`` by image address
        """
        at = now()
        variants = tuple(
            replace(each, resolved_image=f"{each.model.image}@{digests[each.model.image]}", resolved_at=at)
            for each in self.variants
        )
        return replace(self, variants=variants)


@dataclass
class Endpoint:
    """One endpoint.

    :param serves: what answers now; for an endpoint that is being created, what shall answer
    :param pending: what an update brings
    :param deployment_config: of the last update
    """

    name: str
    arn: str
    region: str
    serves: Deployment
    status: str = "Creating"
    failure_reason: str = ""
    pending: Deployment | None = None
    deployment_config: dict[str, Any] | None = None
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)

    @property
    def state(self) -> str:
        """Its status, as lists ask for it."""
        return self.status

    def set_status(self, status: str, reason: str = "") -> None:
        """Move on to a status."""
        self.failure_reason, self.updated_at = reason[:REASON_LENGTH], now()
        self.status = status

    def summary(self) -> dict[str, Any]:
        """As ListEndpoints shows it."""
        return {
            "EndpointName": self.name,
            "EndpointArn": self.arn,
            "CreationTime": self.created_at,
            "LastModifiedTime": self.updated_at,
            "EndpointStatus": self.status,
        }

    def describe(self, running: set[str]) -> dict[str, Any]:
        """As DescribeEndpoint shows it.

        :param running: variants whose serving process answers
        """
        described = self.summary() | {"EndpointConfigName": self.serves.config_name}
        if self.status != "Creating":
            described["ProductionVariants"] = [each.summary(each.name in running) for each in self.serves.variants]
        if self.serves.capture is not None:
            described["DataCaptureConfig"] = capture_summary(self.serves.capture, self.status)
        if self.failure_reason:
            described["FailureReason"] = self.failure_reason
        if self.deployment_config is not None:
            described["LastDeploymentConfig"] = self.deployment_config
        pending = self.pending
        if pending is not None:
            described["PendingDeploymentSummary"] = {
                "EndpointConfigName": pending.config_name,
                "ProductionVariants": [each.summary(running=False) for each in pending.variants],
                "StartTime": pending.started_at,
            }
        return described


def capture_summary(capture: dict[str, Any], status: str) -> dict[str, Any]:
    """A DataCaptureConfig as DescribeEndpoint shows it."""
    enabled = bool(capture.get("EnableCapture", True))
    return {
        "EnableCapture": enabled,
        "CaptureStatus": "Started" if enabled and status in ("InService", "Updating", "RollingBack") else "Stopped",
        "CurrentSamplingPercentage": capture["InitialSamplingPercentage"],
        "DestinationS3Uri": capture["DestinationS3Uri"],
        "KmsKeyId": capture.get("KmsKeyId", ""),
    }
