"""The table of ODCS metrics, case by case, with the expectations worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from open_data_contract_standard.model import DataQuality

from groundwork.spec.odcs_quality import to_expectation

NOT_NULL = "expect_column_values_to_not_be_null"
UNIQUE = "expect_column_values_to_be_unique"
COMPOUND = "expect_compound_columns_to_be_unique"
IN_SET = "expect_column_values_to_be_in_set"
REGEX = "expect_column_values_to_match_regex"
ROWS = "expect_table_row_count_to_be_between"
BETWEEN = "expect_column_values_to_be_between"


def custom(kind: str, **kwargs: Any) -> dict[str, Any]:
    return {"type": "custom", "engine": "greatExpectations", "implementation": {"type": kind, "kwargs": kwargs}}


@pytest.mark.parametrize(
    ("entry", "column", "kind", "kwargs"),
    [
        ({"metric": "nullValues", "mustBe": 0}, "a", NOT_NULL, {"column": "a"}),
        (
            {"metric": "nullValues", "unit": "percent", "mustBeLessOrEqualTo": 5},
            "a",
            NOT_NULL,
            {"column": "a", "mostly": 0.95},
        ),
        (
            {"metric": "nullValues", "unit": "percent", "mustBeLessOrEqualTo": 0.1},
            "a",
            NOT_NULL,
            {"column": "a", "mostly": 0.999},
        ),
        ({"metric": "nullValues", "unit": "percent", "mustBeLessOrEqualTo": 0}, "a", NOT_NULL, {"column": "a"}),
        ({"metric": "duplicateValues", "mustBe": 0}, "a", UNIQUE, {"column": "a"}),
        (
            {"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": ["a", "b"]}},
            None,
            COMPOUND,
            {"column_list": ["a", "b"]},
        ),
        (
            {"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": ["x", "y"]}},
            "a",
            IN_SET,
            {"column": "a", "value_set": ["x", "y"]},
        ),
        (
            {
                "metric": "invalidValues",
                "unit": "percent",
                "mustBeLessOrEqualTo": 2,
                "arguments": {"pattern": r"^\p{L}+$"},
            },
            "a",
            REGEX,
            {"column": "a", "regex": r"^\p{L}+$", "mostly": 0.98},
        ),
        ({"metric": "rowCount", "mustBe": 3}, None, ROWS, {"min_value": 3, "max_value": 3}),
        ({"metric": "rowCount", "mustBeBetween": [3, 9]}, None, ROWS, {"min_value": 3, "max_value": 9}),
        ({"metric": "rowCount", "mustBeGreaterThan": 3}, None, ROWS, {"min_value": 4}),
        ({"metric": "rowCount", "mustBeGreaterOrEqualTo": 3}, None, ROWS, {"min_value": 3}),
        ({"metric": "rowCount", "mustBeLessThan": 3, "unit": "rows"}, None, ROWS, {"max_value": 2}),
        ({"metric": "rowCount", "mustBeLessOrEqualTo": 3.0}, None, ROWS, {"max_value": 3}),
        (custom(BETWEEN, min_value=0, max_value=1.5), "a", BETWEEN, {"column": "a", "min_value": 0, "max_value": 1.5}),
        (custom(BETWEEN, column="b", min_value="2013-01-01"), "a", BETWEEN, {"column": "b", "min_value": "2013-01-01"}),
        (custom(ROWS, min_value=1), None, ROWS, {"min_value": 1}),
        (
            {
                "type": "custom",
                "engine": "great-expectations",
                "implementation": "type: expect_column_values_to_be_between\nkwargs:\n  min_value: 1",
            },
            "a",
            BETWEEN,
            {"column": "a", "min_value": 1},
        ),
        ({"metric": "rowCount", "mustNotBe": 0}, None, "odcs_row_count", {"mustNotBe": 0}),
        ({"metric": "rowCount", "mustNotBeBetween": [1, 9]}, None, "odcs_row_count", {"mustNotBeBetween": [1, 9]}),
        ({"metric": "nullValues", "mustBe": 1}, "a", "odcs_null_values", {"column": "a", "mustBe": 1}),
        (
            {"metric": "nullValues", "unit": "percent", "mustBeLessThan": 1},
            "a",
            "odcs_null_values",
            {"column": "a", "unit": "percent", "mustBeLessThan": 1},
        ),
        (
            {"metric": "missingValues", "mustBe": 0, "arguments": {"missingValues": [None, "", "n/a"]}},
            "a",
            "odcs_missing_values",
            {"column": "a", "missing_values": [None, "", "n/a"], "mustBe": 0},
        ),
        (
            {"metric": "invalidValues", "mustBeLessThan": 5, "unit": "rows", "arguments": {"validValues": ["kg"]}},
            "a",
            "odcs_invalid_values",
            {"column": "a", "valid_values": ["kg"], "unit": "rows", "mustBeLessThan": 5},
        ),
        (
            {"metric": "invalidValues", "mustBeGreaterThan": 0, "arguments": {"pattern": "^x"}},
            "a",
            "odcs_invalid_values",
            {"column": "a", "pattern": "^x", "mustBeGreaterThan": 0},
        ),
        (
            {"metric": "duplicateValues", "mustBeLessThan": 10, "unit": "rows"},
            "a",
            "odcs_duplicate_values",
            {"column_list": ["a"], "unit": "rows", "mustBeLessThan": 10},
        ),
        (
            {"metric": "duplicateValues", "mustBeGreaterOrEqualTo": 1, "arguments": {"properties": ["a", "b"]}},
            None,
            "odcs_duplicate_values",
            {"column_list": ["a", "b"], "mustBeGreaterOrEqualTo": 1},
        ),
        (
            {"type": "sql", "query": "SELECT COUNT(*) FROM ${table} WHERE ${column} > 1", "mustBeLessThan": 3600},
            "a",
            "odcs_sql",
            {"query": "SELECT COUNT(*) FROM checked_rows WHERE `a` > 1", "mustBeLessThan": 3600},
        ),
        (
            {"type": "sql", "query": "select avg(a) > 1 from {object}", "mustBe": True},
            None,
            "odcs_sql",
            {"query": "select avg(a) > 1 from checked_rows", "mustBe": True},
        ),
        ({"type": "text", "description": "Verified by the shop."}, "a", "odcs_text", {}),
        (custom(COMPOUND, column_list=["a", "b"]), "a", COMPOUND, {"column_list": ["a", "b"]}),
    ],
)
def test_an_entry_becomes_the_expectation_it_means(
    entry: dict[str, Any], column: str | None, kind: str, kwargs: dict[str, Any]
) -> None:
    expectation = to_expectation(DataQuality(**entry), column)
    assert (expectation.type, expectation.kwargs) == (kind, kwargs)


@pytest.mark.parametrize(
    ("entry", "column", "words"),
    [
        ({"mustBe": 0}, "a", "has no metric; use one of nullValues"),
        ({"rule": "nullCheck", "mustBe": 0}, "a", "has no metric"),
        ({"metric": "freshness", "mustBe": 0}, "a", "'freshness' is not known; use one of nullValues"),
        ({"metric": "missingValues", "mustBe": 0}, "a", r"needs arguments: \{missingValues: \[null"),
        ({"metric": "nullValues"}, "a", "needs exactly one of mustBe, .*; found: none"),
        ({"metric": "nullValues", "mustBe": 0, "mustBeLessThan": 3}, "a", "found: mustBe, mustBeLessThan"),
        ({"metric": "nullValues", "mustBe": "none"}, "a", "mustBe must be a number, not 'none'"),
        ({"metric": "nullValues", "mustBe": True}, "a", "mustBe must be a number, not True"),
        ({"metric": "nullValues", "mustBeBetween": [5, 1]}, "a", "the smaller number stands first"),
        ({"metric": "nullValues", "mustBe": 0, "unit": "furlongs"}, "a", "unit 'furlongs' is not known"),
        ({"metric": "nullValues", "mustBe": 0}, None, "belongs under a column"),
        ({"metric": "nullValues", "mustBe": 0, "arguments": {"x": 1}}, "a", "takes no arguments here; remove x"),
        ({"metric": "rowCount", "mustBe": 1}, "a", "belongs under the table"),
        ({"metric": "rowCount"}, None, "needs exactly one of"),
        ({"metric": "rowCount", "mustBeGreaterThan": 1, "mustBeLessThan": 5}, None, "needs exactly one of"),
        ({"metric": "rowCount", "mustBeGreaterThan": 1.5}, None, "whole number from 0"),
        ({"metric": "rowCount", "mustBe": "many"}, None, "must be a number"),
        ({"metric": "rowCount", "mustBe": True}, None, "must be a number"),
        ({"metric": "rowCount", "mustBeBetween": [9, 3]}, None, "smaller number stands first"),
        ({"metric": "rowCount", "mustBe": 1, "unit": "percent"}, None, "remove unit: percent"),
        ({"metric": "duplicateValues", "mustBe": 0}, None, r"needs arguments: \{properties: \[columns\]\}"),
        ({"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": "a"}}, None, "must be a list"),
        ({"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": ["a", "a"]}}, None, "different column"),
        ({"metric": "invalidValues", "mustBe": 0}, "a", "either {validValues"),
        ({"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": "x"}}, "a", "must be a list"),
        ({"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": []}}, "a", "at least one value"),
        ({"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": [{}]}}, "a", "texts, numbers"),
        ({"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "[a"}}, "a", "no regular expression"),
        ({"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "a", "validValues": ["a"]}}, "a", "either"),
        ({"type": "sql", "mustBe": 0}, None, "needs a query"),
        ({"type": "sql", "query": "select 1", "mustBe": 0}, None, "does not read the checked table"),
        ({"type": "sql", "query": "select count(*) from ${table}"}, None, "needs exactly one of mustBe"),
        ({"type": "sql", "query": "select max(${column}) from ${table}", "mustBe": 0}, None, r"holds \$\{column\}"),
        ({"type": "text"}, "a", "needs a description"),
        ({"type": "soda", "mustBe": 0}, "a", "type 'soda' is not known; use library, text, sql, custom"),
        ({"metric": "nullValues", "mustBe": 0, "severity": "fatal"}, "a", "use error, warning or info"),
        ({"type": "custom", "engine": "greatExpectations", "implementation": "a: ["}, None, "is no YAML"),
        ({"type": "custom", "engine": "soda", "implementation": {"type": ROWS}}, None, "engine: greatExpectations"),
        ({"type": "custom", "engine": "greatExpectations", "implementation": "x"}, None, "implementation: {type"),
        (
            custom("expect_column_values_to_be_nice"),
            "a",
            "there is no expectation .*; the nearest are",
        ),
        (custom(BETWEEN), "a", "needs min_value or max_value"),
        (custom(BETWEEN, min_value=[1]), "a", "must be a number or a date"),
        (custom(BETWEEN, min_value=1, max_value="2013-01-01"), "a", "are not of one kind"),
        (custom(BETWEEN, min_value=1, mostly="all"), "a", "must be a share above 0"),
        (custom(BETWEEN, min_value=1, mostly=0), "a", "must be a share above 0"),
        (custom(BETWEEN, minimum=1), "a", r"unknown: \['minimum'\]"),
        (custom(ROWS, min_value=1.5), None, "whole number"),
        (custom(NOT_NULL), None, r"missing: \['column'\]"),
        ({"type": "custom", "engine": "greatExpectations", "implementation": {"name": ROWS}}, None, "unknown keys"),
        (
            {"type": "custom", "engine": "greatExpectations", "implementation": {"type": ROWS, "kwargs": [1]}},
            None,
            "must be a mapping",
        ),
    ],
)
def test_what_cannot_be_carried_out_says_the_mend(entry: dict[str, Any], column: str | None, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        to_expectation(DataQuality(**entry), column)


@pytest.mark.parametrize(
    ("declared", "severity"),
    [(None, "critical"), ("error", "critical"), ("warning", "warning"), ("info", "info")],
)
def test_severity_name_and_description_are_kept(declared: str | None, severity: str) -> None:
    entry = DataQuality(name="n", metric="rowCount", mustBe=1, severity=declared, description="One.")
    expectation = to_expectation(entry, None)
    assert (expectation.name, expectation.severity, expectation.description) == ("n", severity, "One.")


def test_an_entry_without_a_name_is_named_by_column_and_metric() -> None:
    assert to_expectation(DataQuality(metric="nullValues", mustBe=0), "a").name == "a_nullValues"
    assert to_expectation(DataQuality(**custom(ROWS, min_value=1)), None).name == ROWS
