"""Expectations of the set of a column's distinct values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.check import Check, Found, Measures
from spark_jobs.checks.result import EXAMPLES, MASK, plain
from spark_jobs.checks.values import shown

if TYPE_CHECKING:
    from pyspark.sql import Column


class DistinctSetCheck(Check):
    """No value is outside the set, none of the set is missing, or both. Met, it needs no shuffle."""

    @property
    def column(self) -> str:
        """The column."""
        return str(self.kwargs["column"])

    @property
    def _outside(self) -> bool:
        """Whether values outside the set are unexpected."""
        return not self.expectation.type.endswith("contain_set")

    @property
    def _complete(self) -> bool:
        """Whether every value of the set has to be there."""
        return not self.expectation.type.endswith("be_in_set")

    def _stranger(self) -> Column:
        from pyspark.sql import functions as F  # noqa: N812

        value = F.col(self.column)
        return value.isNotNull() & ~value.isin(list(self.kwargs["value_set"]))

    def measures(self) -> Measures:
        """Rows whose value is outside, and rows of each value of the set."""
        from pyspark.sql import functions as F  # noqa: N812

        wanted: dict[str, Column] = {}
        if self._outside:
            wanted[self.own("outside")] = self.count(self._stranger())
        if self._complete:
            for place, value in enumerate(self.kwargs["value_set"]):
                wanted[self.own(f"value {place}")] = self.count(F.col(self.column) == F.lit(value))
        return Measures(wanted)

    def result(self, found: Found) -> ExpectationResult:
        """How many values are outside or missing, and some of them."""
        told: dict[str, Any] = {}
        if self._outside:
            number, examples = self._strangers() if found[self.own("outside")] else (0, ())
            told |= {"unexpected_count": number, "partial_unexpected_list": examples}
        if self._complete:
            values = enumerate(self.kwargs["value_set"])
            missing = [value for place, value in values if not found[self.own(f"value {place}")]]
            told |= {"missing_count": len(missing), "partial_missing_list": tuple(missing[:EXAMPLES])}
        return self.answer(success=not told.get("unexpected_count") and not told.get("missing_count"), **told)

    def _strangers(self) -> tuple[int, tuple[Any, ...]]:
        values = self.data.batch.where(self.looked_at & self._stranger()).select(self.column).distinct()
        number = values.count()
        if self.hidden(self.column):
            return number, (MASK,) * min(number, EXAMPLES)
        rows = values.select(shown(self.data, self.column)).limit(EXAMPLES).collect()
        return number, tuple(plain(row[0]) for row in rows)
