"""Searches: what is drawn lies in its range, comes again with the seed, and covers a grid."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sagemaker.errors import ValidationException
from sandbox.sagemaker.tuning.search import make_search


def config(strategy: str = "Random", **ranges: Any) -> dict[str, Any]:
    return {"Strategy": strategy, "ParameterRanges": ranges}


def numeric(least: object, most: object, scaling: str = "Auto") -> list[dict[str, str]]:
    return [{"Name": "x", "MinValue": str(least), "MaxValue": str(most), "ScalingType": scaling}]


@given(
    bounds=st.tuples(st.integers(-1000, 1000), st.integers(0, 1000)),
    seed=st.integers(0, 2**31),
    number=st.integers(0, 500),
)
def test_whole_numbers_lie_in_their_range(bounds: tuple[int, int], seed: int, number: int) -> None:
    least, most = bounds[0], bounds[0] + bounds[1]
    search = make_search(config(IntegerParameterRanges=numeric(least, most)), seed)
    assert least <= int(search.trial(number)["x"]) <= most


@given(
    bounds=st.tuples(st.floats(1e-6, 0.5), st.floats(0, 0.49)),
    scaling=st.sampled_from(["Auto", "Linear", "Logarithmic", "ReverseLogarithmic"]),
    number=st.integers(0, 500),
)
def test_numbers_lie_in_their_range_whatever_the_scale(bounds: tuple[float, float], scaling: str, number: int) -> None:
    least, most = bounds[0], bounds[0] + bounds[1]
    search = make_search(config(ContinuousParameterRanges=numeric(least, most, scaling)), 7)
    assert least <= float(search.trial(number)["x"]) <= most


@given(seed=st.integers(0, 2**31), number=st.integers(0, 500))
def test_a_trial_is_the_same_again_with_the_same_seed(seed: int, number: int) -> None:
    wanted = config(
        ContinuousParameterRanges=numeric(0, 1),
        CategoricalParameterRanges=[{"Name": "tree", "Values": ["hist", "exact", "approx"]}],
    )
    trial = make_search(wanted, seed).trial(number)
    assert trial == make_search(wanted, seed).trial(number)
    assert trial["x"] != make_search(wanted, seed + 1).trial(number)["x"]


def test_a_logarithmic_scale_draws_each_power_as_often() -> None:
    search = make_search(config(ContinuousParameterRanges=numeric(1e-4, 1, "Logarithmic")), 1)
    drawn = [float(search.trial(number)["x"]) for number in range(2000)]
    for power in range(-4, 0):  # a quarter of them in each of the four powers of ten
        assert 400 < sum(10**power <= each < 10 ** (power + 1) for each in drawn) < 600


def test_a_grid_is_every_combination_once() -> None:
    ranges = [{"Name": "a", "Values": ["1", "2"]}, {"Name": "b", "Values": ["x", "y", "z"]}]
    search = make_search(config("Grid", CategoricalParameterRanges=ranges), 0)
    assert search.size == 6
    trials = [tuple(search.trial(number).values()) for number in range(6)]
    assert trials == list(itertools.product(["1", "2"], ["x", "y", "z"]))


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (config(IntegerParameterRanges=numeric(5, 1)), "x: MinValue 5 is not at most MaxValue 1"),
        (config(IntegerParameterRanges=numeric("a", 1)), "x: invalid literal"),
        (config(ContinuousParameterRanges=numeric("nan", 1)), "x: MinValue nan is not"),
        (config(ContinuousParameterRanges=numeric(0, 1, "Logarithmic")), "Logarithmic needs a MinValue above 0"),
        (config(ContinuousParameterRanges=numeric(0, 1, "ReverseLogarithmic")), "needs a continuous range in"),
        (config("Grid", IntegerParameterRanges=numeric(0, 1)), "Grid takes CategoricalParameterRanges alone"),
    ],
)
def test_a_range_that_cannot_be_searched_is_refused(wanted: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationException, match=says):
        make_search(wanted, 0)
