"""Reads an Open Data Contract Standard file and narrows it to what Groundwork carries out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from open_data_contract_standard.model import CustomProperty, OpenDataContractStandard, SchemaObject, Team

from groundwork.spec import names
from groundwork.spec.contract import Column, Contract, Landing
from groundwork.spec.contract_columns import ColumnReader
from groundwork.spec.contract_sla import latency_hours
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.expectation import Expectation
from groundwork.spec.expectation_columns import column_problems, with_uniqueness
from groundwork.spec.odcs_quality import to_expectation
from groundwork.spec.yaml_file import KeyPath, YamlFile

LANDING_SERVER = "landing"
API_VERSIONS = ("v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0")
CONTRACT_PROPERTIES = {
    "groundwork.loadMode": "load_mode",
    "groundwork.deleteFlag": "delete_flag",
    "groundwork.history": "history",
    "groundwork.eventTime": "event_time",
    "groundwork.knownAt": "known_at",
    "groundwork.knownInAdvance": "known_in_advance",
    "groundwork.schedule": "schedule",
    "groundwork.refineWithAcquire": "refine_with_acquire",
}
LANDING_PROPERTIES = {"groundwork.completeness": "completeness", "groundwork.evolution": "evolution"}
_TIMES = ("timestamp", "date")


def read_contract(path: Path) -> Contract:
    """The contract in a file.

    :param path: ``<product>.yaml``
    :raises SpecError: it is not ODCS, or asks for what Groundwork does not carry out; names line, field and mend
    """
    _check_name(path)
    file = YamlFile(path)
    return _Reader(file, file.parse(OpenDataContractStandard)).contract()


def _check_name(path: Path) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", path.stem):
        mend = "Name it <product>.yaml: lower-case letters, digits and _, a letter first, at most 63"
        raise SpecError(f"{path.stem!r} is no product name", file=path, mend=mend)
    if path.stem == LANDING_SERVER or path.stem.endswith((names.UNREADABLE, names.DELETIONS)):
        mend = f"'landing' means the files, …{names.UNREADABLE} and …{names.DELETIONS} tables beside a product's own"
        raise SpecError(f"the name {path.stem!r} is taken", file=path, mend=mend)


class _Reader:
    """Collects every problem of one file, so that a steward mends them in one go."""

    def __init__(self, file: YamlFile, odcs: OpenDataContractStandard) -> None:
        self.file = file
        self.odcs = odcs
        self.product = file.path.stem
        self.problems: list[SpecError] = []
        self.read_columns = ColumnReader(file, self.problems).read
        self.places: dict[str, KeyPath] = {}

    def problem(self, path: KeyPath, problem: str, mend: str | None = None) -> None:
        self.problems.append(self.file.error(path, problem, mend))

    def contract(self) -> Contract:
        self._header()
        content = self._content()
        contract = None
        try:
            contract = self.file.parse(Contract, content=content, places=self.places)
        except SpecErrors as errors:
            told = {problem.field for problem in self.problems}
            self.problems.extend(error for error in errors.problems if error.field not in told)
        if self.problems or contract is None:
            raise SpecErrors(self.problems)
        return contract

    def _content(self) -> dict[str, Any]:
        odcs = self.odcs
        objects = self._objects()
        index, table = objects.get(self.product, (0, SchemaObject(name=self.product, properties=[])))
        columns = self.read_columns(("schema", index), table) if self.product in objects else ()
        properties = self._properties(("customProperties",), odcs.customProperties, CONTRACT_PROPERTIES, self.places)
        expectations = self._expectations(index, table)
        if len(columns) == len(table.properties or ()):
            self._references(columns, properties, expectations)
        description = odcs.description
        return {
            "product": self.product,
            "id": odcs.id or "",
            "version": odcs.version or "",
            "title": odcs.dataProduct or odcs.name or self.product,
            "domain": odcs.domain or "",
            "status": odcs.status or "draft",
            "owner": self._owner(),
            "purpose": (description and description.purpose) or "",
            "limitations": (description and description.limitations) or "",
            "usage": (description and description.usage) or "",
            "tags": tuple(odcs.tags or ()),
            "columns": columns,
            "landing": self._landing(objects.get(LANDING_SERVER), columns),
            "expectations": with_uniqueness(columns, [expectation for expectation, _ in expectations]),
            "latency_hours": self._latency(properties.get("event_time")),
            **properties,
        }

    def _latency(self, event_time: Any) -> float | None:
        elements = (self.product, f"{self.product}.{event_time}") if event_time else ()
        return latency_hours(self.odcs.slaProperties, elements, self.problem)

    def _header(self) -> None:
        odcs = self.odcs
        if odcs.kind != "DataContract":
            self.problem(("kind",), f"is {odcs.kind!r}", "Write kind: DataContract")
        if odcs.apiVersion not in API_VERSIONS:
            self.problem(("apiVersion",), f"is {odcs.apiVersion!r}", f"Use one of {', '.join(API_VERSIONS)}")
        for key in ("id", "version", "domain", "status"):
            if not getattr(odcs, key):
                self.problem((key,), "is missing", "Add it")

    def _owner(self) -> str:
        team = self.odcs.team
        members = (team.members if isinstance(team, Team) else team) or []
        owners = [member.username for member in members if member.role == "owner" and member.username]
        if len(owners) != 1:
            self.problem(("team",), f"names {len(owners)} owners", "Name one member with role: owner and a username")
        return owners[0] if owners else ""

    def _objects(self) -> dict[str, tuple[int, SchemaObject]]:
        """Name → place and object: the product's table and, where declared, the fields of its landing files."""
        found: dict[str, tuple[int, SchemaObject]] = {}
        for index, item in enumerate(self.odcs.schema_ or ()):
            name = item.name or ""
            if name not in (self.product, LANDING_SERVER):
                mend = f"Use {self.product!r} (the file's stem) for the table and 'landing' for the files' fields"
                self.problem(("schema", index, "name"), f"is {name!r}", mend)
            elif name in found:
                self.problem(("schema", index, "name"), f"{name!r} stands twice", "Keep one of the two")
            if name == LANDING_SERVER and item.quality:
                self.problem(("schema", index, "quality"), "is not supported for files", "Put it under the table")
            found[name] = (index, item)
        if self.product not in found:
            self.problem(("schema",), f"has no object named {self.product!r}", "Name the table as the file's stem")
        return found

    def _landing(self, entry: tuple[int, SchemaObject] | None, columns: tuple[Column, ...]) -> Landing | None:
        if entry:
            columns = self.read_columns(("schema", entry[0]), entry[1])
        servers = [
            (index, server) for index, server in enumerate(self.odcs.servers or ()) if server.server == LANDING_SERVER
        ]
        if not servers:
            return None
        index, server = servers[0]
        path: KeyPath = ("servers", index)
        if len(servers) > 1:
            self.problem(("servers", servers[1][0]), "a second server is named 'landing'", "Keep one of them")
        if server.type != "s3":
            self.problem((*path, "type"), f"{server.type!r} is not supported", "Use s3")
        keys = ("location", "format", "delimiter", "encoding")
        content = {key: getattr(server, key) for key in keys if getattr(server, key) is not None}
        places: dict[str, KeyPath] = {}
        properties = self._properties((*path, "customProperties"), server.customProperties, LANDING_PROPERTIES, places)
        try:
            return self.file.parse(Landing, path, {**content, **properties, "columns": columns}, places)
        except SpecErrors as errors:
            self.problems.extend(errors.problems)
            return None

    def _properties(
        self,
        path: KeyPath,
        declared: list[CustomProperty] | None,
        known: dict[str, str],
        places: dict[str, KeyPath],
    ) -> dict[str, Any]:
        """Field → value of the properties that are ours; where each stands is added to ``places``."""
        found: dict[str, Any] = {}
        for index, item in enumerate(declared or ()):
            place: KeyPath = (*path, index)
            name = item.property or ""
            if name in known and known[name] in found:
                self.problem(place, f"property {name!r} stands twice", "Keep one of the two")
            elif name in known and item.value is None:
                self.problem(place, f"property {name!r} has no value", "Add value, or remove the property")
            elif name in known:
                found[known[name]] = item.value
                places[known[name]] = (*place, "value")
            elif name.startswith("groundwork."):
                self.problem(place, f"unknown property {name!r}", f"Known here: {', '.join(known)}")
        return found

    def _expectations(self, index: int, table: SchemaObject) -> list[tuple[Expectation, KeyPath]]:
        base: KeyPath = ("schema", index)
        entries: list[tuple[KeyPath, Any, str | None]] = [
            ((*base, "quality", number), quality, None) for number, quality in enumerate(table.quality or ())
        ]
        for position, column in enumerate(table.properties or ()):
            for number, quality in enumerate(column.quality or ()):
                entries.append(((*base, "properties", position, "quality", number), quality, column.name))
        found: dict[str, tuple[Expectation, KeyPath]] = {}
        for path, quality, column_name in entries:
            try:
                expectation = to_expectation(quality, column_name)
            except ValueError as error:
                self.problem(path, str(error))
                continue
            if expectation.name in found:
                self.problem(path, f"two quality entries are named {expectation.name!r}", "Give each its own name")
            found[expectation.name] = (expectation, path)
        return list(found.values())

    def _references(
        self, columns: tuple[Column, ...], properties: dict[str, Any], expectations: list[tuple[Expectation, KeyPath]]
    ) -> None:
        types = {column.name: column.type for column in columns}
        for field in ("event_time", "known_at"):
            name = properties.get(field)
            if isinstance(name, str) and types.get(name) not in _TIMES:
                mend = f"Timestamps and dates: {', '.join(key for key, kind in types.items() if kind in _TIMES)}"
                self.problem(self.places[field], f"{name!r} is no timestamp or date column", mend)
        advance = properties.get("known_in_advance")
        for index, name in enumerate(advance if isinstance(advance, list) else ()):
            if name not in types:
                place = (*self.places["known_in_advance"], index)
                self.problem(place, f"column {name!r} is not there", f"Columns: {', '.join(types)}")
        for expectation, path in expectations:
            for _, problem in column_problems(expectation, types):
                self.problem(path, problem)
