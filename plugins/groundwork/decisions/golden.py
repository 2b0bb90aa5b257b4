"""Whether an endpoint answers recorded requests as the evaluator did."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from groundwork.spec.decision import Decision

MAXIMUM_LISTED = 5


def decide_golden(golden: Sequence[str], answers: Sequence[str], tolerance: float) -> Decision:
    """``serve`` or ``refuse``: every answer must be to the same key, of the same model and near enough.

    :param golden: lines ``{"request": …, "answer": {"key", "probability", "version"}}`` of the evaluation
    :param answers: the endpoint's lines, in the order of the requests
    :param tolerance: how far a probability may be off
    """
    reasons: list[str] = [] if golden else ["the evaluation has left no golden requests"]
    if len(answers) != len(golden):
        reasons.append(f"{len(golden)} requests got {len(answers)} answers")
    differences = [0.0]
    wrong: list[str] = []
    for number, (line, answer) in enumerate(zip(golden, answers, strict=False), start=1):
        expected = json.loads(line)["answer"]
        found, difference = _difference(expected, answer)
        differences.append(difference)
        if found:
            wrong.append(f"request {number}: {found}")
        elif difference > tolerance:
            wrong.append(
                f"request {number}: the probability is off by {difference:.2g} from the evaluator's "
                f"{expected['probability']:.6f}, at most {tolerance:g} may be"
            )
    more = [f"and {len(wrong) - MAXIMUM_LISTED} more"] if len(wrong) > MAXIMUM_LISTED else []
    reasons += [*wrong[:MAXIMUM_LISTED], *more]
    finite = [difference for difference in differences if math.isfinite(difference)]
    return Decision(
        outcome="refuse" if reasons else "serve",
        reasons=tuple(reasons),
        measured={"requests": len(golden), "wrong": len(wrong), "largestDifference": max(finite)},
        declared={"tolerance": tolerance},
    )


def _difference(expected: dict[str, Any], line: str) -> tuple[str, float]:
    """What is wrong with an answer beside its probability, and how far that is off."""
    try:
        answer = json.loads(line)
        key, version, probability = answer["key"], answer["version"], float(answer["probability"])
    except (ValueError, TypeError, KeyError):
        return f"the answer is not what a model answers: {line[:80]!r}", math.inf
    if key != expected["key"]:
        return f"the answer is about {key}, not about {expected['key']}", math.inf
    if version != expected["version"]:
        return f"model {version} has answered, {expected['version']} was evaluated", math.inf
    if not math.isfinite(probability):
        return "the probability is no number", math.inf
    return "", abs(probability - expected["probability"])
