"""Quantiles, histogram, frequent values and shapes, against numpy and by hand."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spark_jobs.profile.distribution import SHARES, distribution, histogram, pattern, quantiles, rank_error


def spread(values: list[Any], *, ordered: bool = True) -> Any:
    return distribution(Counter(values), len(values), ordered=ordered, exact=True)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=200))
def test_quantiles_are_numpys_inverted_cdf(values: list[int]) -> None:
    wanted = [str(np.quantile(values, share, method="inverted_cdf")) for share in SHARES]
    assert [each.value for each in quantiles(sorted(Counter(values).items()))] == wanted


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=200))
def test_every_number_lies_in_one_bin_of_one_width(values: list[float]) -> None:
    found = histogram(sorted(Counter(values).items()))
    assert sum(found.counts) == len(values)
    if (width := max(values) - min(values)) > 1e-3:
        wanted, edges = np.histogram(values, bins=20)
        assert np.abs(np.array(found.edges, float) - edges).max() <= 1e-5 * max(map(abs, values)) + 1e-5 * width
        # A value on an edge may fall to either side of it by the last bit.
        assert np.abs(np.cumsum(found.counts) - np.cumsum(wanted)).max() <= max(Counter(values).values())


def test_whole_numbers_and_days_have_bins_of_whole_width() -> None:
    dice = spread([1, 1, 2, 6])
    assert dice.histogram.edges == ("1", "2", "3", "4", "5", "6", "7")
    assert dice.histogram.counts == (2, 1, 0, 0, 0, 1)
    # 365 days in at most 20 bins: 19 days each.
    year = spread([date(2013, 1, 1), date(2013, 1, 19), date(2013, 1, 20), date(2013, 12, 31)])
    assert year.histogram.edges[:2] == ("2013-01-01", "2013-01-20")
    assert (year.histogram.counts[:2], sum(year.histogram.counts)) == ((2, 1), 4)


def test_moments_and_decimals_are_ordered_too() -> None:
    moments = spread([datetime(2013, 1, 1, hour, tzinfo=UTC) for hour in range(21)])
    assert moments.histogram.edges[0] == "2013-01-01 00:00:00"
    assert moments.histogram.edges[1] == "2013-01-01 01:00:00"
    assert moments.quantiles[3].value == "2013-01-01 10:00:00"
    assert spread([Decimal("1.50"), Decimal("2.25")]).quantiles[3].value == "1.50"


def test_one_value_and_none_and_numbers_too_far_apart() -> None:
    assert spread([0.5, 0.5]).histogram.counts == (2,)
    assert spread([]) == distribution({}, 0, ordered=True, exact=True)
    assert spread([]).histogram is None
    assert spread([-1.7e308, 1.7e308]).histogram is None


def test_the_last_day_there_is_has_an_edge() -> None:
    assert histogram([(date(9999, 12, 30), 1), (date(9999, 12, 31), 1)]).edges[-1] == "9999-12-31"


def test_frequent_values_stand_more_than_once_the_most_frequent_first() -> None:
    found = spread(["b", "a", "c", "a", "b", "once"], ordered=False).top_values
    assert [(each.value, each.count) for each in found] == [("a", 2), ("b", 2)]


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("N14228", "A99999"),
        ("(212) 555-0100", "(999) 999-9999"),
        ("Ärger 3½", "Aaaaa 9½"),
        ("", ""),
        ("first.last@example.com.au", "a+.a+@a+.a+.a+"),
        ("x" * 300, "a+"),
    ],
)
def test_the_shape_of_a_text(value: str, shape: str) -> None:
    assert pattern(value) == shape


def test_shapes_are_counted_by_rows() -> None:
    found = spread(["A1", "B2", "B2", "long"], ordered=False).patterns
    assert [(each.value, each.count) for each in found] == [("A9", 3), ("aaaa", 1)]


def test_the_error_of_a_drawn_quantile() -> None:
    # sqrt(ln(40) / 20000)
    assert rank_error(10_000) == pytest.approx(0.0136, abs=5e-5)
    random = np.random.default_rng(1)
    drawn = [abs((random.random(1_000) < 0.5).mean() - 0.5) for _ in range(400)]
    assert np.mean(np.array(drawn) > rank_error(1_000)) <= 0.05
