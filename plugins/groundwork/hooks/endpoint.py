"""A model's SageMaker endpoint: what a release needs of it, and the requests that prove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook
from botocore.exceptions import ClientError

from groundwork.hooks.aws_retries import retrying
from groundwork.spec import names
from groundwork.spec.environment import Environment
from groundwork.spec.model import Model, Release

LINES = "application/jsonlines"
VARIANT = "primary"
FINAL = ("InService", "Failed", "OutOfService", "UpdateRollbackFailed")
MISSING = ("could not find", "not found", "does not exist")


@dataclass(frozen=True)
class EndpointState:
    """How an endpoint is.

    :param word: SageMaker's; empty where there is no endpoint
    :param config: name of the configuration that it serves, or tries to serve first
    :param pending: name of the configuration that an update brings
    :param detail: why it failed, or why the last update was taken back
    """

    word: str
    config: str | None = None
    pending: str | None = None
    detail: str = ""

    @property
    def moving(self) -> bool:
        """Whether it is on its way to another state."""
        return bool(self.word) and self.word not in FINAL


class EndpointError(Exception):
    """The endpoint does not do what was asked; the message says why."""


class EndpointHook(SageMakerHook):
    """The endpoint of one model.

    :param environment: names the execution role and the bucket for captured requests
    :param model: the model
    """

    def __init__(self, environment: Environment, model: Model) -> None:
        super().__init__(aws_conn_id=None, region_name=environment.region, config=retrying())  # type: ignore[no-untyped-call]
        self._environment = environment
        self._model = model
        self.endpoint = names.endpoint(environment, model.name)

    def prepare(self, name: str, package_arn: str) -> None:
        """Make the SageMaker model and the endpoint configuration of a release; what is there already stays.

        :param name: of both, see ``names.release``
        :param package_arn: the approved package
        :raises EndpointError: the model declares no release, or another package stands under the name
        """
        if self._model.release is None:
            raise EndpointError(f"model {self._model.name} declares no release; add the section to its file")
        role = self._environment.execution_roles["serve"]
        container = {"ModelPackageName": package_arn}
        self._make("model", name, Containers=[container], ExecutionRoleArn=role)
        described = self._sagemaker.describe_model(ModelName=name)
        found = [each.get("ModelPackageName") for each in described.get("Containers", ())] or [
            described.get("PrimaryContainer", {}).get("ModelPackageName")
        ]
        if found != [package_arn]:
            raise EndpointError(f"SageMaker model {name} is made from {found}, not from {package_arn}; delete it")
        self._make("endpoint_config", name, **self._configuration(name, self._model.release))

    def deploy(self, name: str) -> Literal["started", "attached", "served", "busy"]:
        """Let the endpoint serve a configuration, unless it does or is on its way there.

        :param name: of the configuration
        :return: whether this call started it, an earlier one did, it serves already, or another one is under way
        :raises EndpointError: a quota of the account does not allow it
        """
        state = self.state()
        if state.moving:
            return "attached" if name in (state.pending, state.config if state.word == "Creating" else "") else "busy"
        if state.word == "InService" and state.config == name:
            return "served"
        if state.word in ("Failed", "OutOfService"):
            # An endpoint that never came up can be deleted and nothing else.
            self.delete()
            return "busy"
        verb = "update" if state.word else "create"
        try:
            getattr(self._sagemaker, f"{verb}_endpoint")(EndpointName=self.endpoint, EndpointConfigName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceLimitExceeded":
                raise EndpointError(
                    f"SageMaker does not {verb} endpoint {self.endpoint}: {error.response['Error']['Message']} Ask for "
                    "a larger quota, or choose another release.instanceType in the model's file"
                ) from error
            if self.state().moving:  # a lost answer and boto's second try, or another one at the same moment
                return "busy"
            raise
        return "started"

    def delete(self) -> None:
        """Ask for the end of the endpoint; the configurations stay."""
        self._sagemaker.delete_endpoint(EndpointName=self.endpoint)

    def state(self) -> EndpointState:
        """How the endpoint is now."""
        try:
            answer = self._sagemaker.describe_endpoint(EndpointName=self.endpoint)
        except ClientError as error:
            if is_missing(error):
                return EndpointState("")
            raise
        return EndpointState(
            word=answer["EndpointStatus"],
            config=answer.get("EndpointConfigName"),
            pending=answer.get("PendingDeploymentSummary", {}).get("EndpointConfigName"),
            detail=answer.get("FailureReason", ""),
        )

    def invoke(self, lines: bytes) -> bytes:
        """Let the endpoint answer request lines.

        :param lines: JSON Lines
        :return: as many lines
        :raises EndpointError: it refuses them, or does not answer
        """
        runtime: Any = AwsBaseHook(
            aws_conn_id=None,
            client_type="sagemaker-runtime",
            region_name=self._environment.region,
            config=retrying(),
        ).conn
        try:
            answer = runtime.invoke_endpoint(
                EndpointName=self.endpoint, TargetVariant=VARIANT, ContentType=LINES, Accept=LINES, Body=lines
            )
        except ClientError as error:
            said = error.response.get("OriginalMessage") or error.response["Error"]["Message"]
            raise EndpointError(f"endpoint {self.endpoint} does not answer: {said}") from error
        body: bytes = answer["Body"].read()
        return body

    def _configuration(self, name: str, release: Release) -> dict[str, Any]:
        capture = names.capture_prefix(self._environment, self._model.name)
        return {
            "ProductionVariants": [
                {
                    "VariantName": VARIANT,
                    "ModelName": name,
                    "InitialInstanceCount": release.instance_count,
                    "InstanceType": release.instance_type,
                    "InitialVariantWeight": 1.0,
                }
            ],
            "DataCaptureConfig": {
                "EnableCapture": release.capture_percent > 0,
                "InitialSamplingPercentage": release.capture_percent,
                "DestinationS3Uri": capture.rstrip("/"),
                "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
                "CaptureContentTypeHeader": {"JsonContentTypes": [LINES]},
            },
        }

    def _make(self, kind: Literal["model", "endpoint_config"], name: str, **content: Any) -> None:
        """Create what is not there."""
        parameter = "ModelName" if kind == "model" else "EndpointConfigName"
        try:
            getattr(self._sagemaker, f"describe_{kind}")(**{parameter: name})
        except ClientError as error:
            if not is_missing(error):
                raise
            getattr(self._sagemaker, f"create_{kind}")(**{parameter: name}, **content)

    @property
    def _sagemaker(self) -> Any:
        return self.conn


def is_missing(error: ClientError) -> bool:
    """Whether an answer says that what was asked about is not there."""
    found = error.response["Error"]
    return found["Code"] == "ResourceNotFound" or (
        found["Code"] == "ValidationException" and any(word in found["Message"].lower() for word in MISSING)
    )
