"""Reports: no row is lost, and what one stage writes the next one reads."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from groundwork.spec.decision import Decision
from groundwork.spec.profile import ColumnProfile
from groundwork.spec.report import (
    AcquireReport,
    Counts,
    ExpectationResult,
    FileResult,
    RefineReport,
    RuleResult,
    UndoReport,
)

PUBLISH = Decision(outcome="publish", measured={"quarantinedShare": 0.25}, declared={"maximumQuarantined": 0.5})
COMMON = {"product": "orders", "batch_id": "0123456789abcdef", "table": "lake.test_shop_refined.orders"}


@given(st.lists(st.integers(0, 2**40), min_size=3, max_size=3), st.integers(-5, 5))
def test_counts_add_up_or_are_refused(parts: list[int], lost: int) -> None:
    published, quarantined, dropped = parts
    raw = sum(parts) + lost
    if lost == 0:
        assert Counts(raw=raw, published=published, quarantined=quarantined, dropped=dropped).raw == raw
    else:
        with pytest.raises(ValidationError, match=f"raw {raw} is not published|greater than or equal to 0"):
            Counts(raw=raw, published=published, quarantined=quarantined, dropped=dropped)


def test_counts_below_zero_are_refused_even_when_they_add_up() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Counts(raw=1, published=2, quarantined=-1, dropped=0)


def test_every_report_is_read_as_it_was_written() -> None:
    profile = ColumnProfile(name="a", type="string", classification="personal", rows=4, nulls=1, distinct=3)
    check = ExpectationResult(
        name="n", type="t", kwargs={"value_set": ["a", 1]}, severity="warning", success=False, observed_value=[1, "x"]
    )
    reports = (
        AcquireReport(
            **COMMON,
            decision=Decision(outcome="load"),
            outcome="acquired",
            snapshot_id=2**63 - 1,
            files=(FileResult(uri="s3://b/é.csv", rows=4, unreadable=1),),
            profile=(profile,),
            unreadable_reasons={"too many fields": 1},
        ),
        RefineReport(
            **COMMON,
            decision=PUBLISH,
            stage="refine",
            outcome="published",
            snapshot_id=1,
            previous_snapshot_id=None,
            counts=Counts(raw=4, published=2, quarantined=1, dropped=1),
            total_rows=2,
            rules=(RuleResult(rule="r", kind="require", action="drop", violations=1),),
            expectations=(check,),
            profile=(profile,),
        ),
        UndoReport(**COMMON, decision=PUBLISH, outcome="undone", undone_snapshot_id=1, snapshot_id=None, total_rows=0),
    )
    for report in reports:
        assert type(report).from_json(report.to_json()) == report


def test_the_mean_of_nothing_does_not_make_a_report_unreadable() -> None:
    check = ExpectationResult(
        name="n",
        type="t",
        kwargs={},
        severity="critical",
        success=False,
        observed_value=math.nan,
        unexpected_percent=math.nan,
    )
    again = ExpectationResult.from_json(check.to_json())
    assert (again.observed_value, again.unexpected_percent) == (None, None)
