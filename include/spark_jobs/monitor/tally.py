"""Counts of captured rows by the reference's bins, in Spark's Python workers.

As aggregates of Spark these are some 400 columns, which Spark neither compiles nor needs: numpy finds a value's bin by
a binary search. The functions are pickled by value, so that workers need none of our modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "place int, bin int, values long, outside long, shifted double, squares double, minimum double, maximum double"
WHOLE, VALID, UNREADABLE = range(3)
ALL = -1
"""The place of what is counted of all rows: bins ``WHOLE``, with the times of the first and the last, in microseconds,
``VALID`` and ``UNREADABLE``."""


@dataclass(frozen=True)
class Distribution:
    """Where the values of one column are, and its bins.

    :param edges: of a number's bins, rising; a bin holds its upper edge
    :param categories: of a category; None: it is a number
    :param minimum: the smallest value that the reference has seen
    :param centre: a number near the mean, from which squares are taken
    """

    column: str
    edges: tuple[float, ...]
    categories: tuple[str, ...] | None
    minimum: float | None
    maximum: float | None
    centre: float


def tally(
    distributions: Sequence[Distribution],
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A function for ``mapInArrow`` over captured rows; gives rows of ``SCHEMA`` that are to be added up.

    :param distributions: their places are their indices
    """

    # Plain tuples, as the workers have no such class.
    plain = [(d.column, d.categories, d.edges, d.minimum, d.maximum, d.centre) for d in distributions]

    def count(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for batch in batches:
            counted = list(_all(batch))
            valid = batch.filter(batch.column("_valid"))
            for place, (column, categories, edges, minimum, maximum, centre) in enumerate(plain):
                values = valid.column(column).drop_null()
                if categories is None:
                    counted += [(place, *row) for row in _numbers(values.to_numpy(), edges, minimum, maximum, centre)]
                else:
                    counted += [(place, *row) for row in _categories(values, categories)]
            names = ("place", "bin", "values", "outside", "shifted", "squares", "minimum", "maximum")
            types = (*[pa.int32()] * 2, *[pa.int64()] * 2, *[pa.float64()] * 4)
            schema = pa.schema(list(zip(names, types, strict=True)))
            yield pa.RecordBatch.from_pylist([dict(zip(names, row, strict=True)) for row in counted], schema=schema)

    return count


def _all(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = batch.column("_whole")
    times = pc.min_max(batch.filter(whole).column("_at").cast(pa.int64())).as_py()
    captured = pc.sum(whole).as_py() or 0
    yield ALL, WHOLE, captured, 0, None, None, times["min"], times["max"]
    yield ALL, VALID, pc.sum(batch.column("_valid")).as_py() or 0, 0, None, None, None, None
    yield ALL, UNREADABLE, len(whole) - captured, 0, None, None, None, None


def _numbers(
    values: Any, edges: Sequence[float], minimum: float | None, maximum: float | None, centre: float
) -> Iterator[tuple[Any, ...]]:
    import numpy as np

    bins = np.searchsorted(edges, values, side="left")
    for bin_ in np.unique(bins):
        here = values[bins == bin_]
        off = here - centre
        low = 0 if minimum is None else int((here < minimum).sum())
        high = 0 if maximum is None else int((here > maximum).sum())
        # A sum and a sum of squares around one number for all can be added up (T. Chan, G. Golub, R. LeVeque,
        # "Algorithms for computing the sample variance", The American Statistician 37, 1983: shifted data).
        sums = float(off.sum()), float((off * off).sum())
        yield int(bin_), len(here), low + high, *sums, float(here.min()), float(here.max())


def _categories(values: pa.Array, categories: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    places = {category: index for index, category in enumerate(categories)}
    for pair in values.value_counts().to_pylist():
        bin_ = places.get(pair["values"], len(categories))
        yield bin_, pair["counts"], 0, None, None, None, None
