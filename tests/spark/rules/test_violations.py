"""Bits of a row, and the rows that have some."""

from __future__ import annotations

from typing import Any

from spark_jobs.rules.violations import filtered, quarantined

RULES = [
    {"name": "fits", "kind": "require", "predicate": "id % 7 < 5"},
    {"name": "small", "kind": "require", "predicate": "id % 11 < 9", "otherwise": "drop"},
]


def test_rows_are_chosen_by_their_bits_and_no_rule_is_worked_out_again(product: Any) -> None:
    """Where Spark carries the condition down, each rule stands in the plan once more, and its columns are read anew."""
    p = product("id* int", rules=RULES)
    plan = p.planned(*((str(number),) for number in range(20)))
    condition = quarantined(plan.violations)
    chosen = filtered(plan.frame, condition)
    assert sorted(row["id"] for row in chosen.collect()) == [5, 6, 12, 13, 19]
    assert (_times(chosen, "% 7"), _times(chosen, "as int")) == (1, 1)
    assert _times(plan.frame.where(condition), "% 7") == 2


def _times(frame: Any, text: str) -> int:
    return str(frame._jdf.queryExecution().optimizedPlan().toString()).count(text)
