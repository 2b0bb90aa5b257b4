"""Feature rows are blocked for each thing that may be wrong with them, and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from groundwork.decisions.features import FeatureFigures, decide_features

GOOD: dict[str, Any] = {
    "expected": 5,
    "rows": 5,
    "duplicates": 0,
    "incomplete_keys": 0,
    "untimed": 0,
    "known_before": 0,
    "audited": 5,
}


def test_nothing_wrong_is_published() -> None:
    decision = decide_features(FeatureFigures(**GOOD), ())
    assert (decision.outcome, decision.reasons) == ("publish", ())
    assert (decision.measured["audited"], decision.measured["differences"]) == (5, 0)


@pytest.mark.parametrize(
    ("figure", "value", "reason"),
    [
        ("rows", 4, "4 rows were written for the 5 that the product has"),
        ("duplicates", 2, "2 keys stand more than once"),
        ("incomplete_keys", 1, "1 rows have a null in their key"),
        ("untimed", 3, "3 rows have no prediction time"),
        ("known_before", 1, "1 rows have an outcome that was known when it would be predicted"),
    ],
)
def test_one_thing_wrong_blocks(figure: str, value: int, reason: str) -> None:
    decision = decide_features(FeatureFigures(**GOOD | {figure: value}), ())
    assert (decision.outcome, decision.reasons) == ("block", (reason,))


def test_no_rows_block() -> None:
    empty = FeatureFigures(**GOOD | {"expected": 0, "rows": 0, "audited": 0})
    assert decide_features(empty, ()).reasons == ("the product has no rows of these batches",)


def test_ten_differences_are_told_and_the_rest_counted() -> None:
    decision = decide_features(FeatureFigures(**GOOD), [f"value {number}" for number in range(12)])
    assert decision.outcome == "block"
    assert decision.reasons[0] == "not computed from what was known: value 0"
    assert decision.reasons[9:] == ("not computed from what was known: value 9", "and 2 more values")
