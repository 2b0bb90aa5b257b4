"""Errors in the shape that each AWS protocol has, so that every SDK raises its own exception with code and message."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from uuid import uuid4
from xml.sax.saxutils import escape

from sandbox.services import SERVICES, Call

# What a service answers when an account asks for more than its quota: status and code.
QUOTA_ERRORS = {
    "sagemaker": (400, "ResourceLimitExceeded"),
    "emr-serverless": (402, "ServiceQuotaExceededException"),
    "dynamodb": (400, "LimitExceededException"),
}
JSON_TYPES = {"json": "application/x-amz-json-1.1", "rest-json": "application/json"}


@dataclass(frozen=True)
class Answer:
    """One complete HTTP answer."""

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


def error(call: Call, status: int, code: str, message: str) -> Answer:
    """An error answer in the protocol of the call."""
    request_id = str(uuid4())
    if call.protocol in JSON_TYPES:
        body = json.dumps({"__type": code, "message": message})
        headers = [("Content-Type", JSON_TYPES[call.protocol]), ("x-amzn-ErrorType", code)]
    else:
        body = xml_error(call, code, message, request_id, "Sender" if status < 500 else "Receiver")
        headers = [("Content-Type", "text/xml")]
    return Answer(status, body.encode(), [*headers, ("x-amzn-RequestId", request_id)])


def xml_error(call: Call, code: str, message: str, request_id: str, fault: str) -> str:
    """S3 has a bare Error, EC2 a list of Errors, everyone else an ErrorResponse."""
    inner = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if call.service == "s3":
        return f"<?xml version='1.0' encoding='UTF-8'?><Error>{inner}<RequestId>{request_id}</RequestId></Error>"
    if call.protocol == "ec2":
        return f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    return (
        f"<ErrorResponse><Error><Type>{fault}</Type>{inner}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )


def not_in_sandbox(call: Call, lacking: str = "") -> Answer:
    """What the sandbox lacks says so: 501, never a success that means nothing.

    :param call: what was asked for
    :param lacking: which part of it is not done, when the rest is
    """
    if call.service in SERVICES:
        mend = "use another, or run this step against AWS"
    else:
        mend = f"switch off the module that needs it, or run against AWS; here are {', '.join(sorted(SERVICES))}"
    part = f" with {lacking}" if lacking else ""
    return error(call, 501, "NotInSandbox", f"{call.service}.{call.action}{part} is not in the sandbox: {mend}")


def throttled(call: Call) -> Answer:
    """The error that makes the service's SDK back off and try again."""
    if call.service == "s3":
        return error(call, 503, "SlowDown", "Please reduce your request rate.")
    return error(call, 400, "ThrottlingException", "Rate exceeded")


def over_quota(call: Call) -> Answer:
    """The error of a service that has no more to give to this account; SDKs do not try again."""
    status, code = QUOTA_ERRORS[call.service]
    return error(call, status, code, f"The account-level service limit for {call.action} is reached.")


def internal(call: Call, message: str) -> Answer:
    """The service's own failure, which SDKs try again."""
    return error(call, 500, "InternalError", message)
