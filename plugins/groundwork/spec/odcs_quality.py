"""ODCS quality entries as expectations."""

from __future__ import annotations

from typing import Any

import yaml
from open_data_contract_standard.model import DataQuality
from pydantic import ValidationError

from groundwork.spec.expectation import Expectation, Severity
from groundwork.spec.expectation_types import TYPES
from groundwork.spec.odcs_operators import OPERATORS, declared_operator
from groundwork.spec.quality_query import quality_query

SEVERITIES: dict[str | None, Severity] = {
    None: "critical",
    "error": "critical",
    "critical": "critical",
    "warning": "warning",
    "info": "info",
}
METRICS = ("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount")
OWN_ENGINE = "groundwork"
"""Engine of the checks that Great Expectations does not know."""
_ENGINES = ("greatExpectations", "great-expectations")
_Found = tuple[str, dict[str, Any]]


def to_expectation(quality: DataQuality, column: str | None) -> Expectation:
    """The expectation an ODCS quality entry means.

    A metric with ``mustBe: 0``, or with ``unit: percent`` and ``mustBeLessOrEqualTo``, is an expectation of Great
    Expectations (``mostly``); so is ``rowCount`` in a range. Every other operator holds the measured figure itself.
    ``type: custom`` with ``engine: greatExpectations`` is taken as it is, ``type: sql`` measures by a query, and
    ``type: text`` is written down.

    :param quality: the entry
    :param column: the column it stands under; None at the table
    :raises ValueError: it cannot be carried out; the message says the mend
    """
    if quality.severity not in SEVERITIES:
        raise ValueError(f"severity {quality.severity!r} is not known; use error, warning or info")
    found = _READERS.get(quality.type or "library")
    if found is None:
        raise ValueError(f"quality of type {quality.type!r} is not known; use {', '.join(_READERS)}")
    kind, kwargs = found(quality, column)
    name = quality.name or "_".join(filter(None, [column, quality.metric or kind.removeprefix("odcs_")]))
    return made(name, kind, kwargs, severity=SEVERITIES[quality.severity], description=quality.description or "")


def made(name: str, kind: str, kwargs: dict[str, Any], **more: Any) -> Expectation:
    """The expectation.

    :raises ValueError: it is none; the message says the mend
    """
    try:
        return Expectation(name=name, type=kind, kwargs=kwargs, **more)
    except ValidationError as error:
        messages = [detail["msg"].removeprefix("Value error, ") for detail in error.errors()]
        raise ValueError("; ".join(messages)) from error


def _custom(quality: DataQuality, column: str | None) -> _Found:
    body: Any = quality.implementation
    if isinstance(body, str):
        try:
            body = yaml.load(body, Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            raise ValueError(f"implementation is no YAML: {error}") from error
    if quality.engine not in (*_ENGINES, OWN_ENGINE) or not isinstance(body, dict):
        raise ValueError("custom quality needs engine: greatExpectations and implementation: {type, kwargs}")
    if unknown := body.keys() - {"type", "kwargs"}:
        raise ValueError(f"implementation has unknown keys {sorted(unknown)}; use type and kwargs")
    kwargs = body.get("kwargs") or {}
    if not isinstance(kwargs, dict):
        raise ValueError(f"kwargs must be a mapping, not {kwargs!r}")  # noqa: TRY004 - as every other problem
    kind = str(body.get("type") or "")
    if kind.startswith(OWN_ENGINE) != (quality.engine == OWN_ENGINE):
        raise ValueError(f"engine: {OWN_ENGINE} and types that begin with {OWN_ENGINE}_ go together")
    if column and kind in TYPES and "column" in TYPES[kind].required:
        return kind, {"column": column, **kwargs}
    return kind, dict(kwargs)


def _text(quality: DataQuality, _: str | None) -> _Found:
    if not quality.description:
        raise ValueError("quality of type 'text' needs a description")
    return "odcs_text", {}


def _sql(quality: DataQuality, column: str | None) -> _Found:
    if not quality.query:
        raise ValueError("quality of type 'sql' needs a query")
    operator, value = declared_operator(_declared(quality))
    return "odcs_sql", {"query": quality_query(quality.query, column), operator: value}


def _library(quality: DataQuality, column: str | None) -> _Found:
    metric = quality.metric
    if metric is None:
        raise ValueError(f"has no metric; use one of {', '.join(METRICS)}")
    if metric not in METRICS:
        raise ValueError(f"metric {metric!r} is not known; use one of {', '.join(METRICS)}")
    if (column is None) != (metric == "rowCount") and metric != "duplicateValues":
        raise ValueError(f"metric {metric!r} belongs under {'a column' if column is None else 'the table'}")
    if quality.unit not in (None, "rows", "percent"):
        raise ValueError(f"unit {quality.unit!r} is not known; use rows or percent")
    operator, value = declared_operator(_declared(quality))
    if isinstance(value, bool):
        raise ValueError(f"{operator} must be a number, not {value!r}")  # noqa: TRY004 - as every other problem
    if metric == "rowCount":
        return _row_count(quality, operator, value)
    where = _subject(quality, column)
    mostly = _mostly(quality, operator, value)
    if mostly is not None and metric != "missingValues":
        return _as_great_expectations(metric, where, mostly)
    return _as_figure(metric, where, {**({"unit": quality.unit} if quality.unit else {}), operator: value})


def _subject(quality: DataQuality, column: str | None) -> dict[str, Any]:
    """The kwargs that say what is counted."""
    arguments = dict(quality.arguments or {})
    if quality.metric == "missingValues":
        if arguments.keys() != {"missingValues"}:
            raise ValueError("missingValues needs arguments: {missingValues: [null, '', 'n/a']}")
        return {"column": column, "missing_values": arguments["missingValues"]}
    if quality.metric == "invalidValues":
        if set(arguments) == {"validValues"}:
            return {"column": column, "value_set": arguments["validValues"]}
        if set(arguments) == {"pattern"}:
            return {"column": column, "regex": arguments["pattern"]}
        raise ValueError("invalidValues needs arguments: either {validValues: [...]} or {pattern: '...'}")
    if quality.metric == "duplicateValues" and column is None:
        if arguments.keys() != {"properties"}:
            raise ValueError("duplicateValues at the table needs arguments: {properties: [columns]}")
        return {"column_list": arguments["properties"]}
    _no_arguments(quality)
    return {"column": column}


def _no_arguments(quality: DataQuality) -> None:
    if quality.arguments:
        raise ValueError(f"{quality.metric} takes no arguments here; remove {', '.join(quality.arguments)}")


def _declared(quality: DataQuality) -> dict[str, Any]:
    return {bound: getattr(quality, bound) for bound in OPERATORS}


def _mostly(quality: DataQuality, operator: str, value: Any) -> dict[str, float] | None:
    """How Great Expectations says it; None where it cannot."""
    if operator == "mustBe" and value == 0:
        return {}
    if quality.unit == "percent" and operator == "mustBeLessOrEqualTo" and 0 <= value < 100:
        # 1 - 0.1 / 100 is not 0.999 in floating point; what a person wrote is.
        return {"mostly": round(1 - value / 100, 12)} if value else {}
    return None


def _as_great_expectations(metric: str, where: dict[str, Any], mostly: dict[str, float]) -> _Found:
    kwargs = {**where, **mostly}
    if metric == "nullValues":
        return "expect_column_values_to_not_be_null", kwargs
    if metric == "invalidValues":
        return f"expect_column_values_to_{'be_in_set' if 'value_set' in where else 'match_regex'}", kwargs
    if "column_list" in where:
        return "expect_compound_columns_to_be_unique", kwargs
    return "expect_column_values_to_be_unique", kwargs


def _as_figure(metric: str, where: dict[str, Any], held: dict[str, Any]) -> _Found:
    if metric == "nullValues":
        return "odcs_null_values", {**where, **held}
    if metric == "missingValues":
        return "odcs_missing_values", {**where, **held}
    if metric == "invalidValues":
        key = "valid_values" if "value_set" in where else "pattern"
        return "odcs_invalid_values", {
            "column": where["column"],
            key: where.get("value_set", where.get("regex")),
            **held,
        }
    return "odcs_duplicate_values", {"column_list": where.get("column_list", [where.get("column")]), **held}


def _row_count(quality: DataQuality, operator: str, value: Any) -> _Found:
    _no_arguments(quality)
    if quality.unit == "percent":
        raise ValueError("rowCount counts rows; remove unit: percent")
    bounds = value if isinstance(value, list) else [value]
    if any(bound != int(bound) or bound < 0 for bound in bounds):
        raise ValueError(f"{operator}: a number of rows is a whole number from 0, not {value!r}")
    low, high = int(bounds[0]), int(bounds[-1])
    ranges = {
        "mustBe": {"min_value": low, "max_value": high},
        "mustBeBetween": {"min_value": low, "max_value": high},
        "mustBeGreaterThan": {"min_value": low + 1},
        "mustBeGreaterOrEqualTo": {"min_value": low},
        "mustBeLessThan": {"max_value": high - 1},
        "mustBeLessOrEqualTo": {"max_value": high},
    }
    if operator in ranges:
        return "expect_table_row_count_to_be_between", ranges[operator]
    return "odcs_row_count", {operator: value}


_READERS = {"library": _library, "text": _text, "sql": _sql, "custom": _custom}
