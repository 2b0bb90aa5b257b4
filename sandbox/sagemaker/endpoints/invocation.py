"""InvokeEndpoint: from the signed request to the variant's server and back, without the lock of any service."""

from __future__ import annotations

import json
import logging
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from urllib3.exceptions import HTTPError, ReadTimeoutError

from sandbox.errors import Answer, error
from sandbox.sagemaker.endpoints.capture import Capture
from sandbox.sagemaker.endpoints.capture_event import Exchange, Side
from sandbox.sagemaker.endpoints.limits import EndpointLimits
from sandbox.sagemaker.endpoints.live import Live, NoSuchVariant, OutOfService, Route
from sandbox.sagemaker.endpoints.records import now
from sandbox.sagemaker.signature import region_of
from sandbox.services import Call
from sandbox.settings import ACCOUNT_ID

PATH = re.compile(r"/endpoints/([^/]+)/invocations")
MOST_BYTES = 25 * 1024 * 1024
QUOTED_BYTES = 2000
# What SageMaker passes on to a container, and what it passes back.
PASSED_ON = {
    "CONTENT_TYPE": "Content-Type",
    "HTTP_ACCEPT": "Accept",
    "HTTP_X_AMZN_SAGEMAKER_CUSTOM_ATTRIBUTES": "X-Amzn-SageMaker-Custom-Attributes",
    "HTTP_X_AMZN_SAGEMAKER_INFERENCE_ID": "X-Amzn-SageMaker-Inference-Id",
}
NOT_HERE = {
    "HTTP_X_AMZN_SAGEMAKER_TARGET_MODEL": "TargetModel",
    "HTTP_X_AMZN_SAGEMAKER_TARGET_CONTAINER_HOSTNAME": "TargetContainerHostname",
    "HTTP_X_AMZN_SAGEMAKER_ENABLE_EXPLANATIONS": "EnableExplanations",
    "HTTP_X_AMZN_SAGEMAKER_INFERENCE_COMPONENT": "InferenceComponentName",
    "HTTP_X_AMZN_SAGEMAKER_SESSION_ID": "SessionId",
    "HTTP_X_AMZN_SAGEMAKER_PREFIX_AWARE_ID": "PrefixAwareId",
}
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelFailure:
    """What a model answered, or how it failed to, where that is not an answer to the caller.

    :param status: the model's HTTP status; 0 where it gave none
    """

    status: int
    message: str


class Invocations:
    """Carries out InvokeEndpoint.

    :param find: the endpoint of a region by its name; None where there is none
    :param capture: keeps what is to be captured
    :param limits: how long a model may think
    :param chance: chooses the variants
    """

    def __init__(
        self, find: Callable[[str, str], Live | None], capture: Capture, limits: EndpointLimits, chance: random.Random
    ):
        self._find = find
        self._capture = capture
        self._limits = limits
        self._chance = chance

    def answer(self, call: Call, environ: dict[str, Any], body: bytes) -> Answer:
        """The answer to one request.

        :raises NotImplementedError: names what of the request the sandbox does not do
        """
        for header, member in NOT_HERE.items():
            if environ.get(header):
                raise NotImplementedError(member)
        match = PATH.fullmatch(environ["PATH_INFO"])
        name = match[1] if match else ""
        live = self._find(region_of(environ), name)
        if live is None:
            return error(call, 400, "ValidationError", f"Endpoint {name} of account {ACCOUNT_ID} not found.")
        if len(body) > MOST_BYTES:
            message = f"Request size {len(body)} is larger than the {MOST_BYTES} bytes that a body may have."
            return error(call, 400, "ValidationError", message)
        try:
            target = environ.get("HTTP_X_AMZN_SAGEMAKER_TARGET_VARIANT", "")
            with live.route(target, self._chance) as route:
                return self._ask(live, route, environ, body)
        except NoSuchVariant as unknown:
            return error(call, 400, "ValidationError", str(unknown))
        except OutOfService as out:
            return error(call, 503, "ServiceUnavailable", str(out))

    def _ask(self, live: Live, route: Route, environ: dict[str, Any], body: bytes) -> Answer:
        headers = {name: str(environ[key]) for key, name in PASSED_ON.items() if environ.get(key)}
        at = now()
        try:
            heard = route.server.ask("POST", "/invocations", body, headers, self._limits.invoke_seconds)
        except ReadTimeoutError:
            return model_error(live, ModelFailure(0, timed_out(self._limits.invoke_seconds)))
        except HTTPError as broken:
            LOG.info("endpoint %s, variant %s did not answer: %s", live.record.name, route.variant, broken)
            message = "The container for primary ended, or closed the connection, before it had answered."
            return model_error(live, ModelFailure(0, message))
        if not 200 <= heard.status < 300:
            said = heard.data[:QUOTED_BYTES].decode("utf-8", "replace")
            return model_error(live, ModelFailure(heard.status, said))
        exchange = Exchange(
            at,
            Side(headers.get("Content-Type", ""), body),
            Side(heard.headers.get("Content-Type", ""), heard.data),
            headers.get("X-Amzn-SageMaker-Inference-Id", ""),
            headers.get("X-Amzn-SageMaker-Custom-Attributes", ""),
        )
        self._capture.take(route.capture, live.record.name, route.variant, exchange)
        return Answer(200, heard.data, answer_headers(route.variant, heard.headers))


def answer_headers(variant: str, heard: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers of an answer: the model's own that SageMaker passes back, and who gave it."""
    passed = [(name, heard[name]) for name in ("Content-Type", "X-Amzn-SageMaker-Custom-Attributes") if name in heard]
    return [*passed, ("x-Amzn-Invoked-Production-Variant", variant), ("x-amzn-RequestId", str(uuid4()))]


def model_error(live: Live, failure: ModelFailure) -> Answer:
    """ModelError, with what the model said and where its log is."""
    name, region = live.record.name, live.record.region
    group = f"/aws/sagemaker/Endpoints/{name}"
    who = "client" if 400 <= failure.status < 500 else "server"
    message = (
        f'Received {who} error ({failure.status}) from primary with message "{failure.message}". '
        f"See the log group {group} in account {ACCOUNT_ID} for more information."
    )
    body = {
        "ErrorCode": "CLIENT_ERROR_FROM_MODEL" if who == "client" else "SERVER_ERROR_FROM_MODEL",
        "LogStreamArn": f"arn:aws:logs:{region}:{ACCOUNT_ID}:log-group:{group}",
        "Message": message,
        "OriginalMessage": failure.message,
        "OriginalStatusCode": failure.status,
    }
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", "ModelError")]
    return Answer(424, json.dumps(body).encode(), [*headers, ("x-amzn-RequestId", str(uuid4()))])


def timed_out(seconds: float) -> str:
    """What SageMaker says of a model that thinks too long."""
    return (
        f"Your invocation timed out while waiting for a response from container primary within {seconds:g} seconds. "
        "Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
    )
