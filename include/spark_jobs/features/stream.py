"""What rows that ask and rows that answer have in common when they stand in one stream: group and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column, WindowSpec

GROUP = "_group_"
"""Begins the names of the columns that a stream is grouped by: features may have the names of the product's columns."""
AT = "_at"
"""When a row is asked for or known, in microseconds: a window's beginning is excluded to the microsecond."""
HOUR = 3_600_000_000
DAY = 24 * HOUR


@dataclass(frozen=True)
class Span:
    """Between which moments predictions are made, in microseconds; None where there are none."""

    first: int | None
    last: int | None

    def covers(self, known_at: Column, microseconds: int) -> Column:
        """Whether a row can be in the window of so many microseconds of any prediction.

        Iceberg skips the files that are older, so that one new batch does not read all that ever was.
        """
        from pyspark.sql import functions as F  # noqa: N812

        if self.first is None or self.last is None:
            return F.lit(False)
        first = F.timestamp_micros(F.lit(self.first - microseconds))
        return (known_at > first) & (known_at <= F.timestamp_micros(F.lit(self.last)))


def window(groups: Sequence[str], start: int | None, end: int) -> WindowSpec:
    """Rows of the same group by their time.

    :param start: first microsecond, relative to the row's; None: from the beginning, which Spark carries on from row to
        row, whereas it sums a frame with a beginning anew for each row
    :param end: last microsecond, relative to the row's; rows of the same time are in it
    """
    from pyspark.sql import Window

    first = Window.unboundedPreceding if start is None else start
    return Window.partitionBy(*groups).orderBy(AT).rangeBetween(first, end)
