"""The internal form of a quality check: Great Expectations' names and kwargs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field, model_validator

from groundwork.spec.base import Frozen

Severity = Literal["critical", "warning"]

KWARGS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "expect_column_values_to_not_be_null": (frozenset({"column"}), frozenset({"mostly"})),
    "expect_column_values_to_be_unique": (frozenset({"column"}), frozenset({"mostly"})),
    "expect_compound_columns_to_be_unique": (frozenset({"column_list"}), frozenset({"mostly"})),
    "expect_column_values_to_be_in_set": (frozenset({"column", "value_set"}), frozenset({"mostly"})),
    "expect_column_values_to_match_regex": (frozenset({"column", "regex"}), frozenset({"mostly"})),
    "expect_column_values_to_be_between": (frozenset({"column"}), frozenset({"min_value", "max_value", "mostly"})),
    "expect_column_mean_to_be_between": (frozenset({"column"}), frozenset({"min_value", "max_value"})),
    "expect_column_min_to_be_between": (frozenset({"column"}), frozenset({"min_value", "max_value"})),
    "expect_column_max_to_be_between": (frozenset({"column"}), frozenset({"min_value", "max_value"})),
    "expect_table_row_count_to_be_between": (frozenset(), frozenset({"min_value", "max_value"})),
}
"""Supported expectation types with their required and optional kwargs, as Great Expectations names them."""


def _text(key: str, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key} must be a text, not {value!r}")


def _regex(key: str, value: Any) -> None:
    """Spark matches as Java does; what Python calls otherwise is put into its words before it is looked at."""
    _text(key, value)
    python = re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", re.sub(r"\\[pP]\{\w+\}", "x", value))
    try:
        re.compile(python)
    except re.error as error:
        raise ValueError(f"{key} {value!r} is no regular expression: {error}") from error


def _values(key: str, value: Any) -> None:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"{key} must be a list with at least one value, not {value!r}")
    if not all(isinstance(item, str | int | float | bool) for item in value):
        raise ValueError(f"{key} must hold texts, numbers, true or false")


def _names(key: str, value: Any) -> None:
    _values(key, value)
    if not all(isinstance(item, str) for item in value) or len(value) != len(set(value)):
        raise ValueError(f"{key} must hold different column names")


def _bound(key: str, value: Any) -> None:
    """A number, or the text of a date."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise ValueError(f"{key} must be a number or a date, not {value!r}")  # noqa: TRY004 - pydantic reports it


def _share(key: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ValueError(f"{key} must be a share above 0 and at most 1, not {value!r}")


_CHECKS: dict[str, Callable[[str, Any], None]] = {
    "column": _text,
    "column_list": _names,
    "value_set": _values,
    "regex": _regex,
    "min_value": _bound,
    "max_value": _bound,
    "mostly": _share,
}


class Expectation(Frozen):
    """One check on the audited table.

    :param name: the contract's name for it, unique in the product
    :param type: a Great Expectations expectation type
    :param kwargs: that expectation's kwargs; ``mostly`` is the share (0–1) of non-null values that must meet it
    :param severity: ``critical`` blocks the publish, ``warning`` is reported
    :param description: one sentence for people
    """

    name: str = Field(min_length=1, max_length=200)
    type: str
    kwargs: dict[str, Any] = Field(default_factory=dict)
    severity: Severity = "critical"
    description: str = ""

    @model_validator(mode="after")
    def _supported(self) -> Expectation:
        if self.type not in KWARGS:
            raise ValueError(f"expectation {self.type!r} is not supported; known: {', '.join(sorted(KWARGS))}")
        required, optional = KWARGS[self.type]
        missing, unknown = required - self.kwargs.keys(), self.kwargs.keys() - required - optional
        if missing or unknown:
            raise ValueError(
                f"{self.type} needs {sorted(required)} and may have {sorted(optional)}; "
                f"missing: {sorted(missing)}, unknown: {sorted(unknown)}"
            )
        for key, value in self.kwargs.items():
            _CHECKS[key](key, value)
        self._check_bounds()
        return self

    def _check_bounds(self) -> None:
        if "between" not in self.type:
            return
        low, high = self.kwargs.get("min_value"), self.kwargs.get("max_value")
        if low is None and high is None:
            raise ValueError(f"{self.type} needs min_value or max_value")
        if low is not None and high is not None:
            if isinstance(low, str) != isinstance(high, str):
                raise ValueError(f"min_value {low!r} and max_value {high!r} are not of one kind")
            if low > high:
                raise ValueError(f"min_value {low!r} is above max_value {high!r}")
        if "row_count" in self.type and not all(isinstance(bound, int | None) for bound in (low, high)):
            raise ValueError("a number of rows is a whole number")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads."""
        if "column_list" in self.kwargs:
            return tuple(self.kwargs["column_list"])
        return (self.kwargs["column"],) if "column" in self.kwargs else ()
