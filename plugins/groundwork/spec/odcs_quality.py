"""ODCS quality entries as expectations."""

from __future__ import annotations

from typing import Any

from open_data_contract_standard.model import DataQuality
from pydantic import ValidationError

from groundwork.spec.expectation import Expectation, Severity

SEVERITIES: dict[str | None, Severity] = {None: "critical", "error": "critical", "warning": "warning"}
BOUNDS = (
    "mustBe",
    "mustNotBe",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)


def to_expectation(quality: DataQuality, column: str | None) -> Expectation:
    """The expectation an ODCS quality entry means.

    ==================  =====================================================================
    ODCS metric         expectation
    ==================  =====================================================================
    nullValues          expect_column_values_to_not_be_null
    invalidValues       expect_column_values_to_be_in_set / _to_match_regex
    duplicateValues     expect_column_values_to_be_unique / expect_compound_columns_to_be_unique
    rowCount            expect_table_row_count_to_be_between
    ==================  =====================================================================

    A metric that counts bad values carries ``mustBe: 0`` or, with ``unit: percent``, ``mustBeLessOrEqualTo`` or
    ``mustBeLessThan``, which becomes ``mostly``. ``type: custom`` with ``engine: greatExpectations`` is taken as it is.

    :param quality: the entry
    :param column: the column it stands under; None at the table
    :raises ValueError: it cannot be carried out; the message says the mend
    """
    if quality.severity not in SEVERITIES:
        raise ValueError(f"severity {quality.severity!r} is not known; use error or warning")
    if quality.type == "custom":
        kind, kwargs = _custom(quality, column)
    elif quality.type in (None, "library"):
        kind, kwargs = _library(quality, column)
    else:
        raise ValueError(f"quality of type {quality.type!r} is not supported; use library or custom")
    name = quality.name or "_".join(filter(None, [column, quality.metric or kind]))
    try:
        return Expectation(
            name=name,
            type=kind,
            kwargs=kwargs,
            severity=SEVERITIES[quality.severity],
            description=quality.description or "",
        )
    except ValidationError as error:
        raise ValueError("; ".join(detail["msg"] for detail in error.errors())) from error


def _custom(quality: DataQuality, column: str | None) -> tuple[str, dict[str, Any]]:
    body = quality.implementation
    if quality.engine != "greatExpectations" or not isinstance(body, dict):
        raise ValueError("custom quality needs engine: greatExpectations and implementation: {type, kwargs}")
    if unknown := body.keys() - {"type", "expectation_type", "kwargs"}:
        raise ValueError(f"implementation has unknown keys {sorted(unknown)}; use type and kwargs")
    kwargs = dict(body.get("kwargs") or {})
    kind = str(body.get("type") or body.get("expectation_type") or "")
    if column and kind.startswith("expect_column_"):
        kwargs.setdefault("column", column)
    return kind, kwargs


def _library(quality: DataQuality, column: str | None) -> tuple[str, dict[str, Any]]:
    arguments = dict(quality.arguments or {})
    if quality.metric == "rowCount":
        return "expect_table_row_count_to_be_between", _range(quality)
    mostly = _mostly(quality)
    if quality.metric == "duplicateValues" and column is None:
        columns = arguments.get("properties")
        if not isinstance(columns, list):
            raise ValueError("duplicateValues at the table needs arguments: {properties: [columns]}")
        return "expect_compound_columns_to_be_unique", {"column_list": columns, **mostly}
    if column is None:
        raise ValueError(f"metric {quality.metric!r} belongs under a column")
    if quality.metric == "nullValues":
        return "expect_column_values_to_not_be_null", {"column": column, **mostly}
    if quality.metric == "duplicateValues":
        return "expect_column_values_to_be_unique", {"column": column, **mostly}
    if quality.metric == "invalidValues":
        return _invalid_values(arguments, {"column": column, **mostly})
    raise ValueError(
        f"metric {quality.metric!r} is not supported; use nullValues, invalidValues, duplicateValues or rowCount"
    )


def _invalid_values(arguments: dict[str, Any], kwargs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if set(arguments) == {"validValues"}:
        return "expect_column_values_to_be_in_set", {**kwargs, "value_set": arguments["validValues"]}
    if set(arguments) == {"pattern"}:
        return "expect_column_values_to_match_regex", {**kwargs, "regex": arguments["pattern"]}
    raise ValueError("invalidValues needs arguments: either {validValues: [...]} or {pattern: '...'}")


def _declared(quality: DataQuality) -> dict[str, Any]:
    return {bound: getattr(quality, bound) for bound in BOUNDS if getattr(quality, bound) is not None}


def _mostly(quality: DataQuality) -> dict[str, float]:
    declared = _declared(quality)
    if declared == {"mustBe": 0}:
        return {}
    percent = declared.get("mustBeLessOrEqualTo", declared.get("mustBeLessThan"))
    if quality.unit == "percent" and len(declared) == 1 and percent is not None and 0 < percent <= 100:
        return {"mostly": round(1 - percent / 100, 12)}
    raise ValueError(f"{quality.metric} needs mustBe: 0, or unit: percent with mustBeLessOrEqualTo")


def _range(quality: DataQuality) -> dict[str, Any]:
    match _declared(quality):
        case {"mustBe": value, **rest} if not rest:
            return {"min_value": value, "max_value": value}
        case {"mustBeBetween": [low, high], **rest} if not rest:
            return {"min_value": low, "max_value": high}
        case {"mustBeGreaterThan": value, **rest} if not rest:
            return {"min_value": value + 1}
        case {"mustBeGreaterOrEqualTo": value, **rest} if not rest:
            return {"min_value": value}
        case {"mustBeLessThan": value, **rest} if not rest:
            return {"max_value": value - 1}
        case {"mustBeLessOrEqualTo": value, **rest} if not rest:
            return {"max_value": value}
    raise ValueError("rowCount needs exactly one of mustBe, mustBeBetween, mustBe(Greater|Less)(Than|OrEqualTo)")
