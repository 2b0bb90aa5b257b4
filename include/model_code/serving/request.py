"""Reads request lines; what is not exactly what the model needs is refused whole, with line and field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from model_code.manifest import Manifest

FLOAT_LIMIT = 3.4028234663852886e38
"""Largest number of 32 bits, with which xgboost computes."""
PARTS = {"key", "features"}
KINDS = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}


class RequestError(Exception):
    """A request that cannot be answered; the message names line and field."""


@dataclass(frozen=True)
class Request:
    """One line.

    :param key: given back as it came
    :param features: a value, or None, for each feature of the model
    """

    key: dict[str, Any]
    features: dict[str, Any]


def read_requests(body: bytes, manifest: Manifest) -> list[Request]:
    """All lines of a body.

    :param body: JSON Lines
    :param manifest: of the model that shall answer
    :raises RequestError: a line that cannot be answered, so that none is
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise RequestError(f"byte {error.start}: the body is not UTF-8") from error
    if not text.strip():
        raise RequestError("line 1: there is none; send one JSON object a line")
    # Not splitlines: JSON's texts may hold other separators as they are.
    lines = text.removesuffix("\n").split("\n")
    types: dict[str, str] = {feature.name: feature.type for feature in manifest.features}
    return [_request(number, line, types) for number, line in enumerate(lines, start=1)]


def columns(requests: Sequence[Request], manifest: Manifest) -> dict[str, list[Any]]:
    """The requests' values by feature, as the encoder takes them."""
    return {feature.name: [each.features[feature.name] for each in requests] for feature in manifest.features}


def _request(number: int, line: str, types: dict[str, str]) -> Request:
    try:
        content = json.loads(line, object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"line {number}: not JSON: {error}") from error
    if not isinstance(content, dict) or content.keys() != PARTS:
        shown = sorted(content) if isinstance(content, dict) else type(content).__name__
        raise RequestError(f"line {number}: is {shown}; send an object with key and features")
    for part in PARTS:
        if not isinstance(content[part], dict):
            raise RequestError(f"line {number}, {part}: is {_kind(content[part])}; send an object")
    features = content["features"]
    if features.keys() != types.keys():
        raise RequestError(f"line {number}, features: {_difference(features, types)}")
    for name, value in features.items():
        if problem := _problem(value, types[name]):
            raise RequestError(f"line {number}, {name}: {problem}")
    return Request(content["key"], features)


def _problem(value: Any, kind: str) -> str | None:
    if value is None:
        return None
    if kind == "category":
        return None if isinstance(value, str) else f"is {_kind(value)}; send a text or null"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"is {_kind(value)}; send a number or null"
    return None if abs(value) <= FLOAT_LIMIT else "is too large for a number of 32 bits"


def _difference(features: dict[str, Any], types: dict[str, str]) -> str:
    said = [("missing", types.keys() - features.keys()), ("unknown", features.keys() - types.keys())]
    return "; ".join(f"{word}: {', '.join(sorted(names))}" for word, names in said if names)


def _kind(value: Any) -> str:
    return KINDS.get(type(value), "null")


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} is there twice")
        found[name] = value
    return found


def _constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON; send null where there is no value")
