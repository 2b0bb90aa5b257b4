"""The internal form of a quality check: Great Expectations' names and kwargs."""

from __future__ import annotations

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


class Expectation(Frozen):
    """One check on the audited table.

    :param name: the contract's name for it, unique in the product
    :param type: a Great Expectations expectation type
    :param kwargs: that expectation's kwargs; ``mostly`` is the share (0–1) of non-null values that must meet it
    :param severity: ``critical`` blocks the publish, ``warning`` is reported
    :param description: one sentence for people
    """

    name: str
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
        if not 0 < self.kwargs.get("mostly", 1) <= 1:
            raise ValueError("mostly must be a share above 0 and at most 1")
        if "between" in self.type and not {"min_value", "max_value"} & self.kwargs.keys():
            raise ValueError(f"{self.type} needs min_value or max_value")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads."""
        if "column_list" in self.kwargs:
            return tuple(self.kwargs["column_list"])
        return (self.kwargs["column"],) if "column" in self.kwargs else ()
