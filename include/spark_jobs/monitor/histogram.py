"""How one column of the captured rows is distributed over its reference's bins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundwork.spec.model_report import FeatureDrift, FeatureReference
from spark_jobs.monitor.tally import Distribution

if TYPE_CHECKING:
    from pyspark.sql import Row

SMALLEST = 1e-4
"""What an empty bin counts as."""


def population_stability_index(reference: Sequence[float], current: Sequence[float]) -> float:
    """Population stability index of two distributions over the same bins: the sum of (c − r) · ln(c / r).

    Formula: N. Siddiqi, *Credit Risk Scorecards*, Wiley 2006, chapter 8. It is not defined where a bin is empty on one
    side; such a share counts as 0.0001, as in Evidently's PSI test, so that one stray value makes no drift.

    :param reference: shares of each bin
    :param current: shares of each bin
    """
    floored = ((max(before, SMALLEST), max(now, SMALLEST)) for before, now in zip(reference, current, strict=True))
    return math.fsum((now - before) * math.log(now / before) for before, now in floored)


@dataclass(frozen=True)
class Histogram:
    """Counts of one column.

    :param bins: of values, as the reference has them; for a category all other values last
    :param nulls: rows without a value
    :param outside: values that the reference has not seen: outside its range, or of no listed category
    """

    reference: FeatureReference
    bins: tuple[int, ...]
    nulls: int
    outside: int
    mean: float | None = None
    standard_deviation: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    distinct: int | None = None

    @property
    def values(self) -> int:
        """Rows with a value."""
        return sum(self.bins)

    @property
    def rows(self) -> int:
        """All rows."""
        return self.values + self.nulls

    def drift(self) -> FeatureDrift:
        """Against the reference; null is a bin like any other."""
        rows = self.rows or 1
        shares = [count / rows for count in (*self.bins, self.nulls)]
        before = [*self.reference.shares, self.reference.nulls]
        return FeatureDrift(
            name=self.reference.name,
            psi=population_stability_index(before, shares) if self.rows else 0.0,
            nulls=self.nulls / rows,
            reference_nulls=self.reference.nulls,
            mean=self.mean,
            reference_mean=self.reference.mean,
            unseen=self.outside / self.values if self.values else 0.0,
        )


def distribution(reference: FeatureReference, column: str) -> Distribution:
    """What is to be counted of a column.

    :param column: where its values are
    """
    return Distribution(
        column=column,
        edges=reference.edges,
        categories=reference.values if reference.type == "category" else None,
        minimum=reference.minimum,
        maximum=reference.maximum,
        centre=reference.mean or 0.0,
    )


def read_histogram(reference: FeatureReference, found: Mapping[int, Row], rows: int, others: int) -> Histogram:
    """The histogram from what was counted.

    :param found: bin → its row of ``tally.SCHEMA``, added up
    :param rows: valid rows
    :param others: different values of no listed category
    """
    category = reference.type == "category"
    count = len(reference.values) if category else len(reference.edges)
    bins = tuple(found[place]["values"] if place in found else 0 for place in range(count + 1))
    nulls = rows - sum(bins)
    if category:
        # Where the reference has other values itself, which of them it has seen is not known.
        outside = 0 if reference.shares[-1] else bins[-1]
        return Histogram(reference, bins, nulls, outside, distinct=sum(map(bool, bins[:-1])) + others)
    if not found:
        return Histogram(reference, bins, nulls, 0)
    values, shifted, squares = (
        math.fsum(row[name] for row in found.values()) for name in ("values", "shifted", "squares")
    )
    return Histogram(
        reference,
        bins,
        nulls,
        sum(row["outside"] for row in found.values()),
        mean=(reference.mean or 0.0) + shifted / values,
        standard_deviation=math.sqrt(max(0.0, squares / values - (shifted / values) ** 2)),
        minimum=min(row["minimum"] for row in found.values()),
        maximum=max(row["maximum"] for row in found.values()),
    )
