"""Rules that no row can meet are told before data moves; those that some row can meet are not."""

from __future__ import annotations

import operator
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.spec.allowed_values import Allowed, conditions
from groundwork.spec.expression import parse_expression
from groundwork.spec.include import load_product
from tests.unit.conftest import RULES, problems_of

LOUD = "{name: loud, kind: standardise, columns: [order_id], case: upper}"


def required(predicate: str, name: str = "b", **more: str) -> str:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f'{{name: {name}, kind: require, predicate: "{predicate}"{extra}}}'


@pytest.fixture
def told(include: Path) -> Callable[..., str]:
    """The problem of the rules, without place and mend; empty where there is none."""

    def read(*rules: str) -> str:
        first = [rule for rule in rules if "standardise" in rule]
        later = [rule for rule in rules if "standardise" not in rule]
        text = RULES.replace("rules:\n", "rules:\n" + "".join(f"  - {rule}\n" for rule in first))
        (include / "rules" / "orders.yaml").write_text(text + "".join(f"  - {rule}\n" for rule in later))
        try:
            load_product(include, "orders")
        except ValueError:
            ((line, _, message),) = problems_of(lambda: load_product(include, "orders"))
            assert line == len(text.splitlines()) + len(later)
            return message.split(": ", 2)[2].partition(". Change one of the two, or let")[0]
        return ""

    return read


# RULES has a rule 'positive': amount > 0.
CONTRADICTIONS = [
    ([required("amount < 0")], "rule 'b' contradicts rule 'positive': no value of column 'amount' meets both"),
    ([required("0 >= amount")], "rule 'b' contradicts rule 'positive': no value of column 'amount' meets both"),
    ([required("amount in (0, -1)")], "rule 'b' contradicts rule 'positive': no value of column 'amount' meets both"),
    ([required("amount is null")], "rule 'b' contradicts rule 'positive': no value of column 'amount' meets both"),
    ([required("not (amount > 0)")], "rule 'b' is the opposite of rule 'positive': no row meets both"),
    ([required("line between 5 and 3")], "rule 'b' can never be met: it leaves no value of column 'line'"),
    ([required("line = 1 and line <> 1")], "rule 'b' can never be met: it leaves no value of column 'line'"),
    (
        [required("order_id in ('a', 'b')", "a"), required("order_id in ('c') and line > 0")],
        "rule 'b' contradicts rule 'a': no value of column 'order_id' meets both",
    ),
    (
        [required("order_id is null", "a"), required("order_id is not null")],
        "rule 'b' is the opposite of rule 'a': no row meets both",
    ),
    (
        [
            required("ordered_at < timestamp '2013-01-01 09:00'", "a"),
            required("ordered_at > timestamp '2014-01-01'"),
        ],
        "rule 'b' contradicts rule 'a': no value of column 'ordered_at' meets both",
    ),
    (
        [required("length(order_id) > line", "a"), required("not length(order_id) > line")],
        "rule 'b' is the opposite of rule 'a': no row meets both",
    ),
    (
        [LOUD, required("order_id in ('north', 'south')")],
        "rule 'b' contradicts rule 'loud': no value of column 'order_id' meets both",
    ),
]
COMPATIBLE = [
    [required("amount <= 5")],
    [required("amount < 0", otherwise="warn")],
    [required("amount < 0 or line > 0")],
    [required("line > 5", "a", nullPasses="true"), required("line < 3", nullPasses="true")],
    [required("line > 5", "a", nullPasses="true"), required("line is null")],
    [
        required("line > 5", "a"),
        "{name: fewer, kind: augment, column: line, expression: line - 5}",
        required("line < 3"),
    ],
    [required("order_id > '9'", "a"), required("order_id < '10'")],
    [required("order_id = '5'", "a"), required("order_id = '5.0'")],
    [LOUD, required("order_id in ('NORTH', 'south')")],
    [required("line >= 3", "a"), required("line <= 3")],
]


@pytest.mark.parametrize(("rules", "problem"), CONTRADICTIONS)
def test_rules_that_no_row_meets(told: Callable[..., str], rules: list[str], problem: str) -> None:
    assert told(*rules) == problem


@pytest.mark.parametrize("rules", COMPATIBLE)
def test_rules_that_some_row_meets(told: Callable[..., str], rules: list[str]) -> None:
    assert told(*rules) == ""


COMPARISONS = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "<>": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
comparison = st.tuples(st.sampled_from(sorted(COMPARISONS)), st.integers(-2, 2))


@given(st.lists(comparison, min_size=1, max_size=4))
def test_a_value_that_meets_all_comparisons_is_never_called_impossible(parts: list[tuple[str, int]]) -> None:
    """And where none does, whole numbers and halves alike, that is seen."""
    tree = parse_expression(" and ".join(f"x {sign} {bound}" for sign, bound in parts))
    left = Allowed(null=True)
    for _, allowed in conditions(tree):
        left = left.and_(allowed)
    some = [step / 2 for step in range(-8, 9)]
    possible = any(all(COMPARISONS[sign](value, bound) for sign, bound in parts) for value in some)
    assert left.empty is not possible
