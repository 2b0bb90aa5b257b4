"""Landing text as its declared type: nothing is guessed, nothing is lost."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

READABLE = [
    ("string", " a ", " a "),
    ("string", "", ""),
    ("boolean", "true", True),
    ("boolean", "no", False),
    ("int", "2147483647", 2147483647),
    ("int", "-7", -7),
    ("bigint", "9223372036854775807", 9223372036854775807),
    ("double", "1e3", 1000.0),
    ("double", "-0.5", -0.5),
    ("decimal(5,2)", "123.45", Decimal("123.45")),
    ("date", "2013-02-28", date(2013, 2, 28)),
    ("timestamp", "2013-01-01T10:00:00Z", datetime.fromisoformat("2013-01-01 10:00:00")),
    ("timestamp", "2013-01-01T10:00:00+02:00", datetime.fromisoformat("2013-01-01 08:00:00")),
]
UNREADABLE = [
    ("boolean", "maybe"),
    ("int", "2147483648"),
    ("int", "12.5"),
    ("int", "NA"),
    ("bigint", "9223372036854775808"),
    ("double", "1,5"),
    ("decimal(5,2)", "1234.5"),
    ("date", "2013-02-29"),
    ("date", "yesterday"),
    ("timestamp", "2013-01-01T25:00:00Z"),
]
TYPES = ["boolean", "int", "bigint", "double", "decimal(5,2)", "date", "timestamp"]


def test_a_value_is_read(product: Any) -> None:
    p = product(*(f"x{number} {type_}" for number, (type_, _, _) in enumerate(READABLE)))
    ((broken, row),) = p.judge(tuple(text for _, text, _ in READABLE))
    assert broken == []
    assert [row[f"x{number}"] for number in range(len(READABLE))] == [value for _, _, value in READABLE]


def test_what_cannot_be_read_is_null_with_the_reason(product: Any) -> None:
    p = product(*(f"x{number} {type_}" for number, (type_, _) in enumerate(UNREADABLE)))
    ((broken, row),) = p.judge(tuple(text for _, text in UNREADABLE))
    assert broken == [f"readable_x{number}" for number in range(len(UNREADABLE))]
    assert {row[f"x{number}"] for number in range(len(UNREADABLE))} == {None}


def test_an_empty_field_and_a_column_that_is_not_there_are_null_without_a_reason(product: Any) -> None:
    p = product(*(f"x{number} {type_}" for number, type_ in enumerate(TYPES)))
    for broken, row in p.judge(("",) * len(TYPES), (None,) * len(TYPES)):
        assert broken == []
        assert {row[f"x{number}"] for number in range(len(TYPES))} == {None}


def test_a_format_is_held_to(product: Any) -> None:
    more = {"day": {"format": "dd.MM.yyyy"}, "at": {"format": "yyyy-MM-dd'T'HH:mm:ssX"}}
    p = product("day date", "at timestamp", more=more)
    ((_, row),) = p.judge(("31.12.2013", "2013-01-01T10:00:00Z"))
    assert (row["day"], row["at"]) == (date(2013, 12, 31), datetime.fromisoformat("2013-01-01 10:00:00"))
    assert p.breaks(("2013-12-31", ""), ("32.12.2013", ""), ("1.1.2013", "")) == [["readable_day"]] * 3
    assert p.breaks(("", "2013-01-01 10:00:00")) == [["readable_at"]]


def test_a_missing_required_value_gives_one_reason_only(product: Any) -> None:
    assert product("x! int").breaks(("",), ("seven",), ("7",)) == [["required_x"], ["readable_x"], []]


def test_a_value_that_does_not_fit_the_published_type_is_a_violation(product: Any) -> None:
    rule = {"name": "copy", "kind": "augment", "column": "small", "expression": "big"}
    p = product("small int", fields=("big bigint",), rules=[rule])
    (too_big, first), (fits, second) = p.judge(("2147483648",), ("5",))
    assert (too_big, first["small"], fits, second["small"]) == (["typed_small"], None, [], 5)


def test_times_are_the_declared_ones_else_the_acquisition(product: Any) -> None:
    p = product("at timestamp", "seen date", event_time="at", known_at="seen")
    row = p.judge(("2013-01-01 10:00:00", "2013-01-02"))[0][1]
    assert (str(row["event_time"]), str(row["known_at"])) == ("2013-01-01 10:00:00", "2013-01-02 00:00:00")
    row = product("x int").judge(("1",))[0][1]
    assert str(row["event_time"]) == str(row["known_at"]) == "2013-02-01 06:30:00"
