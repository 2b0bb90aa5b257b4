"""Checks have Great Expectations' meaning, and their text is its own classes' to read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from groundwork.spec.expectation import Expectation
from groundwork.spec.report import ExpectationResult
from spark_jobs import storage
from tests.spark.products import Product
from tests.spark.test_upsert import HEADER, customers, line

ROWS = "id,x,word\n1,1,ab\n2,2,cd\n3,2,ab\n4,9,\n5,,zz\n"
CHECKS: list[tuple[str, dict[str, Any], bool, int | None, Any]] = [
    ("column_values_to_not_be_null", {"column": "x"}, False, 1, None),
    ("column_values_to_not_be_null", {"column": "x", "mostly": 0.8}, True, 1, None),
    ("column_values_to_be_unique", {"column": "x"}, False, 2, None),
    ("column_values_to_be_unique", {"column": "id"}, True, 0, None),
    ("compound_columns_to_be_unique", {"column_list": ["x", "word"]}, True, 0, None),
    ("column_values_to_be_in_set", {"column": "word", "value_set": ["ab", "cd"]}, False, 1, None),
    ("column_values_to_match_regex", {"column": "word", "regex": "^[a-d]"}, False, 1, None),
    ("column_values_to_match_regex", {"column": "word", "regex": "b|d"}, False, 1, None),
    ("column_values_to_be_between", {"column": "x", "min_value": 1, "max_value": 9}, True, 0, None),
    ("column_values_to_be_between", {"column": "x", "max_value": 8}, False, 1, None),
    ("column_mean_to_be_between", {"column": "x", "min_value": 3.5, "max_value": 3.5}, True, None, 3.5),
    ("column_min_to_be_between", {"column": "x", "min_value": 2}, False, None, 1),
    ("column_max_to_be_between", {"column": "x", "max_value": 9}, True, None, 9),
    ("table_row_count_to_be_between", {"min_value": 5, "max_value": 5}, True, None, 5),
]


def expectation(number: int) -> Expectation:
    kind, kwargs = CHECKS[number][:2]
    return Expectation(name=f"check_{number}", type=f"expect_{kind}", kwargs=kwargs, severity="warning")


@pytest.fixture(scope="module")
def refined(spark: Any) -> Any:
    from tests.spark.products import columns

    rule = {"name": "clean", "kind": "standardise", "columns": ["word"], "nullTokens": [""]}
    expectations = tuple(expectation(number) for number in range(len(CHECKS)))
    table = columns("id* int", "x int", "word string")
    p = Product(spark, "checked", table, rules=[rule], expectations=expectations)
    return p, p.refine(p.land(ROWS))


@pytest.mark.parametrize("number", range(len(CHECKS)))
def test_a_check_counts_by_hand(refined: Any, number: int) -> None:
    _, _, success, unexpected, observed = CHECKS[number]
    result: ExpectationResult = refined[1].expectations[number]
    assert (result.success, result.unexpected_count, result.observed_value) == (success, unexpected, observed)


def test_great_expectations_reads_and_renders_the_text(refined: Any) -> None:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResultSchema
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    _, report = refined
    text = storage.read(report.artefacts["quality"]).decode()
    content = json.loads(text)
    loaded = ExpectationSuiteValidationResultSchema().load(content)
    suite = ExpectationSuiteValidationResult(**{key: loaded[key] for key in content})
    suite.results = [
        result if isinstance(result, ExpectationValidationResult) else ExpectationValidationResult(**result)
        for result in suite.results
    ]
    assert (suite.success, suite.statistics["evaluated_expectations"]) == (False, len(CHECKS))
    assert [result.success for result in suite.results] == [check[2] for check in CHECKS]
    page = DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(suite))
    assert "values must never be null" in page


def test_values_of_personal_columns_are_not_shown(product: Any) -> None:
    kwargs = {"column": "x", "value_set": ["a"]}
    checks = (
        Expectation(name="known", type="expect_column_values_to_be_in_set", kwargs=kwargs, severity="warning"),
        Expectation(name="once", type="expect_column_values_to_be_unique", kwargs={"column": "x"}, severity="warning"),
    )
    p = product("x string", more={"x": {"classification": "personal"}}, expectations=checks)
    report = p.refine(p.land("x\nSecret\nSecret\n"))
    assert [result.unexpected_count for result in report.expectations] == [2, 2]
    assert "Secret" not in report.to_json()
    for uri in report.artefacts.values():
        assert b"Secret" not in storage.read(uri)


def test_value_checks_read_the_batch_and_uniqueness_the_whole_table(product: Any) -> None:
    checks = (
        Expectation(name="small", type="expect_column_values_to_be_between", kwargs={"column": "x", "max_value": 5}),
        Expectation(name="once", type="expect_column_values_to_be_unique", kwargs={"column": "x"}),
        Expectation(name="many", type="expect_table_row_count_to_be_between", kwargs={"max_value": 3}),
    )
    p = product("id* int", "x int", expectations=())
    p.refine(p.land("id,x\n1,9\n2,1\n"))
    p.expectations = checks
    report = p.refine(p.land("id,x\n3,1\n"))
    small, once, many = report.expectations
    assert (small.success, once.success, many.success) == (True, False, True)
    assert (once.unexpected_count, once.element_count, many.observed_value) == (2, 3, 3)
    assert report.outcome == "blocked"


def test_of_a_history_only_what_stands_is_looked_at(spark: Any) -> None:
    p = customers(spark, "checked_versions", history="scd2")
    p.expectations = (
        Expectation(name="once", type="expect_column_values_to_be_unique", kwargs={"column": "id"}),
        Expectation(name="few", type="expect_table_row_count_to_equal", kwargs={"value": 2}),
    )
    p.refine(p.land(HEADER + line(1, "a", 5) + line(2, "b", 5)))
    once, few = p.refine(p.land(HEADER + line(1, "c", 9))).expectations
    assert (once.success, once.element_count, few.observed_value) == (True, 2, 2)


def test_the_page_is_one_file_that_escapes_everything(product: Any) -> None:
    check = Expectation(
        name="known", type="expect_column_values_to_be_in_set", kwargs={"column": "x", "value_set": ["a"]}
    )
    p = product("x string", expectations=(check,))
    report = p.refine(p.land('x\n"<script>alert(1)</script>"\n'))
    page = storage.read(report.artefacts["page"]).decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "The gate holds this batch back." in page
