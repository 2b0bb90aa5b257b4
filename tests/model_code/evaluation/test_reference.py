"""The reference by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_code.evaluation.reference import category_reference, number_reference


def test_numbers_fall_in_ten_bins_of_equal_size_and_nothing_is_apart():
    values = np.array([*map(float, range(1, 101)), *[np.nan] * 25])
    found = number_reference("x", values)
    # numpy's quantiles of 1…100 interpolate: 10.9, 20.8 …
    np.testing.assert_allclose(found.edges, [10.9, 20.8, 30.7, 40.6, 50.5, 60.4, 70.3, 80.2, 90.1])
    assert found.shares == (10 / 125,) * 10
    assert found.nulls == pytest.approx(0.2)
    assert (found.mean, found.minimum, found.maximum) == (50.5, 1.0, 100.0)


def test_few_different_numbers_have_a_bin_each_and_a_constant_can_still_be_left():
    months = number_reference("month", np.array([1.0, 1, 2, 5]))
    assert (months.edges, months.shares) == ((1.0, 2.0), (0.5, 0.25, 0.25))
    constant = number_reference("c", np.array([3.0, 3.0]))
    assert (constant.edges, constant.shares) == ((3.0,), (1.0, 0.0))


def test_categories_come_by_frequency_and_all_others_are_one():
    values = ["b"] * 3 + ["a"] * 3 + [f"rare{number:02}" for number in range(60)] + [None] * 34
    found = category_reference("x", values)
    assert found.values[:3] == ("a", "b", "rare00")
    assert len(found.values) == 50
    assert found.shares[:3] == (0.03, 0.03, 0.01)
    assert found.shares[-1] == pytest.approx(0.12)
    assert found.nulls == pytest.approx(0.34)


@given(st.lists(st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6)), min_size=1, max_size=200))
def test_shares_and_nulls_are_all_rows_and_bins_are_as_the_monitor_counts_them(values):
    found = number_reference("x", np.array(values))
    assert sum(found.shares) + found.nulls == pytest.approx(1)
    known = [value for value in values if not np.isnan(value)]
    bins = [sum(edge < value for edge in found.edges) for value in known]
    assert [bins.count(index) / len(values) for index in range(len(found.edges) + 1)] == pytest.approx(found.shares)
    assert list(found.edges) == sorted(set(found.edges))
