"""Metrics of the Open Data Contract Standard, held against an operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundwork.spec.odcs_operators import declared_operator, holds
from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.check import Check, Found, Key, Measures
from spark_jobs.checks.keys import KeyCheck, total
from spark_jobs.checks.values import matches

if TYPE_CHECKING:
    from pyspark.sql import Column


class MetricCheck(Check):
    """Counts rows of the batch; ``unit: percent`` is a share of the rows, or of the values where null is none."""

    def told(self, number: int, of: int) -> ExpectationResult:
        """The result of so many of so many; of none it is 0 %."""
        percent = 100 * number / of if of else 0.0
        observed: Any = percent if self.kwargs.get("unit") == "percent" else number
        operator, value = declared_operator(self.kwargs)
        return self.answer(
            success=holds(operator, value, observed), observed_value=observed, details={"count": number, "of": of}
        )


class ValueMetricCheck(MetricCheck):
    """``nullValues``, ``missingValues`` and ``invalidValues``."""

    def _counted(self) -> Column:
        from pyspark.sql import functions as F  # noqa: N812

        value = F.col(self.kwargs["column"])
        if self.expectation.type == "odcs_null_values":
            return value.isNull()
        if self.expectation.type == "odcs_missing_values":
            listed = [item for item in self.kwargs["missing_values"] if item is not None]
            found = value.isin(listed) if listed else F.lit(False)
            return found | value.isNull() if None in self.kwargs["missing_values"] else found
        if "pattern" in self.kwargs:
            return ~matches(value, self.kwargs["pattern"])
        return ~value.isin(list(self.kwargs["valid_values"]))

    def _of(self) -> Column | None:
        """Which rows the share is of; None: all."""
        from pyspark.sql import functions as F  # noqa: N812

        return F.col(self.kwargs["column"]).isNotNull() if self.expectation.type == "odcs_invalid_values" else None

    def measures(self) -> Measures:
        """The rows that count, and those that the share is of."""
        return Measures({self.own("counted"): self.count(self._counted()), self.own("of"): self.count(self._of())})

    def result(self, found: Found) -> ExpectationResult:
        """The count or share."""
        return self.told(found[self.own("counted")], found[self.own("of")])


class DuplicatesCheck(MetricCheck, KeyCheck):
    """``duplicateValues``: rows of the whole branch whose values stand more than once; of the rows that have any."""

    WHOLE = True

    def key_measures(self) -> tuple[Key, dict[str, Column]]:
        """Rows whose values stand more than once, and those that have any."""
        from pyspark.sql import functions as F  # noqa: N812

        repeated = total(self.present() & (F.col("_n") > 1))
        return self.key, {self.own("repeated"): repeated, self.own("judged"): total(self.present())}

    def result(self, found: Found) -> ExpectationResult:
        """The count or share."""
        return self.told(found[self.own("repeated")], found[self.own("judged")])


class RowsCheck(MetricCheck):
    """``rowCount`` of the whole branch."""

    def result(self, _found: Found) -> ExpectationResult:
        """The number of rows."""
        return self.told(self.data.branch_rows, self.data.branch_rows)


class TextCheck(Check):
    """A text for people: nothing is carried out, and nothing is said to be met."""

    def result(self, _found: Found) -> ExpectationResult:
        """That it was not carried out."""
        return self.answer(success=True, executed=False)
