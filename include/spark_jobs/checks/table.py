"""Expectations of the table as a whole, most of which read no row."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.bounds import within
from spark_jobs.checks.check import Check, Found, Key
from spark_jobs.checks.keys import total

if TYPE_CHECKING:
    from pyspark.sql import Column


class RowCountCheck(Check):
    """Holds the rows of the whole branch against bounds or a number."""

    def key_measures(self) -> tuple[Key, dict[str, Column]] | None:
        """The rows looked at; those of the whole branch are known."""
        if self.row_filter is None:
            return None
        return Key((), True, self.row_filter), {self.own("rows"): total()}

    def result(self, found: Found) -> ExpectationResult:
        """The number of rows."""
        rows = self.data.branch_rows if self.row_filter is None else found[self.own("rows")]
        success = rows == self.kwargs["value"] if "value" in self.kwargs else within(rows, self.kwargs)
        return self.answer(success=success, observed_value=rows)


class ColumnCountCheck(Check):
    """Holds the number of the contract's columns against bounds or a number."""

    def result(self, _found: Found) -> ExpectationResult:
        """The number of columns."""
        number = len(self.data.columns)
        success = number == self.kwargs["value"] if "value" in self.kwargs else within(number, self.kwargs)
        return self.answer(success=success, observed_value=number)


class ColumnOrderCheck(Check):
    """The contract's columns are these, in this order."""

    def result(self, _found: Found) -> ExpectationResult:
        """The columns, and where they differ."""
        there, wanted = list(self.data.columns), list(self.kwargs["column_list"])
        different = [
            {"Expected Column Position": place, "Expected": one, "Found": other}
            for place, (one, other) in enumerate(zip_longest(wanted, there))
            if one != other
        ]
        details = {"mismatched": different} if different else None
        return self.answer(success=not different, observed_value=there, details=details)


class ColumnSetCheck(Check):
    """The contract's columns are these, in any order; ``exact_match: false`` allows more."""

    def result(self, _found: Found) -> ExpectationResult:
        """The columns, and which are missing or unexpected."""
        there, wanted = set(self.data.columns), set(self.kwargs["column_set"])
        different = {
            key: sorted(names) for key, names in (("unexpected", there - wanted), ("missing", wanted - there)) if names
        }
        success = not (different if self.kwargs.get("exact_match", True) else wanted - there)
        details = {"mismatched": different} if different else None
        return self.answer(success=success, observed_value=sorted(there), details=details)


class ColumnExistsCheck(Check):
    """A column is there, at its place where one is named (from 0; as in Great Expectations, 0 names none)."""

    def result(self, _found: Found) -> ExpectationResult:
        """Whether it is there."""
        columns, name, place = self.data.columns, self.kwargs["column"], self.kwargs.get("column_index")
        there = columns[place : place + 1] == (name,) if place else name in columns
        return self.answer(success=there)


class ColumnTypeCheck(Check):
    """A column has a type of Spark, or one of several."""

    def result(self, _found: Found) -> ExpectationResult:
        """The type."""
        kind: Any = type(self.data.types[self.kwargs["column"]]).__name__
        return self.answer(
            success=kind in self.kwargs.get("type_list", [self.kwargs.get("type_")]), observed_value=kind
        )
