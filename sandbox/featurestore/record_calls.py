"""PutRecord, GetRecord, DeleteRecord and BatchGetRecord, as the Feature Store runtime answers them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.core.exceptions import ServiceException

from sandbox.errors import Answer, error
from sandbox.featurestore.definition import check_values
from sandbox.featurestore.event_time import MICROSECONDS, iso, microseconds
from sandbox.featurestore.group import FeatureGroup, seconds_of
from sandbox.featurestore.record_store import Event, RecordStore
from sandbox.sagemaker.signature import region_of
from sandbox.service_model import counted, problems
from sandbox.services import Call

SERVICE = "sagemaker-featurestore-runtime"
STATUS = {"ValidationError": 400, "ResourceNotFound": 404}
FindGroup = Callable[[str, str], FeatureGroup | None]


class Refused(ServiceException):
    """A call that cannot be carried out; the code says why."""


class RecordCalls:
    """Carries out the calls of the runtime.

    :param find: the feature group of a region by its name; None where there is none
    :param store: the records
    """

    def __init__(self, find: FindGroup, store: RecordStore):
        self._find = find
        self._store = store

    def answer(self, call: Call, environ: dict[str, Any], body: bytes) -> Answer:
        """The answer to one request."""
        actions = {
            "PutRecord": self._put,
            "GetRecord": self._get,
            "DeleteRecord": self._delete,
            "BatchGetRecord": self._batch_get,
        }
        try:
            request = read_request(call.action, environ, body)
            answered = actions[call.action](region_of(environ), request)
        except Refused as refused:
            return error(call, STATUS[refused.code], refused.code, refused.message)
        except ValueError as wrong:
            return error(call, 400, "ValidationError", f"Validation Error: {wrong}")
        content = b"" if answered is None else json.dumps(answered).encode()
        return Answer(200, content, [("Content-Type", "application/json")])

    def _put(self, region: str, request: dict[str, Any]) -> None:
        group = self._group(region, request["FeatureGroupName"])
        if any("ValueAsStringList" in each for each in request["Record"]):
            raise NotImplementedError("ValueAsStringList (features are no collections here)")
        names = [each["FeatureName"] for each in request["Record"]]
        if len(set(names)) < len(names):
            raise ValueError("a feature comes twice")
        values = {each["FeatureName"]: each["ValueAsString"] for each in request["Record"] if "ValueAsString" in each}
        at = check_values(group, values)
        ttl = seconds_of(request.get("TtlDuration")) or group.ttl_seconds
        event = Event(values[group.identifier], at, values, expires_at=None if ttl is None else at + ttl * MICROSECONDS)
        online, offline = stores(group, request)
        self._store.write(group.key, event, online=online, offline=offline)

    def _get(self, region: str, request: dict[str, Any]) -> dict[str, Any]:
        group = self._online(region, request["FeatureGroupName"])
        names = wanted_names(group, request)
        found = self._store.read(group.key, request["RecordIdentifierValueAsString"])
        return {} if found is None else shown(found, names, request)

    def _delete(self, region: str, request: dict[str, Any]) -> None:
        group = self._group(region, request["FeatureGroupName"])
        identifier, event_time = request["RecordIdentifierValueAsString"], request["EventTime"]
        at = microseconds(event_time, group.types[group.event_time])
        event = Event(identifier, at, {group.identifier: identifier, group.event_time: event_time}, deleted=True)
        online, offline = stores(group, request)
        if request.get("DeletionMode") == "HardDelete" and online:
            if not self._store.remove(group.key, event, offline=offline):
                raise ValueError(f"EventTime: 400 {event_time} is not later than the event time of the record")
        else:
            self._store.write(group.key, event, online=online, offline=offline)

    def _batch_get(self, region: str, request: dict[str, Any]) -> dict[str, Any]:
        records, errors = [], []
        for each in request["Identifiers"]:
            for identifier in each["RecordIdentifiersValueAsString"]:
                named = {"FeatureGroupName": each["FeatureGroupName"], "RecordIdentifierValueAsString": identifier}
                try:
                    group = self._online(region, each["FeatureGroupName"])
                    names = wanted_names(group, each)
                except Refused as refused:
                    errors.append({**named, "ErrorCode": refused.code, "ErrorMessage": refused.message})
                    continue
                found = self._store.read(group.key, identifier)
                if found is not None:
                    records.append({**named, **shown(found, names, request)})
        return {"Records": records, "Errors": errors, "UnprocessedIdentifiers": []}

    def _group(self, region: str, name_or_arn: str) -> FeatureGroup:
        name = name_or_arn.rsplit("/", 1)[-1]
        group = self._find(region, name)
        if group is None or group.status != "Created":
            status = f", it is {group.status}" if group else ""
            raise Refused("ResourceNotFound", f"Resource Not Found: no feature group {name} takes calls{status}.")
        return group

    def _online(self, region: str, name_or_arn: str) -> FeatureGroup:
        group = self._group(region, name_or_arn)
        if not group.is_online:
            raise Refused("ValidationError", f"Validation Error: feature group {group.name} has no online store.")
        return group


def stores(group: FeatureGroup, request: dict[str, Any]) -> tuple[bool, bool]:
    """Whether a call reaches the online store, and the offline store: those of the group unless it names fewer.

    :raises ValueError: it names one that the group does not have
    """
    there = {"OnlineStore": group.is_online, "OfflineStore": group.is_offline}
    wanted = request.get("TargetStores") or [name for name, is_there in there.items() if is_there]
    for name in wanted:
        if not there[name]:
            raise ValueError(f"TargetStores: feature group {group.name} has no {name}")
    return "OnlineStore" in wanted, "OfflineStore" in wanted


def wanted_names(group: FeatureGroup, request: dict[str, Any]) -> list[str]:
    """The features that a call asks for, in its order; all of them where it names none.

    :raises Refused: it names one that the group does not have
    """
    names: list[str] = request.get("FeatureNames") or list(group.types)
    unknown = [name for name in names if name not in group.types]
    if unknown:
        message = f"Validation Error: features {', '.join(unknown)} are none of the feature group {group.name}."
        raise Refused("ValidationError", message)
    return names


def shown(found: Event, names: list[str], request: dict[str, Any]) -> dict[str, Any]:
    """A record as the API has it: features without a value are left out."""
    record = [{"FeatureName": name, "ValueAsString": found.values[name]} for name in names if name in found.values]
    answer: dict[str, Any] = {"Record": record}
    if request.get("ExpirationTimeResponse") == "Enabled" and found.expires_at is not None:
        answer["ExpiresAt"] = iso(found.expires_at)
    return answer


def read_request(action: str, environ: dict[str, Any], body: bytes) -> dict[str, Any]:
    """The members of a request, held against the service model.

    :raises Refused: one is missing or malformed
    """
    request = json.loads(body) if body else {}
    if not isinstance(request, dict):
        raise Refused("ValidationError", "The request is not a JSON object.")
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    for member, name in (("FeatureNames", "FeatureName"), ("TargetStores", "TargetStores")):
        if name in query:
            request[member] = query[name]
    for name in ("RecordIdentifierValueAsString", "EventTime", "DeletionMode", "ExpirationTimeResponse"):
        if name in query:
            request[name] = query[name][0]
    if action != "BatchGetRecord":
        path = environ.get("RAW_URI", environ["PATH_INFO"]).split("?", 1)[0]
        request["FeatureGroupName"] = unquote(path.removeprefix("/FeatureGroup/"))
    found = problems(SERVICE, action, request)
    if found:
        raise Refused("ValidationError", counted(found))
    return request
