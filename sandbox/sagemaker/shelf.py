"""Records by name: found, listed, and told from each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar

from sandbox.sagemaker.errors import ValidationException


class Record(Protocol):
    """What a shelf asks of what lies on it."""

    @property
    def name(self) -> str:
        """What tells it from the others on its shelf."""

    @property
    def arn(self) -> str:
        """What tells it from everything."""

    @property
    def created_at(self) -> datetime:
        """When it was made."""

    @property
    def updated_at(self) -> datetime:
        """When it changed last."""

    @property
    def state(self) -> str:
        """What ``StatusEquals`` is held against; empty where there is no such thing."""


R = TypeVar("R", bound=Record)


class Shelf(Generic[R]):
    """The records of one kind, of one account and region. Nothing is changed in place: it is pickled meanwhile.

    :param missing: what is answered for a name that is not there; ``{name}`` stands for it
    """

    def __init__(self, missing: str):
        self._missing = missing
        self.records: dict[str, R] = {}

    def __iter__(self) -> Iterator[R]:
        return iter(list(self.records.values()))

    def __contains__(self, name: str) -> bool:
        return name in self.records

    def put(self, record: R) -> R:
        """Add it, or replace the one of the same name."""
        self.records = {**self.records, record.name: record}
        return record

    def get(self, name: str) -> R:
        """The record.

        :raises ValidationException: there is none; SageMaker's own code for it, and callers rely on that
        """
        if name not in self.records:
            raise ValidationException(self._missing.format(name=name))
        return self.records[name]

    def remove(self, name: str) -> R:
        """Take it away.

        :raises ValidationException: there is none
        """
        record = self.get(name)
        self.records = {key: each for key, each in self.records.items() if key != name}
        return record

    def listed(self, wanted: Mapping[str, Any]) -> list[R]:
        """Those that a list action asks for, in its order: newest first unless it says otherwise.

        :param wanted: the action's members, as SageMaker's list actions share them
        """
        return in_order([each for each in self if matches(each, wanted)], wanted)


def matches(record: Record, wanted: Mapping[str, Any]) -> bool:
    """Whether a record is one that a list action asks for."""
    return (
        wanted.get("NameContains", "").lower() in record.name.lower()
        and wanted.get("StatusEquals", record.state) == record.state
        and _between(record.created_at, wanted, "CreationTime")
        and _between(record.updated_at, wanted, "LastModifiedTime")
    )


def in_order(records: Iterable[R], wanted: Mapping[str, Any]) -> list[R]:
    """Sorted as ``SortBy`` and ``SortOrder`` say: newest first where they say nothing."""
    keys = {"Name": lambda each: each.name, "Status": lambda each: each.state}
    key = keys.get(wanted.get("SortBy", ""), lambda each: each.created_at)
    return sorted(records, key=key, reverse=wanted.get("SortOrder", "Descending") == "Descending")


def _between(at: datetime, wanted: Mapping[str, Any], name: str) -> bool:
    after, before = wanted.get(f"{name}After"), wanted.get(f"{name}Before")
    return (after is None or at > _aware(after)) and (before is None or at < _aware(before))


def _aware(at: datetime) -> datetime:
    """A time of the request; moto reads it as UTC and leaves that unsaid."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
