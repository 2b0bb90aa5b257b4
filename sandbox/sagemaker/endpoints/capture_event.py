"""One captured request, as SageMaker writes it: a line of JSON."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

EVENT_VERSION = "0"
DEFAULT_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Side:
    """What went in, or came out.

    :param content_type: as the header said; empty for none
    """

    content_type: str
    body: bytes


@dataclass(frozen=True)
class Exchange:
    """One request with its answer.

    :param inference_id: as the caller gave it; empty for none
    :param custom_attributes: as the caller gave them; empty for none
    """

    at: datetime
    sent: Side
    received: Side
    inference_id: str = ""
    custom_attributes: str = ""


def capture_line(config: dict[str, Any], exchange: Exchange) -> bytes:
    """The line of one exchange, without its end.

    :param config: the DataCaptureConfig; its options say which sides, its content types how they are written
    """
    modes = {option["CaptureMode"] for option in config["CaptureOptions"]}
    captured: dict[str, Any] = {}
    if modes & {"Input", "InputAndOutput"}:
        captured["endpointInput"] = written(config, exchange.sent, "INPUT")
    if modes & {"Output", "InputAndOutput"}:
        captured["endpointOutput"] = written(config, exchange.received, "OUTPUT")
    metadata: dict[str, Any] = {"eventId": str(uuid.uuid4())}
    if exchange.inference_id:
        metadata["inferenceId"] = exchange.inference_id
    metadata["inferenceTime"] = exchange.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if exchange.custom_attributes:
        metadata["customAttributes"] = [exchange.custom_attributes]
    event = {"captureData": captured, "eventMetadata": metadata, "eventVersion": EVENT_VERSION}
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()


def written(config: dict[str, Any], side: Side, mode: str) -> dict[str, str]:
    """One side: as text where its type is named as CSV or JSON and it is text, in base64 otherwise."""
    encoding = encoding_of(config.get("CaptureContentTypeHeader", {}), side.content_type)
    if encoding != "BASE64":
        try:
            data = side.body.decode()
        except UnicodeDecodeError:
            encoding = "BASE64"
    if encoding == "BASE64":
        data = base64.b64encode(side.body).decode()
    return {
        "observedContentType": side.content_type or DEFAULT_TYPE,
        "mode": mode,
        "data": data,
        "encoding": encoding,
    }


def encoding_of(types: dict[str, list[str]], content_type: str) -> str:
    """How a body of this type is written; parameters of the type, such as a charset, do not count."""
    plain = content_type.partition(";")[0].strip().lower()
    for encoding, named in (("CSV", "CsvContentTypes"), ("JSON", "JsonContentTypes")):
        if plain in [each.lower() for each in types.get(named, [])]:
            return encoding
    return "BASE64"
