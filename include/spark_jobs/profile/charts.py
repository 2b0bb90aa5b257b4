"""The small charts of a profile's page: where their bars and lines lie, in the units of an SVG's viewBox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundwork.spec.profile import ColumnProfile, Histogram, ValueCount

WIDTH, HEIGHT = 300.0, 70.0
GAP = 1.0
LEAST_HEIGHT = 1.0
"""A bin that holds anything is seen."""
BLOCKS = "▁▂▃▄▅▆▇█"
BLOCKS_SHOWN = 20


@dataclass(frozen=True)
class Bar:
    """A bin of a histogram, and what is said when one points at it."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Row:
    """A value with its share of the longest bar, in percent, and of the rows."""

    value: str
    count: int
    length: float
    share: float


def bars(histogram: Histogram) -> tuple[Bar, ...]:
    """One bar a bin that is not empty."""
    most = max(histogram.counts)
    width = WIDTH / len(histogram.counts)
    found = []
    for place, count in enumerate(histogram.counts):
        if count:
            height = max(LEAST_HEIGHT, HEIGHT * count / most)
            title = f"{histogram.edges[place]} to {histogram.edges[place + 1]}: {count:,} rows"
            found.append(Bar(place * width, HEIGHT - height, max(width - GAP, GAP), height, title))
    return tuple(found)


def rows(values: Sequence[ValueCount], total: int) -> tuple[Row, ...]:
    """One row a value.

    :param total: rows that were looked at
    """
    most = max((each.count for each in values), default=1)
    return tuple(
        Row(each.value, each.count, 100 * each.count / most, 100 * each.count / total if total else 0.0)
        for each in values
    )


def blocks(histogram: Histogram) -> str:
    """The histogram as characters of a terminal, a space where there is nothing; many bins are taken together."""
    together = -(-len(histogram.counts) // BLOCKS_SHOWN)
    counts = [sum(histogram.counts[start : start + together]) for start in range(0, len(histogram.counts), together)]
    return "".join(BLOCKS[round(count / max(counts) * (len(BLOCKS) - 1))] if count else " " for count in counts)


def missing(column: ColumnProfile) -> float:
    """Share of the rows that are null, in percent."""
    return 100 * column.nulls / column.rows if column.rows else 0.0


def different(column: ColumnProfile) -> float:
    """Distinct values as a share of all values, in percent."""
    values = column.rows - column.nulls
    return min(100.0, 100 * column.distinct / values) if values else 0.0
