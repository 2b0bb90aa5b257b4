"""Answers are published when every request has exactly one, of the right version, and it is a probability."""

from __future__ import annotations

from typing import Any

import pytest

from groundwork.decisions.predictions import AnswerFigures, decide_predictions

GOOD: dict[str, Any] = {
    "requests": 7,
    "answers": 7,
    **dict.fromkeys(("unreadable", "missing", "repeated", "unasked", "improbable", "other_version"), 0),
}


def test_one_good_answer_each_is_published() -> None:
    decision = decide_predictions(AnswerFigures(**GOOD))
    assert (decision.outcome, decision.reasons) == ("publish", ())
    assert decision.measured["requests"] == 7


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        ("unreadable", "2 of 7 answer lines cannot be read"),
        ("missing", "2 of 7 requests have no answer"),
        ("repeated", "2 of 7 keys are answered more than once"),
        ("unasked", "2 of 7 answers are to no request"),
        ("improbable", "2 of 7 answers hold no probability between 0 and 1"),
        ("other_version", "2 of 7 answers are of another version of the model"),
    ],
)
def test_one_thing_wrong_blocks(figure: str, reason: str) -> None:
    decision = decide_predictions(AnswerFigures(**GOOD | {figure: 2}))
    assert (decision.outcome, decision.reasons) == ("block", (reason,))


def test_no_requests_block() -> None:
    nothing = AnswerFigures(**dict.fromkeys(GOOD, 0))
    assert decide_predictions(nothing).reasons == ("there are no requests",)
