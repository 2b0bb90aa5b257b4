"""Row conditions as Spark SQL."""

from __future__ import annotations

from typing import Any

import pytest

from groundwork.spec.errors import SpecError
from groundwork.spec.row_condition import row_filter


def compared(operator: str, parameter: Any) -> dict[str, Any]:
    return {"type": "comparison", "column": {"name": "a"}, "operator": operator, "parameter": parameter}


@pytest.mark.parametrize(
    ("condition", "parser", "sql"),
    [
        ("a > 1 and b is null", "spark", "a > 1 and b is null"),
        ('col("a").notNull()', "great_expectations", "`a` is not null"),
        ('col("a") >= -1.5e3', "great_expectations", "`a` >= -1.5e3"),
        ('col("a b") != "x"', "great_expectations__experimental__", "`a b` <> 'x'"),
        ("col(\"a\") == date('2013-01-31')", "great_expectations", "`a` = '2013-01-31'"),
        (compared("==", "it's \\ a"), None, "`a` = 'it\\'s \\\\ a'"),
        (compared("!=", True), "spark", "`a` <> true"),
        (compared("IN", [1, 2.5]), None, "`a` in (1, 2.5)"),
        (compared("NOT_IN", ["x"]), None, "`a` not in ('x')"),
        ({"type": "nullity", "column": {"name": "a"}, "is_null": False}, None, "`a` is not null"),
        ({"type": "pass_through", "pass_through_filter": "o > 1"}, "spark", "o > 1"),
        (
            {
                "type": "or",
                "conditions": [
                    {"type": "and", "conditions": [compared("<", 3), compared(">=", 1)]},
                    {"type": "nullity", "column": {"name": "b"}, "is_null": True},
                ],
            },
            None,
            "((`a` < 3 and `a` >= 1) or `b` is null)",
        ),
    ],
)
def test_a_condition_becomes_the_predicate_it_means(condition: Any, parser: str | None, sql: str) -> None:
    assert row_filter(condition, parser) == sql


@pytest.mark.parametrize(
    ("condition", "parser", "words"),
    [
        ("a > 1", None, "condition_parser is None; use spark"),
        ("a > 1", "pandas", "condition_parser is 'pandas'; use spark"),
        ("", "spark", "must be a text"),
        ("a >", "spark", "no Spark SQL expression|is not a Spark SQL expression"),
        ("a > (select 1)", "spark", "may not stand in a rule"),
        ('col("a") > 1 and col("b") > 1', "great_expectations", "write col"),
        (compared("=~", 1), None, "is no condition of Great Expectations"),
        (compared("IN", []), None, "at least one value"),
        (compared("==", None), None, "compares with None"),
        ({"type": "and", "conditions": []}, None, "needs a list of conditions"),
        ({"type": "comparison", "operator": "==", "parameter": 1}, None, "names no column"),
        ({"type": "nullity", "column": {"name": "a`; drop"}, "is_null": True}, None, "is no column's name"),
        ({"type": "pass_through", "pass_through_filter": "reflect('a', 'b')"}, None, "calls reflect"),
    ],
)
def test_what_is_no_condition_says_the_mend(condition: Any, parser: str | None, words: str) -> None:
    with pytest.raises((ValueError, SpecError), match=words):
        row_filter(condition, parser)
