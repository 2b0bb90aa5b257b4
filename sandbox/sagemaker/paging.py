"""Lists in pages, as SageMaker gives them: ten at a time unless asked otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from moto.core.responses import ActionResult

from sandbox.sagemaker.errors import ValidationException

USUAL = 10
T = TypeVar("T")


def page(
    member: str,
    found: Sequence[T],
    wanted: Mapping[str, Any],
    shown: Callable[[T], Mapping[str, Any]],
    named: Callable[[T], str] = lambda each: each.name,  # type: ignore[attr-defined]
) -> ActionResult:
    """One page of what was found; the next one begins at the thing that its token names, whatever came since.

    :param member: of the answer
    :param wanted: the request, with ``MaxResults`` and ``NextToken``
    :param shown: how one of them is shown
    :param named: what tells one from the others
    :raises ValidationException: the token is not one of this list
    """
    names = [named(each) for each in found]
    token = wanted.get("NextToken")
    if token is not None and token not in names:
        raise ValidationException("NextToken does not belong to this list; begin again without it")
    start = names.index(token) if token is not None else 0
    end = start + int(wanted.get("MaxResults", USUAL))
    answer: dict[str, Any] = {member: [shown(each) for each in found[start:end]]}
    return ActionResult(answer | ({"NextToken": names[end]} if end < len(names) else {}))
