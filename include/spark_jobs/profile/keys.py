"""Columns, and pairs of columns, that tell every row from every other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from spark_jobs.profile.column_state import ColumnState
from spark_jobs.profile.projection import Projected
from spark_jobs.profile.sketch import STANDARD_ERROR

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LOOKED_AT = 8
"""Candidates that are proven over all rows: each is a shuffle."""
PAIRED = 30
"""Columns of most distinct values that pairs are made of."""
MEASURES = ("float", "double", "boolean")
"""Types that are unique by accident only."""


def candidate_keys(
    frame: DataFrame,
    columns: Sequence[Projected],
    states: Mapping[str, ColumnState],
    distinct: Mapping[str, int],
    sample: Any,
    *,
    pairs: bool,
) -> tuple[tuple[str, ...], ...]:
    """Candidates that hold in every row: found by sketch and drawn rows, then proven. At most ``LOOKED_AT`` of a kind.

    :param distinct: column → about how many distinct values
    :param sample: drawn rows as an Arrow table with the columns in their order
    :param pairs: also pairs of columns that are no keys alone
    """
    whole = [each for each in columns if not states[each.name].nulls and each.type not in MEASURES]
    rows = states[columns[0].name].rows
    likely = [each for each in whole if distinct[each.name] >= rows * (1 - 4 * STANDARD_ERROR)]
    singles = [each for each in likely if _differ(sample, (each,))][:LOOKED_AT]
    found: list[tuple[str, ...]] = [(each.name,) for each in singles if _proven(frame, (each,))]
    if pairs:
        found += _pairs(frame, [each for each in whole if (each.name,) not in found], distinct, sample, rows)
    return tuple(found)


def _pairs(
    frame: DataFrame, columns: Sequence[Projected], distinct: Mapping[str, int], sample: Any, rows: int
) -> list[tuple[str, ...]]:
    # A column that is nearly unique makes a pair with any other: that says nothing.
    again = [each for each in columns if distinct[each.name] <= rows / 2]
    many = sorted(again, key=lambda each: -distinct[each.name])[:PAIRED]
    kept = [each for each in again if each in many]
    likely = [pair for pair in combinations(kept, 2) if distinct[pair[0].name] * distinct[pair[1].name] >= rows * 0.9]
    chosen = [pair for pair in likely if _differ(sample, pair)]
    # A key of few values in each column says more than one that a nearly unique column makes unique.
    chosen.sort(key=lambda pair: distinct[pair[0].name] + distinct[pair[1].name])
    return [tuple(each.name for each in pair) for pair in chosen[:LOOKED_AT] if _proven(frame, pair)]


def _differ(sample: Any, columns: Iterable[Projected]) -> bool:
    """No two drawn rows are equal in the columns."""
    names = [f"value{each.read.place}" for each in columns]
    return sample.select(names).group_by(names).aggregate([]).num_rows == sample.num_rows


def _proven(frame: DataFrame, columns: Sequence[Projected]) -> bool:
    """No two rows are equal in the columns: looked for among hashes, and where two of these are equal, among values."""
    from pyspark.sql import functions as F  # noqa: N812

    values = [each.value for each in columns]
    return _unlike(frame.select(F.xxhash64(*values))) or _unlike(frame.select(*values))


def _unlike(rows: DataFrame) -> bool:
    """No two rows are equal."""
    named = rows.toDF(*(str(place) for place in range(len(rows.columns))))
    return named.groupBy(*named.columns).count().where("count > 1").isEmpty()
