"""What a person asks for: refused for anything against it, and for a reason that says nothing."""

from __future__ import annotations

import pytest

from groundwork.decisions.person import decide_request

REASON = "The shop confirmed it."


def test_what_nothing_stands_against_is_done() -> None:
    decision = decide_request("undo", [], REASON, {"state": "published"})
    assert (decision.outcome, decision.reasons) == ("undo", ())
    assert decision.measured == {"state": "published"}
    assert decision.declared == {"minimumReason": 10}


@pytest.mark.parametrize(("reason", "length"), [("", 0), ("   because   ", 7), ("123456789", 9)])
def test_a_reason_has_ten_characters(reason: str, length: int) -> None:
    decision = decide_request("undo", [], reason, {})
    assert decision.outcome == "refuse"
    assert decision.reasons == (f"the reason has {length} characters, at least 10 are asked for",)


def test_everything_that_stands_against_it_is_told() -> None:
    decision = decide_request("undo", ["it is gone", "it is late"], "no", {})
    assert decision.outcome == "refuse"
    assert decision.reasons[:2] == ("it is gone", "it is late")
    assert len(decision.reasons) == 3
