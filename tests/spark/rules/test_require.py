"""Predicates and what happens to rows that do not meet them."""

from __future__ import annotations

from datetime import datetime
from typing import Any


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


# Expressions that no ``try_`` function stands for, and landing texts of s, n, t and d on which each ends a job.
BAD = ("Mars/Base", "0", "2013-01-01 00:00:00", "2013-01-01")
FAILING: dict[str, tuple[str, str, str, str]] = {
    "from_utc_timestamp(t, s) is not null": BAD,
    "date_format(t, s) is not null": BAD,
    "to_date(s, s) is null": BAD,
    "unix_timestamp(s, s) is null": BAD,
    "split_part(s, '-', n) is not null": BAD,
    "regexp_extract(s, '(.)', n + 2) <> 'zz'": BAD,
    "timestampadd(YEAR, n, t) is not null": ("UTC", "1000000000", "2013-01-01 00:00:00", "2013-01-01"),
    "add_months(d, n) is not null": ("UTC", "2147483647", "2013-01-01 00:00:00", "2013-01-01"),
    "regexp_replace(s, 'x', s) is not null": ("x$9", "1", "2013-01-01 00:00:00", "2013-01-01"),
    "format_number(n, s) is not null": ("'", "1", "2013-01-01 00:00:00", "2013-01-01"),
    "s like s": ("x\\", "1", "2013-01-01 00:00:00", "2013-01-01"),
}
GOOD = ("Z", "-1", "2013-01-01 00:00:00", "2013-01-01")


def test_a_row_on_which_an_expression_fails_is_set_aside_and_the_batch_goes_on(product: Any) -> None:
    """All expressions fail in one batch, each on a row of its own at least; two share what fails."""
    rules = [
        {"name": f"r{n}", "kind": "require", "predicate": text, "otherwise": "warn", "nullPasses": True}
        for n, text in enumerate(FAILING)
    ]
    rules.append({"name": "zone", "kind": "augment", "column": "made", "expression": "from_utc_timestamp(t, s)"})
    fields = ("s string", "n int", "t timestamp", "d date")
    p = product("s string", "made timestamp", fields=fields, rules=rules)
    rows = [GOOD, *FAILING.values()]
    lines = [",".join(f'"{text}"' for text in row) for row in rows]
    batch = p.land("\n".join(["s,n,t,d", *lines]) + "\n")
    report = p.refine(batch)
    assert (report.counts.raw, report.counts.published) == (len(rows), 1)
    assert p.rows() == [("Z", datetime.fromisoformat("2013-01-01 00:00:00"))]
    broken = dict(p.broken())
    for number, text in enumerate(FAILING):
        assert f"computed_r{number}" in broken[number + 2], text
    assert "computed_zone" in broken[2]
    assert not {rule for rules_ in broken.values() for rule in rules_ if not rule.startswith("computed_")}


def test_a_text_too_long_to_be_searched_does_not_meet_a_pattern(product: Any) -> None:
    """Java's matcher uses the stack: on a text of some thousand characters the second pattern would end the JVM."""
    rules = [
        {"name": "flat", "kind": "require", "predicate": "x rlike '^[ab]*$'"},
        {"name": "deep", "kind": "require", "predicate": "x rlike '^(a|b)*$'"},
    ]
    rows = [("ab" * 200,), ("ab" * 201,), ("ab" * 5_000,), ("ab" * 5_001,), ("ab" * 1_000_000,)]
    assert product("x string", rules=rules).breaks(*rows) == [
        [],
        ["deep"],
        ["deep"],
        ["flat", "deep"],
        ["flat", "deep"],
    ]


def test_a_text_too_long_to_be_compared_meets_no_like_pattern_nor_its_opposite(product: Any) -> None:
    """Spark makes .*a.*a.*b of it, which tries 10⁸ ways through 843 characters."""
    rules = [
        {"name": "liked", "kind": "require", "predicate": "x like '%a%a%b'"},
        {"name": "not_liked", "kind": "require", "predicate": "x not like '%a%a%b'"},
        {"name": "one_part", "kind": "require", "predicate": "x ilike 'A%B'"},
    ]
    rows = [("a" * 842 + "b",), ("a" * 843 + "b",), ("a" * 843,), ("a" * 844,)]
    assert product("x string", rules=rules).breaks(*rows) == [
        ["not_liked"],
        ["liked", "not_liked"],
        ["liked", "one_part"],
        ["liked", "not_liked", "one_part"],
    ]
