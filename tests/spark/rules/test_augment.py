"""Expressions: what a bad row gives is null, never the end of the job, never a wrapped number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from spark_jobs.errors import JobError
from spark_jobs.rules.expressions import guarded

MOST = str(2**63 - 1)


def augmented(product: Any, type_: str, expression: str, *declared: str) -> Any:
    rule = {"name": "made", "kind": "augment", "column": "y", "expression": expression}
    return product(f"y {type_}", fields=declared, rules=[rule])


NUMBERS = [
    ("a + b", "2", "3", 5),
    ("a + b", MOST, "1", None),
    ("a - b", str(-(2**63)), "1", None),
    ("a * b", MOST, "2", None),
    ("(a * b) + 1", MOST, "2", None),
    ("a * b - a * b", "3", "4", 0),
    ("a div b", "7", "2", 3),
    ("a div b", "7", "0", None),
    ("a % b", "7", "0", None),
    ("cast(a as int)", "2147483648", "0", None),
    ("cast(a as int) + b", "5", "1", 6),
    ("case when a > b then a - b else b - a end", "2", "9", 7),
]


def test_numbers(product: Any) -> None:
    rules = [
        {"name": f"r{number}", "kind": "augment", "column": f"y{number}", "expression": expression}
        for number, (expression, _, _, _) in enumerate(NUMBERS)
    ]
    p = product(*(f"y{number} bigint" for number in range(len(NUMBERS))), fields=("a bigint", "b bigint"), rules=rules)
    rows = p.judge(*((left, right) for _, left, right, _ in NUMBERS))
    made = [row[f"y{number}"] for number, (_, row) in enumerate(rows)]
    assert made == [value for _, _, _, value in NUMBERS]


def test_integers_do_not_wrap_either(product: Any) -> None:
    assert augmented(product, "bigint", "a + a", "a int").made("y", ("2147483647",), ("4",)) == [None, 8]


def test_a_division_by_zero_is_null(product: Any) -> None:
    assert augmented(product, "double", "a / b", "a double", "b double").made("y", ("1", "0"), ("1", "4")) == [
        None,
        0.25,
    ]


def test_dates(product: Any) -> None:
    assert augmented(product, "date", "d + 1", "d date").made("y", ("2013-02-28",)) == [date(2013, 3, 1)]
    assert augmented(product, "date", "to_date(s, 'yyyyMMdd')", "s string").made("y", ("20131301",), ("20130102",)) == [
        None,
        date(2013, 1, 2),
    ]
    hours = augmented(product, "timestamp", "t + interval 90 minutes", "t timestamp")
    assert hours.made("y", ("2013-01-01 23:00:00",)) == [datetime.fromisoformat("2013-01-02 00:30:00")]


def test_text_beside_numbers_does_not_end_the_job(product: Any) -> None:
    assert augmented(product, "boolean", "s > 5", "s string").made("y", ("NA",), ("7",)) == [None, True]


def test_a_column_can_be_replaced_and_read_again(product: Any) -> None:
    rules = [
        {"name": "one", "kind": "augment", "column": "x", "expression": "x + 1"},
        {"name": "two", "kind": "augment", "column": "y", "expression": "x * 10"},
        {"name": "three", "kind": "augment", "column": "x", "expression": "x + y"},
    ]
    ((_, row),) = product("x int", "y int", fields=("x int",), rules=rules).judge(("1",))
    assert (row["x"], row["y"]) == (22, 20)


def test_an_expression_that_does_not_fit_names_its_rule(product: Any) -> None:
    with pytest.raises(JobError, match="rule 'made' cannot be carried out"):
        augmented(product, "int", "datediff(a, b, c)", "a string", "b string", "c string").judge(("1", "2", "3"))


@pytest.mark.parametrize(
    "text", [r"a rlike '^\\d+[.]x\'$'", "case when a between 1 and 2 then 'x' || b end", "date_add(d, 3)"]
)
def test_what_cannot_wrap_stays_as_it_was_written(text: str) -> None:
    assert guarded(text) == text


def test_what_can_wrap_is_guarded_to_the_innermost() -> None:
    assert guarded("(a + 1) * cast(b as int)") == "TRY_MULTIPLY((TRY_ADD(a, 1)), TRY_CAST(b AS INT))"
