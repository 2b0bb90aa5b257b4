"""Expectation suites as Great Expectations writes them: ``include/expectations/<product>.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from groundwork.spec.contract import Contract
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.expectation import Expectation
from groundwork.spec.expectation_columns import column_problems
from groundwork.spec.odcs_quality import made

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

    :raises SpecErrors: the suite cannot be carried out; every problem with its place
    """
    path = suite_file(include, contract.product)
    if not path.is_file():
        return contract
    return contract.model_copy(update={"expectations": (*contract.expectations, *read_suite(path, contract))})


def read_suite(path: Path, contract: Contract) -> tuple[Expectation, ...]:
    """The expectations of a suite, held against the contract's columns.

    :param path: a suite as ``ExpectationSuite.to_json_dict()`` of Great Expectations 1.24 gives it
    :raises SpecErrors: it is no such suite, or an expectation cannot be carried out
    """
    reader = _Reader(path, contract)
    found = tuple(reader.expectations())
    if reader.problems:
        raise SpecErrors(reader.problems)
    return found


class _Reader:
    """Collects every problem of one suite."""

    def __init__(self, path: Path, contract: Contract) -> None:
        self.path = path
        self.contract = contract
        self.types = {column.name: column.type for column in contract.columns}
        self.problems: list[SpecError] = []
        self.taken = {expectation.name for expectation in contract.expectations}

    def problem(self, place: str, problem: str, mend: str | None = None) -> None:
        self.problems.append(SpecError(problem, file=self.path, field=place, mend=mend))

    def expectations(self) -> Iterator[Expectation]:
        suite = self._content()
        parameters = suite.get("suite_parameters") or {}
        for index, entry in enumerate(suite.get("expectations") or ()):
            place = f"$.expectations[{index}]"
            if not isinstance(entry, dict):
                self.problem(place, f"is {entry!r}", "Write an object with type and kwargs")
            elif (expectation := self._expectation(place, entry, parameters)) is not None:
                yield expectation

    def _content(self) -> dict[str, Any]:
        try:
            content = json.loads(self.path.read_bytes())
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            line = getattr(error, "lineno", None)
            raise SpecError(f"is no JSON: {error}", file=self.path, line=line, mend="Export the suite anew") from error
        if not isinstance(content, dict) or not isinstance(content.get("expectations"), list):
            mend = "Write what ExpectationSuite.to_json_dict() gives: {name, expectations: [...]}"
            raise SpecError("is no expectation suite", file=self.path, field="$", mend=mend)
        for key in content.keys() - set(_SUITE):
            self.problem(f"$.{key}", "is no key of a suite", f"Use {', '.join(_SUITE)}")
        return content

    def _expectation(self, place: str, entry: dict[str, Any], parameters: dict[str, Any]) -> Expectation | None:
        if unknown := sorted(entry.keys() - set(_ENTRY)):
            self.problem(f"{place}.{unknown[0]}", "is no key of an expectation", f"Use {', '.join(_ENTRY)}")
            return None
        kwargs = entry.get("kwargs") or {}
        notes = entry.get("notes") or ()
        try:
            kwargs = {key: _filled(value, parameters) for key, value in kwargs.items() if key not in _OF_THE_RUN}
            expectation = made(
                self._name(entry, kwargs),
                str(entry.get("type") or ""),
                kwargs,
                severity=entry.get("severity") or "critical",
                description=entry.get("description") or "",
                notes=(notes,) if isinstance(notes, str) else tuple(notes),
                meta=entry.get("meta") or {},
            )
        except ValueError as error:
            self.problem(place, str(error))
            return None
        for problem in column_problems(expectation, self.types):
            self.problem(f"{place}.kwargs", problem)
        return expectation

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


def _filled(value: Any, parameters: dict[str, Any]) -> Any:
    """The value, taken from the suite's own parameters where it names one."""
    if not isinstance(value, dict) or set(value) != {"$PARAMETER"}:
        return value
    name = value["$PARAMETER"]
    if name not in parameters:
        known = ", ".join(sorted(parameters)) or "none"
        raise ValueError(f"names parameter {name!r}, which suite_parameters has not (there: {known}); write the value")
    return parameters[name]
