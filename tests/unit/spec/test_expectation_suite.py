"""Suites of Great Expectations beside a contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from groundwork.spec.check import check_include
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.include import load_product

NOT_NULL = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "amount"}}


def write(include: Path, *entries: Any, **more: Any) -> Path:
    path = include / "expectations" / "orders.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"name": "orders", "expectations": list(entries), **more}, indent=1))
    return path


def problems(include: Path, *entries: Any, **more: Any) -> list[tuple[str | None, str]]:
    write(include, *entries, **more)
    with pytest.raises(SpecErrors) as caught:
        load_product(include, "orders")
    return [(problem.field, str(problem)) for problem in caught.value.problems]


def test_a_suite_stands_behind_the_contracts_own_checks(include: Path) -> None:
    own = load_product(include, "orders").contract.expectations
    entry = {
        "type": "expect_column_max_to_be_between",
        "kwargs": {"column": "amount", "max_value": {"$PARAMETER": "top"}, "result_format": "COMPLETE"},
        "meta": {"name": "top_price", "team": "finance"},
        "notes": "Asked for by finance.",
        "description": "No order is dearer.",
        "severity": "info",
        "id": "0b9f0a3e-0000-4000-8000-000000000000",
    }
    write(include, entry, NOT_NULL, NOT_NULL, suite_parameters={"top": 900}, meta={}, notes=None)
    found = load_product(include, "orders").contract.expectations
    assert found[: len(own)] == own
    first, *others = found[len(own) :]
    assert first.kwargs == {"column": "amount", "max_value": 900}
    assert (first.name, first.severity, first.description) == ("top_price", "info", "No order is dearer.")
    assert (first.notes, first.meta) == (("Asked for by finance.",), {"name": "top_price", "team": "finance"})
    assert [item.name for item in others] == ["amount_values_to_not_be_null", "amount_values_to_not_be_null_2"]


def test_every_problem_is_told_with_its_line_place_and_mend(include: Path) -> None:
    between = {"column": "amount", "min_value": 9, "max_value": 3}
    found = problems(
        include,
        {"type": "expect_column_values_to_be_nul", "kwargs": {"column": "amount"}},
        {"type": "expect_column_values_to_be_null", "kwargs": {"mostly": 0.9, "column": "amnt"}},
        {"type": "expect_column_mean_to_be_between", "kwargs": {"column": "order_id", "max_value": 3}},
        {"type": "expect_column_max_to_be_between", "kwargs": {"column": "amount", "max_value": {"$PARAMETER": "x"}}},
        {"type": "expect_column_max_to_be_between", "kwargs": {"column": "amount", "max_value": "2013-01-31"}},
        {"expectation_type": "expect_column_values_to_be_null"},
        "nonsense",
        {**NOT_NULL, "kwargs": {"column": "amount", "row_condition": "nobody > 1", "condition_parser": "spark"}},
        {**NOT_NULL, "meta": [1], "notes": 3},
        {**NOT_NULL, "kwargs": {"column": "amount", "most": 0.9}},
        {**NOT_NULL, "kwargs": {"column": "amount", "mostly": 90}},
        {**NOT_NULL, "kwargs": {"column": "amount", "condition_parser": "spark"}},
        {"type": "expect_column_max_to_be_between", "kwargs": between},
        {"type": "expect_column_values_to_match_regex", "kwargs": {"column": "order_id", "regex": "(a+)+$"}},
        {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "order_id"}},
        {**NOT_NULL, "severity": "error"},
        suites=[],
    )
    expected = [
        ("[0].type", "type", "the nearest are expect_column_values_to_be_null"),
        ("[1].kwargs.column", "column", "column 'amnt' is not there. Columns: order_id, "),
        ("[2].kwargs.column", "column", "is a string and has no mean. Use a numeric column"),
        ("[3].kwargs.max_value", "max_value", "which suite_parameters has not (there: none); write the value"),
        ("[4].kwargs.column", "column", "whose bounds are numbers"),
        ("[5].expectation_type", "expectation_type", "is no key of an expectation. Use type, kwargs"),
        ("[6]", "nonsense", "Write an object with type and kwargs"),
        ("[7].kwargs.row_condition", "row_condition", "column 'nobody' is not there"),
        ("[8].meta", "meta", "is [1]. Write an object"),
        ("[8].notes", "notes", "is 3. Write a text, or a list of texts"),
        ("[9].kwargs.most", "most", "missing: [], unknown: ['most']"),
        ("[10].kwargs.mostly", "mostly", "must be a share above 0 and at most 1, not 90"),
        ("[11].kwargs.condition_parser", "condition_parser", "goes with row_condition; add that, or remove it"),
        ("[12].kwargs.max_value", "max_value", "min_value 9 is above max_value 3"),
        ("[13].kwargs.regex", "regex", "can search without end"),
        ("[14].kwargs", "kwargs", "missing: ['value_set']"),
        ("[15].severity", "severity", "'critical', 'warning' or 'info'"),
    ]
    assert [field for field, _ in found] == [*(f"$.expectations{field}" for field, _, _ in expected), "$.suites"]
    lines = (include / "expectations" / "orders.json").read_text().splitlines()
    for (_, text), (_, key, words) in zip(found[:-1], expected, strict=True):
        assert words in text
        # One key stands on each line of the file, and the line is that of the key that is told of.
        assert lines[int(text.partition("orders.json:")[2].partition(":")[0]) - 1].split('"')[1] == key
    suites = "is no key of a suite. Use name, id, expectations, suite_parameters, meta, notes"
    assert found[-1][1].endswith(f"orders.json:{len(lines) - 1}: $.suites: {suites}")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "orders.json:1: is no JSON"),
        ('{\n"expectations": [],\n}', "orders.json:3: is no JSON: .*. Mind quotes, commas and brackets there"),
        ("[]", r"orders.json:1: \$: is no expectation suite"),
        ('{"expectations": 3}', "no expectation suite"),
        ('{"expectations": [],\n"suite_parameters": [1]}', r"orders.json:2: \$.suite_parameters: is no object"),
    ],
)
def test_what_is_no_suite_says_so(include: Path, content: str, words: str) -> None:
    write(include).write_text(content)
    with pytest.raises(SpecError, match=words):
        load_product(include, "orders")


def test_a_suite_that_no_product_has_is_found_by_the_check(include: Path) -> None:
    write(include, NOT_NULL).rename(include / "expectations" / "order.json")
    _, found = check_include(include)
    assert [problem.problem for problem in found] == ["no product has such a suite"]
