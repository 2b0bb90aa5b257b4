"""Expectations of the values of one column, each judged by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from groundwork.spec.like_pattern import longest_liked
from groundwork.spec.pattern import longest_judged
from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.bounds import inside
from spark_jobs.checks.check import Check, Found, Measures
from spark_jobs.checks.result import EXAMPLES, MASK, counted, met, plain

if TYPE_CHECKING:
    from pyspark.sql import Column

Condition = Callable[["Column", Mapping[str, Any]], "Column"]


def _in_set(value: Column, kwargs: Mapping[str, Any]) -> Column:
    return value.isin(list(kwargs["value_set"]))


def matches(value: Column, pattern: str, *, found: bool = True) -> Column:
    """Whether the pattern is found in a value, or is not; a text that is too long to be searched meets neither.

    :param found: whether it should be found
    """
    judged = value.rlike(pattern) if found else ~value.rlike(pattern)
    return _bound(value, longest_judged(pattern), judged)


def _bound(value: Column, longest: int | None, judged: Column) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    return judged if longest is None else F.when(F.octet_length(value) > longest, F.lit(False)).otherwise(judged)


def _regex_list(value: Column, kwargs: Mapping[str, Any], *, found: bool = True) -> Column:
    return _together([matches(value, pattern, found=found) for pattern in kwargs["regex_list"]], kwargs, found=found)


def _like(value: Column, pattern: str, kwargs: Mapping[str, Any], *, found: bool = True) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    escape = kwargs.get("escape")
    like = F.like(value, F.lit(pattern), F.lit(escape) if escape else None)
    return _bound(value, longest_liked(pattern, escape or "\\"), like if found else ~like)


def _like_list(value: Column, kwargs: Mapping[str, Any], *, found: bool = True) -> Column:
    judged = [_like(value, pattern, kwargs, found=found) for pattern in kwargs["like_pattern_list"]]
    return _together(judged, kwargs, found=found)


def _together(judged: list[Column], kwargs: Mapping[str, Any], *, found: bool) -> Column:
    """What is judged by several patterns: any or all have to be found, or none may be."""
    if found and kwargs.get("match_on", "any") == "any":
        return reduce(lambda left, right: left | right, judged)
    return reduce(lambda left, right: left & right, judged)


def _length(value: Column) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    return F.length(value)


CONDITIONS: dict[str, Condition] = {
    "expect_column_values_to_be_in_set": _in_set,
    "expect_column_values_to_not_be_in_set": lambda value, kwargs: ~_in_set(value, kwargs),
    "expect_column_values_to_be_between": inside,
    "expect_column_values_to_match_regex": lambda value, kwargs: matches(value, kwargs["regex"]),
    "expect_column_values_to_not_match_regex": lambda value, kwargs: matches(value, kwargs["regex"], found=False),
    "expect_column_values_to_match_regex_list": _regex_list,
    "expect_column_values_to_not_match_regex_list": lambda value, kwargs: _regex_list(value, kwargs, found=False),
    "expect_column_values_to_match_like_pattern": lambda value, kwargs: _like(value, kwargs["like_pattern"], kwargs),
    "expect_column_values_to_not_match_like_pattern": lambda value, kwargs: _like(
        value, kwargs["like_pattern"], kwargs, found=False
    ),
    "expect_column_values_to_match_like_pattern_list": _like_list,
    "expect_column_values_to_not_match_like_pattern_list": lambda value, kwargs: _like_list(value, kwargs, found=False),
    "expect_column_value_lengths_to_be_between": lambda value, kwargs: inside(_length(value), kwargs),
    "expect_column_value_lengths_to_equal": lambda value, kwargs: _length(value) == kwargs["value"],
}
"""Type → whether a value meets it, as a column; null where that cannot be said, which meets it."""


class ValuesCheck(Check):
    """Judges every value that is not null."""

    @property
    def column(self) -> str:
        """The judged column."""
        return str(self.kwargs["column"])

    def unexpected(self, _found: Found) -> Column:
        """Whether a row does not meet it."""
        from pyspark.sql import functions as F  # noqa: N812

        value = F.col(self.column)
        return value.isNotNull() & ~CONDITIONS[self.expectation.type](value, self.kwargs)

    def measures(self) -> Measures:
        """Rows, rows with a value, and rows that do not meet it."""
        return self.counts({})

    def counts(self, found: Found) -> Measures:
        """What the result is made of."""
        return Measures(
            {**self.presence(), self.own("unexpected"): self.count(self.unexpected(found))},
        )

    def presence(self) -> dict[str, Column]:
        """Rows, and rows with a value."""
        from pyspark.sql import functions as F  # noqa: N812

        return {
            self.named("rows"): self.count(),
            self.named("present", self.column): self.count(F.col(self.column).isNotNull()),
        }

    def result(self, found: Found) -> ExpectationResult:
        """Counts, and values that do not meet it."""
        rows, present = found[self.named("rows")], found[self.named("present", self.column)]
        return self.told(rows, present, found[self.own("unexpected")], self.unexpected(found))

    def told(self, rows: int, present: int | None, unexpected: int, condition: Column) -> ExpectationResult:
        """The result of such counts.

        :param present: rows with a value; None: null is judged as well
        :param condition: which rows do not meet it
        """
        judged = rows if present is None else present
        success = met(judged, unexpected, self.kwargs.get("mostly", 1.0))
        return self.answer(success=success, **counted(rows, present, unexpected, self.examples(unexpected, condition)))

    def examples(self, unexpected: int, condition: Column) -> list[Any]:
        """Values that do not meet it."""
        if not unexpected or self.hidden(self.column):
            return [MASK] * min(unexpected, EXAMPLES)
        chosen = self.data.batch.where(self.looked_at & condition).select(shown(self.data, self.column))
        return [plain(row[0]) for row in chosen.limit(EXAMPLES).collect()]


class NullCheck(ValuesCheck):
    """Judges whether a value is there at all."""

    def unexpected(self, _found: Found) -> Column:
        """Whether it is there although it should not be, or the other way round."""
        from pyspark.sql import functions as F  # noqa: N812

        value = F.col(self.column)
        return value.isNotNull() if self.expectation.type == "expect_column_values_to_be_null" else value.isNull()

    def measures(self) -> Measures:
        """Rows, and rows with a value."""
        return Measures(self.presence())

    def result(self, found: Found) -> ExpectationResult:
        """Counts; no value is missing where null is what is judged."""
        rows, present = found[self.named("rows")], found[self.named("present", self.column)]
        unexpected = present if self.expectation.type == "expect_column_values_to_be_null" else rows - present
        return self.told(rows, None, unexpected, self.unexpected(found))

    def examples(self, unexpected: int, condition: Column) -> list[Any]:
        """Null, as often as it is there; else values."""
        if self.expectation.type == "expect_column_values_to_not_be_null":
            return [None] * min(unexpected, EXAMPLES)
        return super().examples(unexpected, condition)


def shown(data: Any, column: str) -> Column:
    """The column as it is brought to the driver: a time in UTC, whatever zone the driver is in."""
    from pyspark.sql import functions as F  # noqa: N812
    from pyspark.sql.types import TimestampType

    value = F.col(column)
    return value.cast("timestamp_ntz").alias(column) if isinstance(data.types[column], TimestampType) else value
