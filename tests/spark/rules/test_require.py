"""Predicates and what happens to rows that do not meet them."""

from __future__ import annotations

from typing import Any

import pytest

from spark_jobs.errors import JobError


def required(product: Any, **rule: Any) -> Any:
    return product("x int", rules=[{"name": "small", "kind": "require", "predicate": "x <= 5", **rule}])


def test_met_broken_and_at_the_bound(product: Any) -> None:
    assert required(product).breaks(("4",), ("6",), ("5",)) == [[], ["small"], []]


def test_null_counts_as_broken_unless_it_is_said_to_pass(product: Any) -> None:
    assert required(product).breaks(("",)) == [["small"]]
    assert required(product, nullPasses=True).breaks(("",)) == [[]]


def test_not_a_number_is_greater_than_all_numbers(product: Any) -> None:
    p = product("x double", rules=[{"name": "small", "kind": "require", "predicate": "x <= 5"}])
    assert p.breaks(("NaN",)) == [["small"]]


def test_a_later_replacement_does_not_change_what_was_required(product: Any) -> None:
    rules = [
        {"name": "small", "kind": "require", "predicate": "x <= 5"},
        {"name": "more", "kind": "augment", "column": "x", "expression": "x + 10"},
    ]
    assert product("x int", rules=rules).judge(("5",), ("6",))[0][0] == []


def test_more_rules_than_a_long_has_bits(product: Any) -> None:
    rules = [{"name": f"not_{n}", "kind": "require", "predicate": f"x <> {n}"} for n in range(130)]
    p = product("x int", rules=rules)
    assert p.breaks(("0",), ("62",), ("63",), ("129",), ("130",)) == [
        ["not_0"],
        ["not_62"],
        ["not_63"],
        ["not_129"],
        [],
    ]


def test_an_error_while_it_runs_names_the_rule(product: Any) -> None:
    rules = [
        {"name": "fine", "kind": "require", "predicate": "x is not null"},
        {"name": "bad_pattern", "kind": "require", "predicate": "x rlike concat('(', x)"},
    ]
    p = product("x string", rules=rules)
    with pytest.raises(JobError, match="rule 'bad_pattern' cannot be carried out"):
        p.refine(p.land("x\na\n"))
