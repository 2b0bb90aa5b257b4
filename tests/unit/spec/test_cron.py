"""Cron expressions, held against the library that Airflow reads them with."""

from __future__ import annotations

import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st

from groundwork.spec.cron import PRESETS, checked_cron

PARTS = st.sampled_from(
    ["*", "0", "1", "5", "7", "12", "23", "31", "59", "60", "1-5", "5-1", "*/2", "*/0", "1,31", "x"]
)


@pytest.mark.parametrize(
    "text", [*PRESETS, "0 5 * * *", "*/15 8-18 * * 1-5", "30 4 1,15 * *", "0 0 * * 7", "5/10 * * * *"]
)
def test_what_airflow_can_schedule_is_accepted(text: str) -> None:
    assert checked_cron(text) == text
    assert text in PRESETS or croniter.is_valid(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write five fields"),
        ("daily", "write five fields"),
        ("@reboot", "write five fields"),
        ("* * * *", "write five fields"),
        ("0 0 5 * * *", "write five fields"),
        ("60 * * * *", "'60' is no minute .* from 0 to 59"),
        ("* 24 * * *", "no hour"),
        ("* * 0 * *", "no day of month"),
        ("* * * 13 *", "no month"),
        ("* * * * 8", "no day of week"),
        ("* * * * MON", "no day of week"),
        ("5-1 * * * *", "no minute"),
        ("*/0 * * * *", "no minute"),
        ("1,, * * * *", "no minute"),
    ],
)
def test_what_it_cannot_says_which_field(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        checked_cron(text)


@given(st.lists(PARTS, min_size=5, max_size=5).map(" ".join))
def test_whatever_is_accepted_the_library_accepts_too(text: str) -> None:
    try:
        checked_cron(text)
    except ValueError:
        return
    assert croniter.is_valid(text)
