"""Expectations that are SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundwork.spec.odcs_operators import declared_operator, holds
from groundwork.spec.quality_query import TABLE, bounded_query
from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.check import Check, Found
from spark_jobs.checks.result import MASK, plain

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def _asked(query: str, rows: DataFrame) -> DataFrame:
    """The answer to a query that reads the rows under their name."""
    rows.createOrReplaceTempView(TABLE)
    try:
        return rows.sparkSession.sql(bounded_query(query))
    finally:
        rows.sparkSession.catalog.dropTempView(TABLE)


class SqlCheck(Check):
    """Holds the one figure that a query gives, over the whole branch, against an operator."""

    def result(self, _found: Found) -> ExpectationResult:
        """The figure: the first row's."""
        rows = _asked(self.kwargs["query"], self.data.branch).limit(2).collect()
        if len(rows) > 1:
            return self.answer(success=False, exception="the query gives several rows; aggregate them to one")
        observed: Any = plain(rows[0][0]) if rows else None
        told = MASK if observed is not None and self.hidden(*self.read_columns) else observed
        return self.answer(success=holds(*declared_operator(self.kwargs), observed), observed_value=told)


class UnexpectedRowsCheck(Check):
    """A query over the batch finds no row."""

    def result(self, _found: Found) -> ExpectationResult:
        """How many rows it finds; they are not shown, as a query can put any column anywhere."""
        number = _asked(self.kwargs["unexpected_rows_query"], self.data.batch).count()
        return self.answer(success=number == 0, observed_value=number)
