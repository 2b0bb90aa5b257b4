"""Reads the columns of one ODCS schema object."""

from __future__ import annotations

import re

from open_data_contract_standard.model import SchemaObject, SchemaProperty

from groundwork.spec.contract import SYSTEM_COLUMNS, Column
from groundwork.spec.date_pattern import DATE_LETTERS, unreadable
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.yaml_file import KeyPath, YamlFile

TYPES: dict[str, tuple[str, ...]] = {
    "string": ("string",),
    "integer": ("bigint", "int"),
    "number": ("double", "decimal(p,s)"),
    "boolean": ("boolean",),
    "date": ("date",),
    "timestamp": ("timestamp",),
}
"""ODCS logicalType → what physicalType may say; the first where it says nothing."""

EXEMPTION = "groundwork.exemption"
"""Property of a column: why it is published although it holds personal data."""
MINIMUM_REASON = 10


class ColumnReader:
    """Reads columns and collects what is wrong with them.

    :param file: where they stand
    :param problems: every problem is added to it
    """

    def __init__(self, file: YamlFile, problems: list[SpecError]) -> None:
        self.file = file
        self.problems = problems

    def problem(self, path: KeyPath, problem: str, mend: str) -> None:
        self.problems.append(self.file.error(path, problem, mend))

    def read(self, path: KeyPath, item: SchemaObject) -> tuple[Column, ...]:
        """The columns of a table, or the fields of a landing file.

        :param path: place of the schema object in the file
        :param item: the schema object
        """
        declared = list(item.properties or ())
        if not declared:
            self.problem((*path, "properties"), "has no columns", "Declare at least one")
        positions = self._key_positions(declared, path)
        found: list[Column] = []
        for index, entry in enumerate(declared):
            place: KeyPath = (*path, "properties", index)
            column = self._column(place, entry, positions.get(index))
            if column is not None:
                self._unlike(column, found, place)
                found.append(column)
        return tuple(found)

    def _unlike(self, column: Column, others: list[Column], path: KeyPath) -> None:
        if column.name in {other.name for other in others}:
            self.problem((*path, "name"), f"{column.name!r} stands twice", "Choose another name")
        elif column.header in {other.header for other in others}:
            self.problem((*path, "physicalName"), f"{column.header!r} is read into two columns", "Keep one of them")
        if column.name in SYSTEM_COLUMNS:
            self.problem((*path, "name"), f"{column.name!r} is a system column's name", "Choose another name")

    def _key_positions(self, declared: list[SchemaProperty], path: KeyPath) -> dict[int, int]:
        """Place in the file → 1-based place in the key; the order of the file where no position is declared."""
        # -1 is the standard's way of saying nothing.
        given = {
            index: entry.primaryKeyPosition
            for index, entry in enumerate(declared)
            if entry.primaryKeyPosition not in (None, -1)
        }
        keys = [index for index, entry in enumerate(declared) if entry.primaryKey]
        for index in given.keys() - set(keys):
            place: KeyPath = (*path, "properties", index, "primaryKeyPosition")
            self.problem(place, "stands at a column that is not in the key", "Add primaryKey: true, or remove it")
        positions = [given.get(index) for index in keys]
        if not any(positions):
            return {index: number for number, index in enumerate(keys, start=1)}
        if sorted(position or 0 for position in positions) != list(range(1, len(keys) + 1)):
            place = (*path, "properties", keys[0], "primaryKeyPosition")
            found = ", ".join("none" if position is None else str(position) for position in positions)
            mend = f"Number the {len(keys)} columns from 1 on, or none of them"
            self.problem(place, f"the key's columns have the positions {found}", mend)
        return {index: position or 1 for index, position in zip(keys, positions, strict=True)}

    def _column(self, path: KeyPath, entry: SchemaProperty, key_position: int | None) -> Column | None:
        for key in ("properties", "items", "map"):
            if getattr(entry, key):
                self.problem((*path, key), "nested columns are not supported", "Flatten the column")
        if entry.enum:
            self.problem((*path, "enum"), "is not supported", "Use a quality entry with metric: invalidValues")
        kind = self._type(path, entry)
        content = {
            "name": entry.name,
            "header": entry.physicalName or entry.name or "",
            "type": kind,
            "format": self._format(path, entry, kind),
            "required": bool(entry.required or entry.primaryKey),
            "unique": bool(entry.unique),
            "key_position": key_position,
            "classification": entry.classification or "internal",
            "exemption": self._exemption(path, entry),
            "description": entry.description or "",
            "tags": tuple(entry.tags or ()),
        }
        try:
            return self.file.parse(Column, path, content)
        except SpecErrors as error:
            self.problems.extend(error.problems)
            return None

    def _exemption(self, path: KeyPath, entry: SchemaProperty) -> str:
        """The reason why personal data may be published as it is; empty where none is declared."""
        reason = ""
        for index, item in enumerate(entry.customProperties or ()):
            place: KeyPath = (*path, "customProperties", index)
            if item.property == EXEMPTION:
                reason = str(item.value or "").strip()
                if len(reason) < MINIMUM_REASON:
                    mend = f"Say in at least {MINIMUM_REASON} characters why consumers may see it"
                    self.problem((*place, "value"), f"{EXEMPTION} has no reason", mend)
            elif (item.property or "").startswith("groundwork."):
                self.problem(place, f"{item.property!r} has no meaning at a column", f"Known here: {EXEMPTION}")
        return reason

    def _type(self, path: KeyPath, entry: SchemaProperty) -> str:
        if entry.logicalType not in TYPES:
            mend = f"Use one of {', '.join(TYPES)}"
            self.problem((*path, "logicalType"), f"{entry.logicalType!r} is not supported", mend)
            return "string"
        allowed = TYPES[entry.logicalType]
        kind = (entry.physicalType or allowed[0]).lower().replace(" ", "")
        decimal = re.fullmatch(r"decimal\((\d{1,2}),(\d{1,2})\)", kind)
        if decimal and entry.logicalType == "number":
            precision, scale = int(decimal[1]), int(decimal[2])
            if scale <= precision and 1 <= precision <= 38:
                return kind
            self.problem((*path, "physicalType"), f"{kind} is no type", "Use decimal(p,s) with s <= p <= 38")
        elif kind in allowed:
            return kind
        else:
            problem = f"{entry.physicalType!r} does not go with logicalType {entry.logicalType}"
            self.problem((*path, "physicalType"), problem, f"Use {' or '.join(allowed)}")
        return allowed[0]

    def _format(self, path: KeyPath, entry: SchemaProperty, kind: str) -> str | None:
        options = entry.logicalTypeOptions or {}
        for unknown in sorted(options.keys() - {"format"}):
            mend = "Use a quality entry or a rule"
            self.problem((*path, "logicalTypeOptions", unknown), "is not supported", mend)
        pattern = options.get("format")
        if pattern is None:
            return None
        place: KeyPath = (*path, "logicalTypeOptions", "format")
        if kind not in ("date", "timestamp"):
            self.problem(place, f"has no meaning for {kind}", "Remove it")
        elif wrong := unreadable(str(pattern)):
            mend = f"Spark reads the letters {' '.join(DATE_LETTERS)}; put other text between single quotes"
            self.problem(place, f"{wrong!r} is nothing that Spark can read a date by", mend)
        return str(pattern)
