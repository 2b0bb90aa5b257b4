"""A product that was published too long ago is not looked up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from groundwork.decisions.look_up import decide_look_up
from groundwork.spec.rules.enrich import Enrich

PLANNED = datetime(2013, 7, 2, 6, tzinfo=UTC)
STALE = (
    "rule 'town_known' looks up 'towns', which was last published 1.5 hours before this run was planned; at most 1 are "
    "declared. Nothing was published: publish towns first, then start a new run"
)


@pytest.mark.parametrize(
    ("most", "minutes", "reasons"),
    [(1, 60, ()), (1, 90, (STALE,)), (1.5, 90, ()), (None, 10**6, ()), (1, -5, ())],
)
def test_how_old_a_look_up_may_be(most: float | None, minutes: int, reasons: tuple[str, ...]) -> None:
    rule = Enrich(
        name="town_known",
        kind="enrich",
        product="towns",
        match={"town": "name"},
        take={"region": "region"},
        maximum_age_hours=most,
    )
    decision = decide_look_up(rule, PLANNED - timedelta(minutes=minutes), PLANNED)
    assert (decision.outcome, decision.reasons) == ("refuse" if reasons else "look_up", reasons)
    assert (decision.measured, decision.declared) == ({"hours": minutes / 60}, {"maximumAgeHours": most})
