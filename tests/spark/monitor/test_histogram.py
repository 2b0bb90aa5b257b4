"""Population stability index, worked out another way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.spec.model_report import FeatureReference
from spark_jobs.monitor.histogram import Histogram, population_stability_index

SHARES = st.lists(st.integers(0, 50), min_size=2, max_size=8).filter(any)


def test_by_hand() -> None:
    found = population_stability_index([0.5, 0.5], [0.25, 0.75])
    assert found == pytest.approx(-0.25 * math.log(0.5) + 0.25 * math.log(1.5), rel=1e-12)
    # an empty bin counts as one row of ten thousand
    empty = population_stability_index([0.0, 1.0], [0.1, 0.9])
    assert empty == pytest.approx(0.0999 * math.log(1000) - 0.1 * math.log(0.9), rel=1e-12)


@given(counts=st.tuples(SHARES, SHARES).filter(lambda pair: len(pair[0]) == len(pair[1])))
def test_as_numpy_has_it_and_never_negative(counts: tuple[list[int], list[int]]) -> None:
    before, now = (np.array(each) / sum(each) for each in counts)
    low, high = (np.clip(each, 1e-4, None) for each in (before, now))
    expected = float(np.sum((high - low) * np.log(high / low)))
    found = population_stability_index(list(before), list(now))
    assert found == pytest.approx(expected, abs=1e-12)
    assert found >= 0
    assert found == pytest.approx(population_stability_index(list(now), list(before)), abs=1e-12)


def test_null_is_a_bin_and_others_are_unseen_only_where_the_reference_has_none() -> None:
    reference = FeatureReference(name="f", type="category", values=("a",), shares=(0.5, 0.0), nulls=0.5)
    drift = Histogram(reference, bins=(1, 1), nulls=2, outside=1, distinct=2).drift()
    assert (drift.nulls, drift.reference_nulls, drift.unseen) == (0.5, 0.5, 0.5)
    assert drift.psi == pytest.approx(population_stability_index([0.5, 0.0, 0.5], [0.25, 0.25, 0.5]))


def test_no_rows_have_not_drifted() -> None:
    reference = FeatureReference(name="f", type="number", edges=(1.0,), shares=(0.5, 0.5), nulls=0.0)
    drift = Histogram(reference, bins=(0, 0), nulls=0, outside=0).drift()
    assert (drift.psi, drift.nulls, drift.unseen) == (0.0, 0.0, 0.0)
