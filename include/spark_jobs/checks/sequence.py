"""Expectations of a column's values in the order of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.check import Found, Measures
from spark_jobs.checks.data import where
from spark_jobs.checks.result import EXAMPLES, MASK, plain
from spark_jobs.checks.values import ValuesCheck, shown

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


class SequenceCheck(ValuesCheck):
    """Every value is above, or below, the one before it.

    As in Great Expectations, dates and times are compared by days, and null and NaN are passed over in whole numbers
    and doubles alone; in other columns a value next to a null is as expected. All rows meet in one task.
    """

    def measures(self) -> Measures:
        """Rows, and rows with a value."""
        return Measures(self.presence())

    def result(self, found: Found) -> ExpectationResult:
        """Counts, and values that are out of order."""
        from pyspark.sql import functions as F  # noqa: N812

        rows, present = found[self.named("rows")], found[self.named("present", self.column)]
        stepped = self._stepped() if present else None
        unexpected = stepped.where(self._wrong()).agg(F.count(F.lit(1))).collect()[0][0] if stepped is not None else 0
        return self.told(rows, present, unexpected, self._wrong())

    def examples(self, unexpected: int, condition: Column) -> list[Any]:
        """Values that are out of order."""
        if not unexpected or self.hidden(self.column):
            return [MASK] * min(unexpected, EXAMPLES)
        rows = self._stepped().where(condition).select(shown(self.data, self.column)).limit(EXAMPLES).collect()
        return [plain(row[0]) for row in rows]

    def _wrong(self) -> Column:
        from pyspark.sql import functions as F  # noqa: N812

        step, strictly = F.col("_step"), self.kwargs.get("strictly")
        if self.expectation.type.endswith("increasing"):
            return step <= 0 if strictly else step < 0
        return step >= 0 if strictly else step > 0

    def _stepped(self) -> DataFrame:
        """The rows with the difference to the one before."""
        from pyspark.sql import Window
        from pyspark.sql import functions as F  # noqa: N812
        from pyspark.sql.types import DoubleType, IntegerType, LongType

        kind, value = self.data.types[self.column], F.col(self.column)
        rows = where(self.data.batch, self.row_filter)
        if isinstance(kind, LongType | IntegerType | DoubleType):
            rows = rows.where(value.isNotNull() & ~F.isnan(value))
        order = [F.col(name) for name in self.data.order] or [F.lit("as they come")]
        return rows.withColumn("_step", self._difference(value, F.lag(value).over(Window.orderBy(*order))))

    def _difference(self, value: Column, before: Column) -> Column:
        from pyspark.sql import functions as F  # noqa: N812
        from pyspark.sql.types import DateType, IntegralType, TimestampType

        kind = self.data.types[self.column]
        if isinstance(kind, DateType | TimestampType):
            return F.datediff(value, before)
        if isinstance(kind, IntegralType):
            value, before = value.cast("decimal(38,0)"), before.cast("decimal(38,0)")
        return F.try_subtract(value, before)
