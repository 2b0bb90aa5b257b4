"""How one column of the captured rows is distributed over its reference's bins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from groundwork.spec.model_report import FeatureDrift, FeatureReference

if TYPE_CHECKING:
    from pyspark.sql import Column

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


def histogram_figures(reference: FeatureReference, column: str) -> dict[str, Column]:
    """What to aggregate over the valid rows, by name.

    :param column: where its values are
    """
    from pyspark.sql import functions as F  # noqa: N812

    name = reference.name
    value = F.when(F.col("_valid"), F.col(column))
    figures = {f"{name} values": F.count(value)}
    if reference.type == "category":
        for index, category in enumerate(reference.values):
            figures[f"{name} {index}"] = F.count(F.when(value == category, 1))
        figures[f"{name} distinct"] = F.approx_count_distinct(value)
        return figures
    # One comparison an edge: how many lie above it; the bins are the differences.
    for index, edge in enumerate(reference.edges):
        figures[f"{name} {index}"] = F.count(F.when(value > edge, 1))
    if reference.minimum is not None and reference.maximum is not None:
        figures[f"{name} outside"] = F.count(F.when((value < reference.minimum) | (value > reference.maximum), 1))
    return figures | {
        f"{name} mean": F.avg(value),
        f"{name} deviation": F.stddev_pop(value),
        f"{name} minimum": F.min(value),
        f"{name} maximum": F.max(value),
    }


def read_histogram(reference: FeatureReference, found: Mapping[str, Any], rows: int) -> Histogram:
    """The histogram from what was aggregated.

    :param found: figures by name
    :param rows: valid rows
    """
    name = reference.name
    values = found[f"{name} values"]
    if reference.type == "category":
        listed = [found[f"{name} {index}"] for index in range(len(reference.values))]
        others = values - sum(listed)
        # Where the reference has other values itself, which of them it has seen is not known.
        outside = 0 if reference.shares[-1] else others
        return Histogram(reference, (*listed, others), rows - values, outside, distinct=found[f"{name} distinct"])
    above = [values, *(found[f"{name} {index}"] for index in range(len(reference.edges))), 0]
    return Histogram(
        reference,
        tuple(more - fewer for more, fewer in pairwise(above)),
        rows - values,
        found.get(f"{name} outside", 0),
        mean=found[f"{name} mean"],
        standard_deviation=found[f"{name} deviation"],
        minimum=found[f"{name} minimum"],
        maximum=found[f"{name} maximum"],
    )
