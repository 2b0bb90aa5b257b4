"""Answers held against recorded ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from groundwork.decisions.golden import decide_golden


def answer(flight: int = 1, probability: Any = 0.25, version: str = "abc") -> dict[str, Any]:
    return {"key": {"flight": flight}, "probability": probability, "version": version}


def golden(*answers: dict[str, Any]) -> list[str]:
    return [json.dumps({"request": {}, "answer": each}) for each in answers]


def lines(*answers: dict[str, Any]) -> list[str]:
    return [json.dumps(each) for each in answers]


def test_answers_as_before_serve() -> None:
    recorded = golden(answer(1, 0.25), answer(2, 0.5))
    decision = decide_golden(recorded, lines(answer(1, 0.25), answer(2, 0.5000005)), 1e-6)
    assert (decision.outcome, decision.reasons) == ("serve", ())
    assert decision.measured["requests"] == 2
    assert decision.measured["largestDifference"] == pytest.approx(5e-7)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            answer(1, 0.26),
            "request 1: the probability is off by 0.01 from the evaluator's 0.250000, at most 1e-06 may be",
        ),
        (answer(1, float("nan")), "request 1: the probability is no number"),
        (answer(1, None), "request 1: the answer is not what a model answers"),
        (answer(1, "high"), "request 1: the answer is not what a model answers"),
        (answer(2), "request 1: the answer is about {'flight': 2}, not about {'flight': 1}"),
        (answer(1, version="old"), "request 1: model old has answered, abc was evaluated"),
        ({"error": "busy"}, "request 1: the answer is not what a model answers"),
    ],
)
def test_what_differs_is_named(given: dict[str, Any], reason: str) -> None:
    decision = decide_golden(golden(answer()), lines(given), 1e-6)
    assert decision.outcome == "refuse"
    assert decision.reasons[0].startswith(reason)


def test_missing_answers_and_missing_requests_refuse() -> None:
    assert decide_golden(golden(answer(), answer()), lines(answer()), 1).reasons == ("2 requests got 1 answers",)
    assert decide_golden([], [], 1).reasons == ("the evaluation has left no golden requests",)
    assert decide_golden(golden(answer()), ["<html>"], 1).outcome == "refuse"


def test_many_differences_are_counted_and_not_all_told() -> None:
    decision = decide_golden(golden(*[answer()] * 9), lines(*[answer(1, 0.9)] * 9), 0.01)
    assert len(decision.reasons) == 6
    assert decision.reasons[-1] == "and 4 more"
    assert decision.measured["wrong"] == 9
