"""Requests held against AWS's own description of a service: what must be there, and what it may look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session

# Unicode classes of Java's patterns, which Python's lack; inside of a set each stands for characters.
CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s", r"\p{Alnum}": "a-zA-Z0-9"}


@cache
def service_model(service: str) -> Any:
    """The model of a service, as botocore has it."""
    return botocore.session.get_session().get_service_model(service)


def problems(service: str, operation: str, parameters: dict[str, Any]) -> list[str]:
    """What of a request does not satisfy the model, in AWS's words; nothing when all does.

    :param service: botocore's name of the service
    :param operation: as in the model, ``StartJobRun``
    :param parameters: the request's members
    """
    shape = service_model(service).operation_model(operation).input_shape
    return list(_problems(shape, parameters, ""))


def counted(found: list[str]) -> str:
    """The message of a validation error."""
    return f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: {'; '.join(found)}"


def _problems(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from _structure_problems(shape, value, path)
    elif shape.type_name == "list":
        # moto reads a list of the query string that is not there as an empty one
        yield from _size_problems(shape, len(value), path) if value else ()
        for index, each in enumerate(value):
            yield from _problems(shape.member, each, f"{path}.{index + 1}.member")
    elif shape.type_name == "map":
        yield from _size_problems(shape, len(value), path)
        for key, each in value.items():
            yield from _problems(shape.value, each, _join(path, key))
    elif shape.type_name in ("integer", "long"):
        yield from _range_problems(shape, value, path)
    elif shape.type_name == "string":
        yield from _string_problems(shape, value, path)


def _structure_problems(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _problems(member, value[name], _join(path, name))


def _size_problems(shape: Any, size: int, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", float("inf"))
    if not least <= size <= most:
        yield f"Value at '{path}' failed to satisfy constraint: Member must have length between {least} and {most}"


def _range_problems(shape: Any, value: int, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min", float("-inf")), shape.metadata.get("max", float("inf"))
    if not least <= value <= most:
        yield f"Value at '{path}' failed to satisfy constraint: Member must be between {least} and {most}"


def _string_problems(shape: Any, value: str, path: str) -> Iterator[str]:
    failed = f"Value at '{path}' failed to satisfy constraint: Member must"
    yield from _size_problems(shape, len(value), path)
    if shape.enum and value not in shape.enum:
        yield f"{failed} satisfy enum value set: {shape.enum}"
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, value):
        yield f"{failed} satisfy regular expression pattern: {pattern}"


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """A pattern of the model; None where it is one of Java's that has no equivalent here, and so says nothing."""
    for java, python in CLASSES.items():
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error:
        return None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
