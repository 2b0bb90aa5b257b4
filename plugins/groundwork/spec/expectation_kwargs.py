"""What the kwargs of expectations may hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from groundwork.spec.expectation_bounds import moment
from groundwork.spec.odcs_operators import OPERATORS
from groundwork.spec.pattern import checked_pattern

SPARK_TYPES = (
    "StringType",
    "BooleanType",
    "ByteType",
    "ShortType",
    "IntegerType",
    "LongType",
    "FloatType",
    "DoubleType",
    "DecimalType",
    "DateType",
    "TimestampType",
    "TimestampNTZType",
    "BinaryType",
    "ArrayType",
    "MapType",
    "StructType",
)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(key: str, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key} must be a text, not {value!r}")


def _regex(key: str, value: Any) -> None:
    _text(key, value)
    checked_pattern(value)


def _list_of(check: Callable[[str, Any], None]) -> Callable[[str, Any], None]:
    def checked(key: str, value: Any) -> None:
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"{key} must be a list with at least one value, not {value!r}")
        for item in value:
            check(f"a value of {key}", item)

    return checked


def _values(key: str, value: Any) -> None:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"{key} must be a list with at least one value, not {value!r}")
    if not all(isinstance(item, str | int | float | bool) for item in value):
        raise ValueError(f"{key} must hold texts, numbers, true or false")


def _values_or_null(key: str, value: Any) -> None:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"{key} must be a list with at least one value, not {value!r}")
    if not all(isinstance(item, str | int | float | bool | None) for item in value):
        raise ValueError(f"{key} must hold texts, numbers, true, false or null")


def _pair(key: str, value: Any) -> None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"{key} must be two values, not {value!r}")
    if not all(isinstance(item, str | int | float | bool | None) for item in value):
        raise ValueError(f"{key} must hold texts, numbers, true, false or null")


def _names(key: str, value: Any) -> None:
    _values(key, value)
    if not all(isinstance(item, str) for item in value) or len(value) != len(set(value)):
        raise ValueError(f"{key} must hold different column names")


def _bound(key: str, value: Any) -> None:
    """A number, or the text of a date or time."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise ValueError(f"{key} must be a number or a date, not {value!r}")  # noqa: TRY004 - pydantic reports it
    if isinstance(value, str):
        moment(value, key)


def _share(key: str, value: Any) -> None:
    if not _is_number(value) or not 0 < value <= 1:
        raise ValueError(f"{key} must be a share above 0 and at most 1, not {value!r}")


def _number(key: str, value: Any) -> None:
    if not _is_number(value):
        raise ValueError(f"{key} must be a number, not {value!r}")


def _not_negative(key: str, value: Any) -> None:
    if not _is_number(value) or value < 0:
        raise ValueError(f"{key} must be a number from 0, not {value!r}")


def _whole(key: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{key} must be a whole number from 0, not {value!r}")


def _several(key: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 2:
        raise ValueError(f"{key} must be a whole number from 2, not {value!r}")


def _flag(key: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"{key} must be true or false, not {value!r}")  # noqa: TRY004 - pydantic reports it


def _one_of(*known: str) -> Callable[[str, Any], None]:
    def checked(key: str, value: Any) -> None:
        if value not in known:
            raise ValueError(f"{key} must be one of {', '.join(known)}, not {value!r}")

    return checked


def _character(key: str, value: Any) -> None:
    if not isinstance(value, str) or len(value) != 1:
        raise ValueError(f"{key} must be one character, not {value!r}")


def _mapping(key: str, value: Any) -> None:
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{key} must be a mapping, not {value!r}")


def _quantile_ranges(key: str, value: Any) -> None:
    if not isinstance(value, dict) or value.keys() != {"quantiles", "value_ranges"}:
        raise ValueError(f"{key} must be {{quantiles: [...], value_ranges: [[low, high], ...]}}, not {value!r}")
    quantiles, ranges = value["quantiles"], value["value_ranges"]
    if not isinstance(quantiles, list | tuple) or not all(_is_number(item) and 0 <= item <= 1 for item in quantiles):
        raise ValueError(f"quantiles of {key} must be a list of numbers from 0 to 1, not {quantiles!r}")
    if not isinstance(ranges, list | tuple) or not quantiles or len(ranges) != len(quantiles):
        raise ValueError(f"{key} needs as many value_ranges as quantiles, and at least one")
    for item in ranges:
        _pair(f"a range of {key}", item)
        low, high = item
        if any(bound is not None and not _is_number(bound) for bound in item) or (None not in item and low > high):
            raise ValueError(f"a range of {key} must be two numbers or null, the smaller one first, not {item!r}")


def _relative_error(key: str, value: Any) -> None:
    if value is not False and (not isinstance(value, float) or not 0 <= value <= 1):
        raise ValueError(f"{key} must be false or a share such as 0.01, not {value!r}")


def _strftime(key: str, value: Any) -> None:
    _text(key, value)
    try:
        datetime.strptime(datetime.now(UTC).strftime(value), value)  # noqa: DTZ007 - only whether it can be read
    except ValueError as error:
        raise ValueError(f"{key} {value!r} is no format of Python's strptime: {error}") from error


def _condition(key: str, value: Any) -> None:
    if not isinstance(value, str | dict) or not value:
        raise ValueError(f"{key} must be a text or a condition of Great Expectations, not {value!r}")


KINDS: dict[str, Callable[[str, Any], None]] = {
    **dict.fromkeys(
        ("column", "column_A", "column_B", "sensitive", "like_pattern", "query", "unexpected_rows_query"), _text
    ),
    **dict.fromkeys(("column_list", "column_set"), _names),
    **dict.fromkeys(("value_set", "valid_values"), _values),
    **dict.fromkeys(("strict_min", "strict_max", "double_sided", "strictly", "or_equal", "ties_okay"), _flag),
    **dict.fromkeys(("exact_match", "bucketize_data"), _flag),
    **dict.fromkeys(("regex", "pattern"), _regex),
    **dict.fromkeys(("min_value", "max_value"), _bound),
    **dict.fromkeys(("value", "column_index"), _whole),
    **dict.fromkeys(("minimum_rows", "minimum_values"), _several),
    **dict.fromkeys(("threshold", "sum_total"), _number),
    **dict.fromkeys(("multiplier", "tail_weight_holdout", "internal_weight_holdout"), _not_negative),
    **dict.fromkeys(("json_schema", "partition_object"), _mapping),
    "missing_values": _values_or_null,
    "value_pairs_set": _list_of(_pair),
    "regex_list": _list_of(_regex),
    "like_pattern_list": _list_of(_text),
    "mostly": _share,
    "match_on": _one_of("any", "all"),
    "escape": _character,
    "method": _one_of("iqr", "std"),
    "ignore_row_if": _text,
    "quantile_ranges": _quantile_ranges,
    "allow_relative_error": _relative_error,
    "strftime_format": _strftime,
    "type_": _one_of(*SPARK_TYPES),
    "type_list": _list_of(_one_of(*SPARK_TYPES)),
    "unit": _one_of("rows", "percent"),
    "row_condition": _condition,
    "condition_parser": _text,
    **dict.fromkeys(OPERATORS, lambda _key, _value: None),
}
"""Kwarg → what refuses a value that it may not have, by ValueError. Operators are looked at together."""
