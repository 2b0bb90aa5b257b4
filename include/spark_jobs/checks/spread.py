"""Expectations of how far values lie from the others: their figures come from a first pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spark_jobs.checks.check import Found, Measures
from spark_jobs.checks.values import ValuesCheck

if TYPE_CHECKING:
    from pyspark.sql import Column

QUARTILES = (0.25, 0.75)


class SpreadCheck(ValuesCheck):
    """Judges values by mean and standard deviation, or by quartiles."""

    def _figure(self, name: str) -> str:
        return self.named(name, self.column)

    def follow_up(self, found: Found) -> Measures:
        """Rows that do not meet it, by the figures of the first pass."""
        return Measures({self.own("unexpected"): self.count(self.unexpected(found))})

    def moments(self) -> dict[str, Column]:
        """Mean and standard deviation of the sample."""
        from pyspark.sql import functions as F  # noqa: N812

        value = F.col(self.column) if self.row_filter is None else F.when(self.looked_at, F.col(self.column))
        return {self._figure("mean"): F.avg(value), self._figure("stdev"): F.stddev_samp(value)}


class ZScoreCheck(SpreadCheck):
    """A value's distance from the mean, in standard deviations, is below a threshold; without any spread all are."""

    def measures(self) -> Measures:
        """Rows, rows with a value, mean and standard deviation."""
        return Measures({**self.presence(), **self.moments()})

    def unexpected(self, found: Found) -> Column:
        """Whether a value lies too far out."""
        from pyspark.sql import functions as F  # noqa: N812

        mean, deviation = found[self._figure("mean")], found[self._figure("stdev")]
        if not deviation:
            return F.lit(False)
        value, threshold = F.col(self.column), self.kwargs["threshold"]
        score = (value - F.lit(float(mean))) / F.lit(deviation)
        expected = F.abs(score) < abs(threshold) if self.kwargs["double_sided"] else score < threshold
        return value.isNotNull() & ~expected


class OutliersCheck(SpreadCheck):
    """Values lie within Tukey's fences (``iqr``, where left out), or near the mean (``std``)."""

    @property
    def _by_mean(self) -> bool:
        return bool(self.kwargs.get("method", "iqr") == "std")

    def measures(self) -> Measures:
        """Rows, rows with a value, and the figures that the fences stand on."""
        from pyspark.sql import functions as F  # noqa: N812

        if self._by_mean:
            return Measures({**self.presence(), **self.moments()})
        value = F.col(self.column) if self.row_filter is None else F.when(self.looked_at, F.col(self.column))
        quartiles = {self._figure(f"percentile {share}"): F.percentile(value, share) for share in QUARTILES}
        return Measures(self.presence(), quartiles)

    def unexpected(self, found: Found) -> Column:
        """Whether a value lies outside; where there is no spread to measure by, none does."""
        from pyspark.sql import functions as F  # noqa: N812

        value, multiplier = F.col(self.column), self.kwargs.get("multiplier", 1.5)
        names = ("mean", "stdev") if self._by_mean else tuple(f"percentile {share}" for share in QUARTILES)
        first, second = (found[self._figure(name)] for name in names)
        if first is None or second is None:
            return F.lit(False)
        first, second = float(first), float(second)
        if not self._by_mean:
            reach = multiplier * (second - first)
            return value.isNotNull() & ~((value >= F.lit(first - reach)) & (value <= F.lit(second + reach)))
        reach = multiplier * second
        near = F.abs(value - F.lit(first)) < F.lit(reach) if reach > 0 else value == F.lit(first)
        return value.isNotNull() & ~near
