"""Expressions: what a bad row gives is null, never the end of the job, never a wrapped number."""

from __future__ import annotations

import hashlib
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


LONG = "x" * 10_001
HELPERS: list[tuple[str, dict[str, Any], tuple[str, ...], Any]] = [
    ("string", {"buckets": {"of": "n", "edges": [0, 10], "labels": ["below", "low", "high"]}}, ("n=-1",), "below"),
    ("string", {"buckets": {"of": "n", "edges": [0, 10], "labels": ["below", "low", "high"]}}, ("n=0",), "low"),
    ("string", {"buckets": {"of": "n", "edges": [0, 10], "labels": ["below", "low", "high"]}}, ("n=10",), "high"),
    ("string", {"buckets": {"of": "n", "edges": [0], "labels": ["a", "b"]}}, ("n=",), None),
    ("string", {"buckets": {"of": "x", "edges": [0.1], "labels": ["a", "b"]}}, ("x=NaN",), None),
    ("string", {"buckets": {"of": "m", "edges": [0.1], "labels": ["a", "b"]}}, ("m=0.1",), "b"),
    ("string", {"buckets": {"of": "m", "edges": [0.1], "labels": ["a", "b"]}}, ("m=0.09",), "a"),
    ("int", {"datePart": {"of": "d", "part": "year"}}, ("d=2024-12-30",), 2024),
    ("int", {"datePart": {"of": "d", "part": "iso_year"}}, ("d=2024-12-30",), 2025),
    ("int", {"datePart": {"of": "d", "part": "iso_week"}}, ("d=2024-12-30",), 1),
    ("int", {"datePart": {"of": "d", "part": "quarter"}}, ("d=2024-12-30",), 4),
    ("int", {"datePart": {"of": "d", "part": "month"}}, ("d=2024-12-30",), 12),
    ("int", {"datePart": {"of": "d", "part": "day"}}, ("d=2024-12-30",), 30),
    ("int", {"datePart": {"of": "d", "part": "day_of_year"}}, ("d=2024-12-30",), 365),
    ("int", {"datePart": {"of": "d", "part": "weekday"}}, ("d=2024-12-30",), 1),
    ("int", {"datePart": {"of": "d", "part": "weekday"}}, ("d=2024-12-29",), 7),
    ("int", {"datePart": {"of": "t", "part": "hour"}}, ("t=2024-06-30 22:45:00",), 22),
    ("int", {"datePart": {"of": "t", "part": "minute"}}, ("t=2024-06-30 22:45:00",), 45),
    ("int", {"datePart": {"of": "t", "part": "hour", "timeZone": "Europe/Berlin"}}, ("t=2024-06-30 22:45:00",), 0),
    (
        "date",
        {"datePart": {"of": "t", "part": "date", "timeZone": "Europe/Berlin"}},
        ("t=2024-06-30 22:45:00",),
        date(2024, 7, 1),
    ),
    ("int", {"datePart": {"of": "d", "part": "year"}}, ("d=",), None),
    ("boolean", {"expression": "s rlike '^x+$'"}, ("s=" + LONG[:-1],), True),
    ("boolean", {"expression": "s rlike '^x+$'"}, ("s=" + LONG,), None),
]


def test_helpers(product: Any) -> None:
    """Each row holds the value of one example; the example's own column is looked at."""
    fields = {"n": "int", "x": "double", "m": "decimal(12,2)", "d": "date", "t": "timestamp", "s": "string"}
    rules = [{"name": f"r{n}", "kind": "augment", "column": f"y{n}", **how} for n, (_, how, _, _) in enumerate(HELPERS)]
    p = product(
        *(f"y{n} {type_}" for n, (type_, *_) in enumerate(HELPERS)),
        fields=tuple(f"{name} {type_}" for name, type_ in fields.items()),
        rules=rules,
    )
    given = [dict(value.split("=", 1) for value in values) for _, _, values, _ in HELPERS]
    rows = p.judge(*(tuple(value.get(name) for name in fields) for value in given))
    assert [row[f"y{n}"] for n, (_, row) in enumerate(rows)] == [value for *_, value in HELPERS]


def written(*values: str | None) -> str:
    """The text of a surrogate key, as the page describes it."""
    return "".join("~" if value is None else f"{len(value)}:{value}" for value in values)


def test_surrogate_keys(product: Any) -> None:
    key = {"kind": "augment", "surrogateKey": {"of": ["a", "b"]}}
    rules = [
        {**key, "name": "sha", "column": "k"},
        {"name": "short", "kind": "augment", "column": "h", "surrogateKey": {"of": ["a", "b"], "digest": "xxhash64"}},
    ]
    p = product("k string", "h bigint", fields=("a string", "b string"), rules=rules)
    rows = [("ab", "c"), ("a", "bc"), (None, "c"), ("", "c"), ("~", "c"), ("1:", "a"), ("ä😀", None), (None, None)]
    found = p.judge(*rows)
    assert [row["k"] for _, row in found] == [hashlib.sha256(written(*row).encode()).hexdigest() for row in rows]
    assert len({row["h"] for _, row in found}) == len(rows)
    # Spark's own function over the text that is written by hand; its seed is 42.
    text = written("ab", "c")
    assert found[0][1]["h"] == p.spark.sql(f"select xxhash64('{text}')").first()[0]


def test_a_helper_refuses_a_column_of_another_type(product: Any) -> None:
    rule = {"name": "made", "kind": "augment", "column": "y", "datePart": {"of": "s", "part": "year"}}
    with pytest.raises(JobError, match="rule 'made' needs column 's' as date or timestamp, and it is string"):
        product("y int", fields=("s string",), rules=[rule]).judge(("2013",))


@pytest.mark.parametrize(
    "text", [r"a like '\\d%x\''", "case when a between 1 and 2 then 'x' || b end", "date_add(d, 3)"]
)
def test_what_cannot_wrap_stays_as_it_was_written(text: str) -> None:
    assert guarded(text) == text


def test_what_can_wrap_is_guarded_to_the_innermost() -> None:
    assert guarded("(a + 1) * cast(b as int)") == "TRY_MULTIPLY((TRY_ADD(a, 1)), TRY_CAST(b AS INT))"
