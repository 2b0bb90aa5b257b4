"""Requests held against the service model, and against what the sandbox can truly do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.sagemaker.errors import ValidationException
from sandbox.service_model import counted, problems


def validate(operation: str, parameters: dict[str, Any]) -> None:
    """Hold a request against the service model.

    :param operation: as in the model, ``CreateTrainingJob``
    :raises ValidationException: a member is missing or malformed
    """
    found = problems("sagemaker", operation, parameters)
    if found:
        raise ValidationException(counted(found))


def refuse(members: Mapping[str, Any], names: Iterable[str], where: str = "") -> None:
    """Refuse members that would be accepted and then have no effect.

    :param members: of the request, or of a structure in it
    :param names: those that are not done here
    :param where: path of the structure, with its dot
    :raises NotImplementedError: one of them says something; the gateway answers it as not done here
    """
    for name in names:
        if members.get(name):
            raise NotImplementedError(f"{where}{name}")


def refuse_value(members: Mapping[str, Any], name: str, done: Iterable[Any], where: str = "") -> None:
    """Refuse all values of a member but those that are done here.

    :raises NotImplementedError: it has another
    """
    known = list(done)
    if members.get(name) is not None and members[name] not in known:
        shown = ", ".join(str(each) for each in known)
        raise NotImplementedError(f"{where}{name} {members[name]} (there is {shown})")


def check_role(request: Mapping[str, Any], account_id: str, name: str = "RoleArn") -> None:
    """Refuse another account's role.

    :raises ValidationException: it is one
    """
    if name in request and request[name].split(":")[4] != account_id:
        raise ValidationException(f"{name}: cross-account pass role is not allowed.")
