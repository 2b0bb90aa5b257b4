"""Whether the answers of a batch transform may be published."""

from __future__ import annotations

from groundwork.spec.base import Frozen
from groundwork.spec.decision import Decision


class AnswerFigures(Frozen):
    """The answers, held against the requests.

    :param requests: request lines
    :param answers: answer lines
    :param unreadable: answer lines that are no JSON, or lack a part of the key
    :param missing: requests without an answer
    :param repeated: keys that are answered more than once
    :param unasked: answers to no request
    :param improbable: answers whose probability is missing, not a number, or outside 0 to 1
    :param other_version: answers of another version than the one that was to score
    """

    requests: int
    answers: int
    unreadable: int
    missing: int
    repeated: int
    unasked: int
    improbable: int
    other_version: int


PROBLEMS = {
    "unreadable": "answer lines cannot be read",
    "missing": "requests have no answer",
    "repeated": "keys are answered more than once",
    "unasked": "answers are to no request",
    "improbable": "answers hold no probability between 0 and 1",
    "other_version": "answers are of another version of the model",
}


def decide_predictions(figures: AnswerFigures) -> Decision:
    """``publish`` or ``block``: every request has exactly one answer, and each is a probability of the right version.

    :param figures: what was counted
    """
    counts = figures.model_dump()
    reasons = [f"{counts[name]} of {figures.requests} {problem}" for name, problem in PROBLEMS.items() if counts[name]]
    if not figures.requests:
        reasons.append("there are no requests")
    return Decision(
        outcome="block" if reasons else "publish",
        reasons=tuple(reasons),
        measured=figures.model_dump(by_alias=True),
        declared=dict.fromkeys((*PROBLEMS,), 0),
    )
