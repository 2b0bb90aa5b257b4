"""Reads an Open Data Contract Standard file and narrows it to what Groundwork carries out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from open_data_contract_standard.model import (
    CustomProperty,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
    Server,
    Team,
)

from groundwork.spec.contract import SYSTEM_COLUMNS, Column, Contract
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.expectation import Expectation
from groundwork.spec.odcs_quality import to_expectation
from groundwork.spec.yaml_file import KeyPath, YamlFile

LANDING_SERVER = "landing"
API_VERSIONS = ("v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0")
TYPES = {
    "string": "string",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
CONTRACT_PROPERTIES = {
    "groundwork.loadMode": "load_mode",
    "groundwork.eventTime": "event_time",
    "groundwork.knownAt": "known_at",
    "groundwork.schedule": "schedule",
    "groundwork.refineWithAcquire": "refine_with_acquire",
}
LANDING_PROPERTIES = {"groundwork.completeness": "completeness", "groundwork.evolution": "evolution"}


def read_contract(path: Path) -> Contract:
    """The contract in a file.

    :param path: ``<product>.yaml``
    :raises SpecError: it is not ODCS, or asks for what Groundwork does not carry out; names line, field and mend
    """
    file = YamlFile(path)
    odcs = file.parse(OpenDataContractStandard)
    reader = _Reader(file, odcs)
    contract = reader.contract()
    if reader.problems:
        raise SpecErrors(reader.problems)
    return contract


class _Reader:
    """Collects every problem of one file, so that a steward mends them in one go."""

    def __init__(self, file: YamlFile, odcs: OpenDataContractStandard) -> None:
        self.file = file
        self.odcs = odcs
        self.problems: list[SpecError] = []

    def problem(self, path: KeyPath, problem: str, mend: str | None = None) -> None:
        self.problems.append(self.file.error(path, problem, mend))

    def contract(self) -> Contract:
        odcs = self.odcs
        self._header()
        objects = {item.name: (index, item) for index, item in enumerate(odcs.schema_ or ())}
        product = self.file.path.stem
        table = self._table(product, objects)
        columns = self._columns(table) if table else ()
        content: dict[str, Any] = {
            "product": product,
            "id": odcs.id or "",
            "version": odcs.version or "",
            "title": odcs.dataProduct or odcs.name or product,
            "domain": odcs.domain or "",
            "status": odcs.status or "draft",
            "owner": self._owner(),
            "purpose": (odcs.description and odcs.description.purpose) or "",
            "limitations": (odcs.description and odcs.description.limitations) or "",
            "usage": (odcs.description and odcs.description.usage) or "",
            "tags": tuple(odcs.tags or ()),
            "columns": columns,
            "landing": self._landing(objects.get(LANDING_SERVER), columns),
            "expectations": self._expectations(table) if table else (),
            **self._properties(("customProperties",), odcs.customProperties, CONTRACT_PROPERTIES),
        }
        if self.problems:
            raise SpecErrors(self.problems)
        contract = self.file.parse(Contract, content=content)
        self._references(contract)
        return contract

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

    def _table(self, product: str, objects: dict[Any, tuple[int, SchemaObject]]) -> tuple[int, SchemaObject] | None:
        for name, (index, _) in objects.items():
            if name not in (product, LANDING_SERVER):
                self.problem(
                    ("schema", index, "name"),
                    f"is {name!r}",
                    f"Use {product!r} (the file's stem) for the table and 'landing' for the files' fields",
                )
        if product not in objects:
            self.problem(("schema",), f"has no object named {product!r}", "Name the table as the file's stem")
        return objects.get(product)

    def _columns(self, entry: tuple[int, SchemaObject]) -> tuple[Column, ...]:
        index, item = entry
        found: dict[str, Column] = {}
        for position, declared in enumerate(item.properties or ()):
            path: KeyPath = ("schema", index, "properties", position)
            column = self._column(path, declared)
            if column is None:
                continue
            if column.name in found or column.name in SYSTEM_COLUMNS:
                reason = "stands twice" if column.name in found else "is a system column's name"
                self.problem((*path, "name"), f"{column.name!r} {reason}", "Choose another name")
            found[column.name] = column
        if not found:
            self.problem(("schema", index, "properties"), "has no columns", "Declare at least one")
        return tuple(found.values())

    def _column(self, path: KeyPath, declared: SchemaProperty) -> Column | None:
        for key in ("properties", "items", "map"):
            if getattr(declared, key):
                self.problem((*path, key), "nested columns are not supported", "Flatten the column")
        if declared.logicalType not in TYPES:
            self.problem(
                (*path, "logicalType"), f"{declared.logicalType!r} is not supported", f"Use one of {', '.join(TYPES)}"
            )
            return None
        options = declared.logicalTypeOptions or {}
        for unknown in options.keys() - {"format"}:
            self.problem((*path, "logicalTypeOptions", unknown), "is not supported", "Use a quality entry or a rule")
        content = {
            "name": declared.name,
            "header": declared.physicalName or declared.name,
            "type": (declared.physicalType or TYPES[declared.logicalType]).lower().replace(" ", ""),
            "format": options.get("format"),
            "required": bool(declared.required or declared.primaryKey),
            "unique": bool(declared.unique),
            "key_position": (declared.primaryKeyPosition or 1) if declared.primaryKey else None,
            "classification": declared.classification or "internal",
            "description": declared.description or "",
            "tags": tuple(declared.tags or ()),
        }
        try:
            return self.file.parse(Column, path, content)
        except SpecErrors as error:
            self.problems.extend(error.problems)
            return None

    def _landing(self, entry: tuple[int, SchemaObject] | None, columns: tuple[Column, ...]) -> dict[str, Any] | None:
        servers = list(enumerate(self.odcs.servers or ()))
        found = [(index, server) for index, server in servers if server.server == LANDING_SERVER]
        if not found:
            return None
        index, server = found[0]
        path: KeyPath = ("servers", index)
        if server.type != "s3":
            self.problem((*path, "type"), f"{server.type!r} is not supported", "Use s3")
        return {
            "columns": self._columns(entry) if entry else columns,
            **self._server(server),
            **self._properties((*path, "customProperties"), server.customProperties, LANDING_PROPERTIES),
        }

    def _server(self, server: Server) -> dict[str, Any]:
        keys = ("location", "format", "delimiter", "encoding")
        return {key: getattr(server, key) for key in keys if getattr(server, key) is not None}

    def _properties(self, path: KeyPath, declared: list[CustomProperty] | None, known: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for index, item in enumerate(declared or ()):
            if item.property in known:
                found[known[item.property]] = item.value
            elif (item.property or "").startswith("groundwork."):
                self.problem((*path, index), f"unknown property {item.property!r}", f"Known: {', '.join(known)}")
        return found

    def _expectations(self, entry: tuple[int, SchemaObject]) -> tuple[Expectation, ...]:
        index, item = entry
        places: list[tuple[KeyPath, Any, str | None]] = [
            (("schema", index, "quality", number), quality, None) for number, quality in enumerate(item.quality or ())
        ]
        for position, column in enumerate(item.properties or ()):
            base: KeyPath = ("schema", index, "properties", position, "quality")
            places += [((*base, number), quality, column.name) for number, quality in enumerate(column.quality or ())]
        found: dict[str, Expectation] = {}
        for path, quality, column_name in places:
            try:
                expectation = to_expectation(quality, column_name)
            except ValueError as error:
                self.problem(path, str(error).removeprefix("Value error, "))
                continue
            if expectation.name in found:
                self.problem(path, f"two quality entries are named {expectation.name!r}", "Give each its own name")
            found[expectation.name] = expectation
        return tuple(found.values())

    def _references(self, contract: Contract) -> None:
        for key, name in (("groundwork.eventTime", contract.event_time), ("groundwork.knownAt", contract.known_at)):
            column = contract.column(name) if name else None
            if name and (column is None or column.type not in ("timestamp", "date")):
                self.problem(("customProperties",), f"{key} names {name!r}, which is no timestamp or date column")
        for expectation in contract.expectations:
            for name in expectation.columns:
                if contract.column(name) is None:
                    self.problem(("schema",), f"quality {expectation.name!r} names column {name!r}, which is not there")
