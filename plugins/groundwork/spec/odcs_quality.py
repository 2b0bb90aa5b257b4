"""ODCS quality entries as expectations."""

from __future__ import annotations

from typing import Any

from open_data_contract_standard.model import DataQuality
from pydantic import ValidationError

from groundwork.spec.expectation import KWARGS, Expectation, Severity

SEVERITIES: dict[str | None, Severity] = {None: "critical", "error": "critical", "warning": "warning"}
METRICS = {
    "nullValues": "expect_column_values_to_not_be_null",
    "invalidValues": "expect_column_values_to_be_in_set",
    "duplicateValues": "expect_column_values_to_be_unique",
    "rowCount": "expect_table_row_count_to_be_between",
}
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

    A metric that counts bad values carries ``mustBe: 0`` or, with ``unit: percent``, ``mustBeLessOrEqualTo``, which
    becomes ``mostly``. ``type: custom`` with ``engine: greatExpectations`` is taken as it is.

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
        messages = [detail["msg"].removeprefix("Value error, ") for detail in error.errors()]
        raise ValueError("; ".join(messages)) from error


def _custom(quality: DataQuality, column: str | None) -> tuple[str, dict[str, Any]]:
    body = quality.implementation
    if quality.engine != "greatExpectations" or not isinstance(body, dict):
        raise ValueError("custom quality needs engine: greatExpectations and implementation: {type, kwargs}")
    if unknown := body.keys() - {"type", "kwargs"}:
        raise ValueError(f"implementation has unknown keys {sorted(unknown)}; use type and kwargs")
    kwargs = body.get("kwargs") or {}
    if not isinstance(kwargs, dict):
        raise ValueError(f"kwargs must be a mapping, not {kwargs!r}")  # noqa: TRY004 - as every other problem
    kind = str(body.get("type") or "")
    if column and "column" in KWARGS.get(kind, (frozenset(),))[0]:
        return kind, {"column": column, **kwargs}
    return kind, dict(kwargs)


def _library(quality: DataQuality, column: str | None) -> tuple[str, dict[str, Any]]:
    arguments = dict(quality.arguments or {})
    if quality.metric is None:
        raise ValueError(f"has no metric; use one of {', '.join(METRICS)}")
    if quality.metric not in METRICS:
        raise ValueError(f"metric {quality.metric!r} is not supported; use one of {', '.join(METRICS)}")
    if (column is None) != (quality.metric == "rowCount") and quality.metric != "duplicateValues":
        raise ValueError(f"metric {quality.metric!r} belongs under {'a column' if column is None else 'the table'}")
    if quality.metric == "rowCount":
        _no_arguments(quality, arguments)
        return "expect_table_row_count_to_be_between", _range(quality)
    kwargs = {**({"column": column} if column else {}), **_mostly(quality)}
    if quality.metric == "invalidValues":
        return _invalid_values(arguments, kwargs)
    if column is None:
        if arguments.keys() != {"properties"}:
            raise ValueError("duplicateValues at the table needs arguments: {properties: [columns]}")
        return "expect_compound_columns_to_be_unique", {**kwargs, "column_list": arguments["properties"]}
    _no_arguments(quality, arguments)
    return METRICS[quality.metric], kwargs


def _no_arguments(quality: DataQuality, arguments: dict[str, Any]) -> None:
    if arguments:
        raise ValueError(f"{quality.metric} takes no arguments here; remove {', '.join(arguments)}")


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
    percent = declared.get("mustBeLessOrEqualTo")
    if quality.unit == "percent" and len(declared) == 1 and percent is not None and 0 <= percent < 100:
        # 1 - 0.1 / 100 is not 0.999 in floating point; what a person wrote is.
        return {"mostly": round(1 - percent / 100, 12)} if percent else {}
    raise ValueError(f"{quality.metric} needs mustBe: 0, or unit: percent and mustBeLessOrEqualTo from 0 to below 100")


def _range(quality: DataQuality) -> dict[str, Any]:
    declared = _declared(quality)
    values = [bound for value in declared.values() for bound in (value if isinstance(value, list) else [value])]
    if quality.unit not in (None, "rows"):
        raise ValueError(f"rowCount counts rows; remove unit: {quality.unit}")
    if len(declared) == 1 and all(_whole(value) for value in values):
        match next(iter(declared)):
            case "mustBe" | "mustBeBetween":
                return {"min_value": int(values[0]), "max_value": int(values[-1])}
            case "mustBeGreaterThan":
                return {"min_value": int(values[0]) + 1}
            case "mustBeGreaterOrEqualTo":
                return {"min_value": int(values[0])}
            case "mustBeLessThan":
                return {"max_value": int(values[0]) - 1}
            case "mustBeLessOrEqualTo":
                return {"max_value": int(values[0])}
    raise ValueError(
        "rowCount needs exactly one of mustBe, mustBeBetween, mustBeGreaterThan, mustBeGreaterOrEqualTo, "
        "mustBeLessThan and mustBeLessOrEqualTo, with whole numbers from 0"
    )


def _whole(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and value == int(value)
