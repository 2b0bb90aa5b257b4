"""Only rows that wait, of a batch that stands, for a reason."""

from __future__ import annotations

import pytest

from groundwork.decisions.replay import decide_replay

REASON = "the limit was too low"
ONLY = "only rows of a published one are replayed"


@pytest.mark.parametrize(
    ("state", "quarantined", "reason", "reasons"),
    [
        ("published", 1, REASON, ()),
        ("published", 0, REASON, ("none of its rows waits in quarantine",)),
        ("published", 1, " too low  ", ("the reason has 7 characters, at least 10 are asked for",)),
        (
            "blocked",
            1,
            REASON,
            (f"the batch is blocked, {ONLY}; refine_data with replay takes a blocked batch up again, whole",),
        ),
        ("undone", 1, REASON, (f"the batch is undone, {ONLY}",)),
        (None, 0, REASON, (f"the batch is not refined yet, {ONLY}",)),
    ],
)
def test_what_may_be_replayed(state: str | None, quarantined: int, reason: str, reasons: tuple[str, ...]) -> None:
    decision = decide_replay(state, quarantined, reason)
    assert (decision.outcome, decision.reasons) == ("refuse" if reasons else "replay", reasons)
    assert decision.measured == {"state": state, "quarantined": quarantined}
