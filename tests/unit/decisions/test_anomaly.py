"""What is unusual beside earlier batches: medians and deviations worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from groundwork.decisions.anomaly import unusual_figures
from groundwork.spec.gate import Gate
from groundwork.spec.history import BatchFigures

MONDAY = datetime(2013, 7, 1, 12, tzinfo=UTC)
MONTHS = [27_004, 24_951, 28_834, 28_330, 28_796, 28_243, 29_425, 29_327]
"""Flights that left New York from January to August 2013."""
NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)


def figures(day: int, **values: float) -> BatchFigures:
    """A batch of so many days after a Monday."""
    return BatchFigures(batch_id=f"b{day}", sequence=day + 1, at=MONDAY + timedelta(days=day), figures=values)


def gate(minimum: int = 8, **anomaly: object) -> Gate:
    return Gate.model_validate({"minimumHistory": minimum, "anomalies": [{"figure": "rows", **anomaly}]})


def reasons(gate: Gate, value: float, earlier: list[float], key: str = "rows") -> list[str]:
    """What is told of a batch, the earlier ones being of one Monday after the other."""
    history = [figures(7 * day, **{key: each}) for day, each in enumerate(earlier)]
    return [found.reason for found in unusual_figures(gate, figures(7 * len(earlier), **{key: value}), history)]


def test_a_reason_tells_what_came_what_was_usual_and_where_the_bound_is() -> None:
    # Median (28330 + 28796) / 2 = 28563; deviations 1559 3612 271 233 233 320 862 764: median (320 + 764) / 2 = 542,
    # times 1.4826 and 5: 4017.85, more than a tenth of the median.
    (told,) = reasons(gate(), 12, [float(rows) for rows in MONTHS])
    assert told == "rows that came: 12; the last 8 Mondays had 24,951 to 29,425, less than 24,545 is unusual"
    assert reasons(gate(), 24_546, [float(rows) for rows in MONTHS]) == []
    assert reasons(gate(), 32_580, [float(rows) for rows in MONTHS]) == []
    (told,) = reasons(gate(), 32_582, [float(rows) for rows in MONTHS])
    assert told.endswith("more than 32,581 is unusual")


@pytest.mark.parametrize(("batches", "told"), [(0, 0), (7, 0), (8, 1), (9, 1)])
def test_nothing_is_unusual_before_there_is_enough_history(batches: int, told: int) -> None:
    assert len(reasons(gate(minimum=8), 1, [100.0] * batches)) == told


@pytest.mark.parametrize(
    ("value", "floor", "told"),
    [(110, None, 0), (111, None, 1), (90, None, 0), (89, None, 1), (150, 0.5, 0), (151, 0.5, 1), (101, 0, 1)],
)
def test_history_without_any_deviation_leaves_the_floor(value: float, floor: float | None, told: int) -> None:
    declared = {} if floor is None else {"floor": floor}
    assert len(reasons(gate(**declared), value, [100.0] * 8)) == told


def test_one_wild_batch_in_the_history_changes_nothing() -> None:
    quiet, wild = [100.0] * 8, [*[100.0] * 8, 1e9]
    assert reasons(gate(), 111, quiet)
    assert reasons(gate(), 111, wild)
    assert not reasons(gate(), 109, wild)


def test_a_weekday_is_held_against_its_own_once_there_are_four() -> None:
    """Sundays bring a tenth of what the other days bring."""
    week = [1000.0, 1000.0, 1000.0, 1000.0, 1000.0, 1000.0, 100.0]

    def told(days: int, value: float) -> list[str]:
        history = [figures(day, rows=week[day % 7]) for day in range(days)]
        return [found.reason for found in unusual_figures(gate(), figures(days, rows=value), history)]

    three_sundays, four_sundays = 27, 34  # the day after these many is a Sunday
    assert told(three_sundays, 100) == [
        "rows that came: 100; the last 27 batches had 100 to 1,000, less than 900 is unusual"
    ]
    assert told(three_sundays, 1000) == []
    assert told(four_sundays, 100) == []
    assert told(four_sundays, 1000) == ["rows that came: 1,000; the last 4 Sundays had 100, more than 110 is unusual"]
    assert told(four_sundays + 1, 100) == [
        "rows that came: 100; the last 5 Mondays had 1,000, less than 900 is unusual"
    ]


def test_only_the_rise_of_a_share_is_unusual_and_its_floor_is_in_points() -> None:
    shares = gate(figure="quarantined_share")
    assert reasons(shares, 0.0, [0.3] * 8, "quarantined_share") == []
    assert reasons(shares, 0.0099, [0.0] * 8, "quarantined_share") == []
    (told,) = reasons(shares, 0.12, [0.0] * 8, "quarantined_share")
    assert told == "share of quarantined rows: 12.00%; the last 8 Mondays had 0.00%, more than 1.00% is unusual"


def test_a_figure_is_named_with_what_it_is_of_and_blocks_where_declared() -> None:
    declared = gate(figure="mean", of="amount", then="block", tolerance=3)
    history = [figures(7 * day, **{"mean(amount)": value}) for day, value in enumerate([1.5, 2.5] * 4)]
    # Median 2, deviations all 0.5: 2 + 3 × 1.4826 × 0.5 = 4.2239.
    (found,) = unusual_figures(declared, figures(56, **{"mean(amount)": 4.5}), history)
    assert found.blocks
    assert found.reason == "mean of amount: 4.5; the last 8 Mondays had 1.5 to 2.5, more than 4.224 is unusual"
    assert unusual_figures(declared, figures(56, **{"mean(amount)": 4.2}), history) == ()


def test_batches_that_lack_the_figure_do_not_count() -> None:
    history = [figures(7 * day, rows=100.0) for day in range(7)] + [figures(7 * day, other=1.0) for day in range(7, 20)]
    assert unusual_figures(gate(), figures(140, rows=1.0), history) == ()
    assert unusual_figures(gate(), figures(140, other=9.0), [figures(7 * day, rows=100.0) for day in range(9)]) == ()


@given(st.lists(NUMBERS, min_size=8, max_size=20), NUMBERS)
def test_the_same_history_twice_says_the_same(earlier: list[float], value: float) -> None:
    """Median and deviation are those of the figures, however often each came."""
    assert bool(reasons(gate(), value, earlier)) == bool(reasons(gate(), value, [*earlier, *earlier]))


@given(NUMBERS, st.integers(8, 40), st.integers(1, 20))
def test_more_of_the_same_is_never_unusual(value: float, batches: int, more: int) -> None:
    assert reasons(gate(floor=0), value, [value] * batches) == []
    assert reasons(gate(floor=0), value, [value] * (batches + more)) == []


@given(st.lists(NUMBERS, min_size=8, max_size=20), NUMBERS, st.floats(1, 10))
def test_what_lies_further_out_is_not_more_usual(earlier: list[float], value: float, further: float) -> None:
    middle = sorted(earlier)[len(earlier) // 2]
    low = sorted(earlier)[(len(earlier) - 1) // 2]
    assume(value > middle or value < low)
    assert len(reasons(gate(), value + (further if value > middle else -further), earlier)) >= len(
        reasons(gate(), value, earlier)
    )


@given(NUMBERS, NUMBERS, st.lists(NUMBERS, max_size=8))
def test_fewer_wild_batches_than_quiet_ones_change_nothing(quiet: float, value: float, wild: list[float]) -> None:
    """The median stays at the quiet ones, and so does the deviation."""
    told = reasons(gate(), value, [quiet] * 9)
    assert bool(reasons(gate(), value, [*wild, *[quiet] * 9])) == bool(told)
