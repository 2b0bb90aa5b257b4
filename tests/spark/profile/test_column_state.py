"""Figures of a column, whatever the batches are that it comes in, against pandas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spark_jobs.profile import sketch
from spark_jobs.profile.column_state import COUNTED, NUMBER, TEXT, ColumnState

NUMBERS = st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9), st.just(math.nan), st.just(math.inf)), max_size=60)


def state(*batches: list[Any], kind: str = NUMBER, type_: Any = None) -> ColumnState:
    found = ColumnState()
    for batch in batches:
        found.see(kind, pa.array(batch, type_ or pa.float64()))
    return found


def texts(*batches: list[str | None]) -> ColumnState:
    found = ColumnState()
    for batch in batches:
        keys = pa.array([None if text is None else hash(text) for text in batch], pa.int64())
        lengths = pa.array([None if text is None else len(text) for text in batch], pa.int32())
        found.see(TEXT, pa.array(batch, pa.string()), keys, lengths)
    return found


@given(st.lists(NUMBERS, min_size=1, max_size=4), st.integers(0, 3))
def test_numbers_are_those_of_pandas_however_they_are_cut(batches: list[list[float | None]], cut: int) -> None:
    found = state(*batches[:cut])
    found.merge(state(*batches[cut:]))
    values = [value for batch in batches for value in batch]
    present = [value for value in values if value is not None]
    finite = pd.Series([value for value in present if math.isfinite(value)], dtype=float)
    assert (found.rows, found.nulls) == (len(values), len(values) - len(present))
    assert (found.numbers, found.not_finite) == (len(finite), len(present) - len(finite))
    assert len(found.counted or {}) == pd.Series(present, dtype=float).nunique(dropna=False)
    if len(finite) > 1:
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
        assert found.mean == pytest.approx(finite.mean(), abs=1e-6)
        spread = math.sqrt(found.squares / (found.numbers - 1))
        assert spread == pytest.approx(finite.std(), rel=1e-9, abs=1e-6)


def test_a_mean_far_from_zero_does_not_cost_the_deviation() -> None:
    found = state([1e9 + 1, 1e9 + 2], [1e9 + 3])
    assert found.squares / 2 == pytest.approx(1.0)


def test_texts_have_lengths_extremes_and_counts() -> None:
    found = texts(["bb", None, ""], ["bb", "a"])
    assert (found.rows, found.nulls, found.empty) == (5, 1, 1)
    assert (found.shortest, found.longest, found.characters) == (0, 2, 5)
    assert (found.minimum, found.maximum) == ("", "bb")
    assert sorted((value, rows) for rows, value in found.counted.values()) == [("", 1), ("a", 1), ("bb", 2)]


def test_zero_is_one_value_and_so_is_nan() -> None:
    assert len(state([0.0, -0.0, math.nan, -math.nan]).counted) == 2


@pytest.mark.parametrize("cuts", [[4 * COUNTED], [COUNTED // 2] * 8], ids=["at once", "by and by"])
def test_many_values_are_sketched_and_no_counted_one_is_forgotten(cuts: list[int]) -> None:
    whole = np.arange(sum(cuts))
    found = ColumnState()
    for batch in np.split(whole, np.cumsum(cuts)[:-1]):
        found.see(NUMBER, pa.array(batch, pa.int64()))
    assert found.counted is None
    few = ColumnState()
    few.see(NUMBER, pa.array([-1, -1, 0], pa.int64()))
    for one, other in ((few, found), (found, few)):
        one.merge(other)
    assert sketch.estimate(found.registers) == pytest.approx(len(whole) + 1, rel=4 * sketch.STANDARD_ERROR)
    assert np.array_equal(few.registers, found.registers)


@pytest.mark.parametrize("size", [0, 1, 50, 3_000, 12_000, 300_000])
def test_the_sketch_is_right_from_few_to_many(size: int) -> None:
    errors = []
    for seed in range(12):
        registers = sketch.empty()
        for part in np.array_split(np.arange(size) * 977 + seed * 10**12, 3):
            sketch.add(registers, np.concatenate([part, part]))
        errors.append(sketch.estimate(registers) - size)
    # The mean of twelve has a twelfth of the variance.
    assert abs(np.mean(errors)) <= 4 * sketch.STANDARD_ERROR * size / math.sqrt(12)
    assert np.sqrt(np.mean(np.square(errors))) <= 2 * sketch.STANDARD_ERROR * size
