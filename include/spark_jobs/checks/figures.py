"""Expectations of one figure of a column."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.bounds import within
from spark_jobs.checks.check import Check, Found, Measures
from spark_jobs.checks.data import Data, flag
from spark_jobs.checks.result import MASK, plain
from spark_jobs.checks.values import shown

if TYPE_CHECKING:
    from pyspark.sql import Column

Figure = Callable[["Column"], "Column"]
NEAR, TOLERANCE = 1e-8, 1e-4
"""How far a quantile may lie outside its range: so much, and that share of the bound, as in Great Expectations."""


def _summed(value: Column, data: Data, column: str) -> Column:
    """Whole numbers are added as doubles, which do not overflow, as in Great Expectations."""
    from pyspark.sql import functions as F  # noqa: N812
    from pyspark.sql.types import IntegralType

    return F.sum(value.cast("double") if isinstance(data.types[column], IntegralType) else value)


def _exact_median(value: Column) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    return F.percentile(_numbers(value), 0.5)


def _numbers(value: Column) -> Column:
    """Values that are numbers; what is not (NaN) has no rank."""
    from pyspark.sql import functions as F  # noqa: N812

    value = value.cast("double")
    return F.when(~F.isnan(value), value)


class FigureCheck(Check):
    """Holds one aggregate against bounds."""

    @property
    def column(self) -> str:
        """The column."""
        return str(self.kwargs["column"])

    @property
    def figure(self) -> str:
        """Which aggregate: ``expect_column_<figure>_to_be_between``."""
        return self.expectation.type.removeprefix("expect_column_").removesuffix("_to_be_between")

    def measures(self) -> Measures:
        """The aggregate."""
        from pyspark.sql import functions as F  # noqa: N812

        value = shown(self.data, self.column)
        if self.row_filter is not None:
            value = F.when(self.looked_at, value)
        if self.figure == "median":
            return Measures(interpreted={self._name: _exact_median(value)})
        aggregates: dict[str, Figure] = {"min": F.min, "max": F.max, "mean": F.avg, "stdev": F.stddev_samp}
        if self.figure == "sum":
            return Measures({self._name: _summed(value, self.data, self.column)})
        return Measures({self._name: aggregates[self.figure](value)})

    @property
    def _name(self) -> str:
        return self.named(self.figure, self.column)

    def result(self, found: Found) -> ExpectationResult:
        """The figure; none at all meets no bounds."""
        observed = found[self._name]
        return self.answer(success=within(observed, self.kwargs), observed_value=self._told(observed))

    def _told(self, observed: Any) -> Any:
        if observed is None or observed != observed:  # noqa: PLR0124 - true of what is not a number
            return None
        shows_a_value = self.figure in ("min", "max", "median")
        return MASK if shows_a_value and self.hidden(self.column) else plain(observed)


class PresenceCheck(FigureCheck):
    """Holds the share of rows that have a value against bounds."""

    def measures(self) -> Measures:
        """Rows, and rows with a value."""
        from pyspark.sql import functions as F  # noqa: N812

        return Measures(
            {
                self.named("rows"): self.count(),
                self.named("present", self.column): self.count(F.col(self.column).isNotNull()),
            }
        )

    def result(self, found: Found) -> ExpectationResult:
        """The share, 0 where there are no rows."""
        rows, present = found[self.named("rows")], found[self.named("present", self.column)]
        share = present / rows if rows else 0
        return self.answer(success=within(share, self.kwargs), observed_value=share)


class QuantilesCheck(FigureCheck):
    """Holds quantiles against ranges; each is a value of the column, not interpolated."""

    def measures(self) -> Measures:
        """The exact quantiles; approximate ones where a relative error is allowed."""
        from pyspark.sql import functions as F  # noqa: N812

        value = f"cast(`{self.column}` as double)"
        looked_at = "true" if self.row_filter is None else flag(self.row_filter)
        number = f"case when {looked_at} and not isnan({value}) then {value} end"
        if error := self.kwargs.get("allow_relative_error"):
            form = f"percentile_approx({number}, {{}}, {int(1 / error)})"
        else:
            form = f"percentile_disc({{}}) within group (order by {number})"
        return Measures(interpreted={name: F.expr(form.format(quantile)) for name, quantile in self._wanted()})

    def _wanted(self) -> list[tuple[str, float]]:
        quantiles = [float(quantile) for quantile in self.kwargs["quantile_ranges"]["quantiles"]]
        kind = f"quantile with error {self.kwargs.get('allow_relative_error') or 0}"
        return [(self.named(kind, str(quantile), self.column), quantile) for quantile in quantiles]

    def result(self, found: Found) -> ExpectationResult:
        """The quantiles, and which of them are in their range."""
        ranges = self.kwargs["quantile_ranges"]
        values = [found[name] for name, _ in self._wanted()]
        details = [_in_range(value, *item) for value, item in zip(values, ranges["value_ranges"], strict=True)]
        told = [MASK if value is not None and self.hidden(self.column) else value for value in values]
        return self.answer(
            success=all(details),
            observed_value={"quantiles": ranges["quantiles"], "values": told},
            details={"success_details": details},
        )


def _in_range(value: Any, low: Any, high: Any) -> bool:
    if value is None:
        return False
    if any(bound is not None and abs(value - bound) <= NEAR + TOLERANCE * abs(bound) for bound in (low, high)):
        return True
    return bool((low is None or value >= low) and (high is None or value <= high))
