"""What was sent to SNS topics, for a person to read: ``/_sandbox/messages``. Nothing leaves the machine."""

from __future__ import annotations

import json
from typing import Any

from moto.sns.models import sns_backends

from sandbox.locks import group_lock
from sandbox.pages import Page, as_json
from sandbox.services import SERVICES
from sandbox.settings import ACCOUNT_ID

SHOWN = 200


def answer(method: str, path: str, _: bytes) -> Page:
    """The newest messages of every topic, oldest first: topic, subject, text and attributes."""
    if method != "GET":
        return as_json(405, {"error": f"{path}: GET only"})
    with group_lock(SERVICES["sns"].group):
        sent = [
            {
                "topic": topic.name,
                "id": identifier,
                "subject": subject,
                "text": _delivered(text),
                "attributes": _flat(attributes),
            }
            for backend in sns_backends[ACCOUNT_ID].values()
            for topic in backend.topics.values()
            for identifier, text, subject, attributes, _ in topic.sent_notifications[-SHOWN:]
        ]
    return as_json(200, {"messages": sent})


def _delivered(text: str) -> str:
    """The text that subscribers get: of a message with one for each protocol (MessageStructure json) the default."""
    try:
        content = json.loads(text)
    except ValueError:
        return text
    return str(content["default"]) if isinstance(content, dict) and "default" in content else text


def _flat(attributes: dict[str, Any] | None) -> dict[str, str]:
    return {name: str(attribute["Value"]) for name, attribute in (attributes or {}).items()}
