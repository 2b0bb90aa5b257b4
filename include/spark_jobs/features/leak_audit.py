"""Some of the rows that were written, computed again from nothing but what was known at their prediction time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from groundwork.spec.feature_contract import LABEL_KNOWN_AT, PREDICTION_TIME
from spark_jobs.features.brute_force import brute_force
from spark_jobs.features.sources import Sources

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SAMPLE = 200
"""Rows that are computed again. A mistake in one row of a hundred is missed by one audit in seven, a mistake in one row
of twenty by one in 28,000."""
TOLERANCE = 1e-9
"""Two sums of the same numbers in another order differ by less, relative to their size."""


@dataclass(frozen=True)
class LeakAudit:
    """What was found.

    :param rows: rows that were computed again
    :param differing: of these, rows that came out differently
    :param differences: one sentence for each value
    """

    rows: int
    differing: int
    differences: tuple[str, ...]


def leak_audit(sources: Sources, written: DataFrame) -> LeakAudit:
    """Hold a sample of the written rows against brute force.

    :param written: the batches' rows of the feature table
    """
    from pyspark.sql import functions as F  # noqa: N812

    key = sources.key
    complete = written.dropna(subset=list(key))
    # By the digest of the key, so that every audit of the same rows looks at the same ones.
    sample = complete.orderBy(F.xxhash64(*key), *key).limit(SAMPLE).cache()
    there = {tuple(row[name] for name in key): row.asDict() for row in sample.collect()}
    known = brute_force(sources, sample.select(*key))
    features = [feature.name for feature in sources.view.features]
    compared = dict.fromkeys([PREDICTION_TIME, sources.view.label.name, LABEL_KNOWN_AT, *features])
    found = {place: list(_differences(row, known.get(place), list(compared))) for place, row in there.items()}
    told = [
        f"{name} of {_named(key, place)} is {value!r} in the table and {right!r} by what was known"
        for place, values in found.items()
        for name, value, right in values
    ]
    return LeakAudit(len(there), sum(bool(values) for values in found.values()), tuple(told))


def _named(key: tuple[str, ...], place: tuple[Any, ...]) -> str:
    return ", ".join(f"{name}={value}" for name, value in zip(key, place, strict=True))


def _differences(
    row: Mapping[str, Any], known: Mapping[str, Any] | None, names: list[str]
) -> Iterator[tuple[str, Any, Any]]:
    if known is None:
        yield "row", "there", "missing from the product"
        return
    for name in names:
        if not same(row[name], known[name]):
            yield name, row[name], known[name]


def same(value: Any, right: Any) -> bool:
    """Whether two values agree; numbers up to the rounding of a sum."""
    if isinstance(value, float) and isinstance(right, float):
        both_nan = math.isnan(value) and math.isnan(right)
        return both_nan or math.isclose(value, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(value == right)
