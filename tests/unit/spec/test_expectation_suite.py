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
    path.write_text(json.dumps({"name": "orders", "expectations": list(entries), **more}))
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


def test_every_problem_is_told_with_its_place_and_mend(include: Path) -> None:
    found = problems(
        include,
        {"type": "expect_column_values_to_be_nul", "kwargs": {"column": "amount"}},
        {"type": "expect_column_values_to_be_null", "kwargs": {"column": "amnt"}},
        {"type": "expect_column_mean_to_be_between", "kwargs": {"column": "order_id", "max_value": 3}},
        {"type": "expect_column_max_to_be_between", "kwargs": {"column": "amount", "max_value": {"$PARAMETER": "x"}}},
        {"type": "expect_column_max_to_be_between", "kwargs": {"column": "amount", "max_value": "2013-01-31"}},
        {"expectation_type": "expect_column_values_to_be_null"},
        "nonsense",
        {**NOT_NULL, "kwargs": {"column": "amount", "row_condition": "nobody > 1", "condition_parser": "spark"}},
        suites=[],
    )
    assert [field for field, _ in found] == [
        "$.suites",
        "$.expectations[0]",
        "$.expectations[1].kwargs",
        "$.expectations[2].kwargs",
        "$.expectations[3]",
        "$.expectations[4].kwargs",
        "$.expectations[5].expectation_type",
        "$.expectations[6]",
        "$.expectations[7].kwargs",
    ]
    assert all("expectations/orders.json: $" in text for _, text in found)
    for (_, text), words in zip(
        found,
        [
            "is no key of a suite. Use name, id",
            "the nearest are expect_column_values_to_be_null",
            "column 'amnt' is not there. Columns: order_id, ",
            "is a string and has no mean. Use a numeric column",
            "names parameter 'x', which suite_parameters has not (there: none); write the value",
            "whose bounds are numbers",
            "is no key of an expectation. Use type, kwargs",
            "Write an object with type and kwargs",
            "column 'nobody' is not there",
        ],
        strict=True,
    ):
        assert words in text


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "orders.json:1: is no JSON"), ("[]", r"\$: is no expectation suite"), ('{"expectations": 3}', "no exp")],
)
def test_what_is_no_suite_says_so(include: Path, content: str, words: str) -> None:
    write(include).write_text(content)
    with pytest.raises(SpecError, match=words):
        load_product(include, "orders")


def test_a_suite_that_no_product_has_is_found_by_the_check(include: Path) -> None:
    write(include, NOT_NULL).rename(include / "expectations" / "order.json")
    _, found = check_include(include)
    assert [problem.problem for problem in found] == ["no product has such a suite"]
