"""Expectation suites as Great Expectations writes them: ``include/expectations/<product>.json``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from groundwork.spec.contract import Contract
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.expectation import Expectation
from groundwork.spec.expectation_columns import column_problems
from groundwork.spec.json_file import JsonFile
from groundwork.spec.yaml_file import KeyPath

FOLDER = "expectations"
_SUITE = ("name", "id", "expectations", "suite_parameters", "meta", "notes")
_ENTRY = ("type", "kwargs", "meta", "notes", "id", "description", "severity", "rendered_content", "expectation_context")
_OF_THE_RUN = ("batch_id", "result_format", "catch_exceptions")
"""Kwargs that say how Great Expectations runs and reports, not what is expected."""


def suite_file(include: Path, product: str) -> Path:
    """Where a product's suite stands, if it has one."""
    return include / FOLDER / f"{product}.json"


def with_suite(include: Path, contract: Contract) -> Contract:
    """The contract with the expectations of its product's suite behind its own.

    :raises SpecErrors: the suite cannot be carried out; every problem with its line and place
    """
    path = suite_file(include, contract.product)
    if not path.is_file():
        return contract
    return contract.model_copy(update={"expectations": (*contract.expectations, *read_suite(path, contract))})


def read_suite(path: Path, contract: Contract) -> tuple[Expectation, ...]:
    """The expectations of a suite, held against the contract's columns.

    :param path: a suite as ``ExpectationSuite.to_json_dict()`` of Great Expectations 1.24 gives it
    :raises SpecError: it is no JSON, or no such suite
    :raises SpecErrors: expectations cannot be carried out; each problem with its line
    """
    reader = _Reader(JsonFile(path), contract)
    found = tuple(reader.expectations())
    if reader.problems:
        raise SpecErrors(reader.problems)
    return found


class _Reader:
    """Collects every problem of one suite."""

    def __init__(self, file: JsonFile, contract: Contract) -> None:
        self.file = file
        self.contract = contract
        self.types = {column.name: column.type for column in contract.columns}
        self.problems: list[SpecError] = []
        self.taken = {expectation.name for expectation in contract.expectations}

    def problem(self, path: KeyPath, problem: str, mend: str | None = None) -> None:
        self.problems.append(self.file.error(path, problem, mend))

    def expectations(self) -> Iterator[Expectation]:
        suite = self._content()
        parameters = suite.get("suite_parameters") or {}
        if not isinstance(parameters, dict):
            raise self.file.error(("suite_parameters",), "is no object", "Write {name: value}")
        for index, entry in enumerate(suite["expectations"]):
            path: KeyPath = ("expectations", index)
            if not isinstance(entry, dict):
                self.problem(path, f"is {entry!r}", "Write an object with type and kwargs")
            elif self._has_shape(path, entry) and (found := self._expectation(path, entry, parameters)) is not None:
                yield found

    def _has_shape(self, path: KeyPath, entry: dict[str, Any]) -> bool:
        """Whether an expectation has no key but its own, with objects and lists where they belong; else says so."""
        before = len(self.problems)
        for key in sorted(entry.keys() - set(_ENTRY)):
            self.problem((*path, key), "is no key of an expectation", f"Use {', '.join(_ENTRY)}")
        for key in ("kwargs", "meta"):
            if not isinstance(entry.get(key) or {}, dict):
                self.problem((*path, key), f"is {entry[key]!r}", "Write an object")
        if not isinstance(entry.get("notes") or "", str | list):
            self.problem((*path, "notes"), f"is {entry['notes']!r}", "Write a text, or a list of texts")
        return len(self.problems) == before

    def _content(self) -> dict[str, Any]:
        content = self.file.content
        if not isinstance(content, dict) or not isinstance(content.get("expectations"), list):
            mend = "Write what ExpectationSuite.to_json_dict() gives: {name, expectations: [...]}"
            raise self.file.error((), "is no expectation suite", mend)
        for key in sorted(content.keys() - set(_SUITE)):
            self.problem((key,), "is no key of a suite", f"Use {', '.join(_SUITE)}")
        return content

    def _expectation(self, path: KeyPath, entry: dict[str, Any], parameters: dict[str, Any]) -> Expectation | None:
        kwargs = self._kwargs((*path, "kwargs"), entry.get("kwargs") or {}, parameters)
        if kwargs is None:
            return None
        notes = entry.get("notes") or ()
        try:
            expectation = Expectation(
                name=self._name(entry, kwargs),
                type=str(entry.get("type") or ""),
                kwargs=kwargs,
                severity=entry.get("severity") or "critical",
                description=entry.get("description") or "",
                notes=(notes,) if isinstance(notes, str) else tuple(notes),
                meta=entry.get("meta") or {},
            )
        except ValidationError as error:
            for detail in error.errors():
                at = (*detail["loc"], *detail.get("ctx", {}).get("at", ()))
                self.problem((*path, *at), detail["msg"].removeprefix("Value error, "))
            return None
        for column, problem in column_problems(expectation, self.types):
            self.problem((*path, "kwargs", *_naming(kwargs, column)), problem)
        return expectation

    def _kwargs(self, path: KeyPath, declared: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any] | None:
        """Those that say what is expected, with the suite's own parameters in their places."""
        wanted = {key: value for key, value in declared.items() if key not in _OF_THE_RUN}
        named = {key: value["$PARAMETER"] for key, value in wanted.items() if _is_parameter(value)}
        missing = {key: name for key, name in named.items() if name not in parameters}
        for key, name in missing.items():
            known = ", ".join(sorted(parameters)) or "none"
            problem = f"names parameter {name!r}, which suite_parameters has not (there: {known}); write the value"
            self.problem((*path, key), problem)
        return None if missing else wanted | {key: parameters[name] for key, name in named.items()}

    def _name(self, entry: dict[str, Any], kwargs: dict[str, Any]) -> str:
        """The author's name for it, else one of its own made of column and type."""
        kind = str(entry.get("type") or "").removeprefix("expect_").removeprefix("column_")
        column = kwargs.get("column") or kwargs.get("column_A") or "table"
        wanted = (entry.get("meta") or {}).get("name") or entry.get("id") or f"{column}_{kind}"
        name, number = str(wanted), 1
        while name in self.taken:
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(name)
        return name


def _is_parameter(value: Any) -> bool:
    """Whether it stands for a value of the suite's own parameters."""
    return isinstance(value, dict) and set(value) == {"$PARAMETER"} and isinstance(value["$PARAMETER"], str)


def _naming(kwargs: dict[str, Any], column: str) -> KeyPath:
    """The kwarg that names a column, else the condition or query that reads it."""
    naming = [key for key, value in kwargs.items() if value == column or (isinstance(value, list) and column in value)]
    reading = [key for key in ("row_condition", "query", "unexpected_rows_query") if key in kwargs]
    return tuple((naming + reading)[:1])
