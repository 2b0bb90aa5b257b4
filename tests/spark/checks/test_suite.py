"""Checks that Great Expectations does not know, and what holds for all: masks, errors, shuffles."""

from __future__ import annotations

from typing import Any

import pytest

from groundwork.spec.expectation import Expectation
from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.data import Data
from spark_jobs.checks.suite import checked
from tests.spark.test_plan_budget import taken

ROWS = [
    (1, "ab", "2021-03-01", 1.0, "1"),
    (2, "a%b", "yesterday-ish", 2.0, "2"),
    (2, "AB", "Jan 5", None, "3"),
    (3, "", "32.13.2021", 4.0, '"x"'),
    (4, None, None, 5.0, None),
    (4, "n/a", "12:30", 6.0, "5"),
]
SCHEMA = "number int, word string, told string, ratio double, document string"
CHECKS: list[tuple[str, dict[str, Any], bool, Any]] = [
    # name, kwargs, success, and the observed value or the number of unexpected values; worked out by hand
    ("odcs_null_values", {"column": "word", "mustBe": 1}, True, 1),
    ("odcs_null_values", {"column": "ratio", "unit": "percent", "mustBeLessThan": 100 / 6}, False, 100 / 6),
    ("odcs_missing_values", {"column": "word", "missing_values": [None, "", "n/a"], "mustNotBe": 3}, False, 3),
    ("odcs_missing_values", {"column": "word", "missing_values": ["n/a"], "mustBeBetween": [1, 2]}, True, 1),
    ("odcs_missing_values", {"column": "number", "missing_values": [4, None], "mustBeGreaterThan": 1}, True, 2),
    ("odcs_invalid_values", {"column": "word", "valid_values": ["ab", "AB"], "mustBeLessOrEqualTo": 3}, True, 3),
    (
        "odcs_invalid_values",
        {"column": "word", "pattern": "^[a-z]", "unit": "percent", "mustNotBeBetween": [0, 39]},
        True,
        40.0,
    ),
    ("odcs_duplicate_values", {"column_list": ["number"], "mustBeGreaterOrEqualTo": 5}, False, 4),
    (
        "odcs_duplicate_values",
        {"column_list": ["number"], "unit": "percent", "mustBeBetween": [66, 67]},
        True,
        400 / 6,
    ),
    ("odcs_duplicate_values", {"column_list": ["number", "word"], "mustBe": 0}, True, 0),
    ("odcs_row_count", {"mustNotBe": 6}, False, 6),
    ("odcs_sql", {"query": "select count(distinct number) from ${table}", "mustBe": 4}, True, 4),
    ("odcs_sql", {"query": "select avg(ratio) > 3.5 from checked_rows", "mustBe": True}, True, True),
    ("odcs_sql", {"query": "select max(ratio) from {object} where number > 9", "mustBeLessThan": 9}, False, None),
    ("expect_column_values_to_match_like_pattern", {"column": "word", "like_pattern": "a%b"}, False, 3),
    ("expect_column_values_to_match_like_pattern", {"column": "word", "like_pattern": "a!%_", "escape": "!"}, False, 4),
    ("expect_column_values_to_not_match_like_pattern", {"column": "word", "like_pattern": "_b"}, False, 1),
    (
        "expect_column_values_to_match_like_pattern_list",
        {"column": "word", "like_pattern_list": ["a%", "%B"], "mostly": 0.6},
        True,
        2,
    ),
    (
        "expect_column_values_to_match_like_pattern_list",
        {"column": "word", "like_pattern_list": ["a%", "%b"], "match_on": "all"},
        False,
        3,
    ),
    (
        "expect_column_values_to_not_match_like_pattern_list",
        {"column": "word", "like_pattern_list": ["a%", "%B"]},
        False,
        3,
    ),
    # dateutil reads the first, the third and the last.
    ("expect_column_values_to_be_dateutil_parseable", {"column": "told"}, False, 2),
    (
        "expect_column_quantile_values_to_be_between",
        {
            "column": "number",
            "quantile_ranges": {"quantiles": [0.5], "value_ranges": [[2, 2]]},
            "allow_relative_error": 0.1,
        },
        True,
        {"quantiles": [0.5], "values": [2.0]},
    ),
    ("odcs_text", {}, True, None),
]


def expectations(*entries: tuple[Any, ...]) -> list[Expectation]:
    return [
        Expectation(name=f"check_{place}", type=kind, kwargs=kwargs) for place, (kind, kwargs, *_) in enumerate(entries)
    ]


def run(spark: Any, *entries: tuple[Any, ...], classified: frozenset[str] = frozenset()) -> list[ExpectationResult]:
    frame = spark.createDataFrame(ROWS, SCHEMA).coalesce(1)
    data = Data(frame, frame, len(ROWS), tuple(frame.columns), classified)
    return list(checked(expectations(*entries), data, len(ROWS)))


@pytest.fixture(scope="module")
def results(spark: Any) -> list[ExpectationResult]:
    return run(spark, *CHECKS)


@pytest.mark.parametrize("number", range(len(CHECKS)), ids=lambda number: f"{number}-{CHECKS[number][0]}")
def test_a_check_counts_by_hand(results: list[ExpectationResult], number: int) -> None:
    _, _, success, found = CHECKS[number]
    result = results[number]
    assert (result.exception, result.success) == (None, success)
    value = result.observed_value if result.unexpected_count is None else result.unexpected_count
    assert value == (pytest.approx(found) if isinstance(found, float) else found)


def test_a_text_is_not_carried_out(results: list[ExpectationResult]) -> None:
    assert [result.executed for result in results] == [True] * (len(CHECKS) - 1) + [False]


def test_no_value_of_a_classified_column_is_shown(spark: Any) -> None:
    hidden = run(
        spark,
        ("expect_column_values_to_be_in_set", {"column": "word", "value_set": ["zz"]}),
        ("expect_column_values_to_be_null", {"column": "word"}),
        ("expect_column_values_to_be_unique", {"column": "number"}),
        ("expect_column_values_to_be_increasing", {"column": "number", "strictly": True}),
        ("expect_column_max_to_be_between", {"column": "number", "max_value": 3}),
        ("expect_column_median_to_be_between", {"column": "number", "max_value": 1}),
        ("expect_column_most_common_value_to_be_in_set", {"column": "number", "value_set": [7]}),
        ("expect_column_distinct_values_to_be_in_set", {"column": "word", "value_set": ["zz"]}),
        ("expect_column_pair_values_to_be_equal", {"column_A": "ratio", "column_B": "number"}),
        ("expect_compound_columns_to_be_unique", {"column_list": ["number", "told"]}),
        ("odcs_sql", {"query": "select max(word) from ${table}", "mustNotBe": 1}),
        ("odcs_sql", {"query": "select cast(word as int) + ratio.x from ${table}", "mustBe": 1}),
        ("expect_column_values_to_match_json_schema", {"column": "word", "json_schema": {"type": "number"}}),
        classified=frozenset({"number", "word"}),
    )
    shown = [
        text
        for result in hidden
        for text in (
            result.observed_value,
            result.exception,
            result.details,
            *result.partial_unexpected_list,
            *(entry["value"] for entry in result.partial_unexpected_counts),
        )
    ]
    text = repr(shown)
    assert not [value for value in ("ab", "a%b", "AB", "n/a") if repr(value) in text]
    assert [result.success for result in hidden[:8]] == [False] * 8
    assert hidden[0].partial_unexpected_list == ("***",) * 5
    assert hidden[0].partial_unexpected_counts == ({"value": "***", "count": 5},)
    assert hidden[2].partial_unexpected_list == ("***",) * 4
    assert (hidden[4].observed_value, hidden[5].observed_value, hidden[6].observed_value) == ("***", "***", ["***"] * 2)
    assert hidden[8].partial_unexpected_list == tuple([ratio, "***"] for ratio in (None, 4.0, 5.0, 6.0))
    assert hidden[10].observed_value == "***"
    assert hidden[11].exception == "Spark cannot carry it out"
    assert hidden[12].exception == "***"


def test_what_cannot_be_carried_out_is_not_met_and_says_why(spark: Any) -> None:
    wrong, good, several, handed = run(
        spark,
        ("odcs_sql", {"query": "select sum(nothing) from ${table}", "mustBe": 1}),
        ("odcs_sql", {"query": "select count(*) from ${table}", "mustBe": 6}),
        ("odcs_sql", {"query": "select number from ${table}", "mustBe": 1}),
        ("expect_column_values_to_match_json_schema", {"column": "word", "json_schema": {"type": "number"}}),
    )
    assert not wrong.success
    assert "nothing" in str(wrong.exception)
    assert good.success
    assert (several.success, several.exception) == (False, "the query gives several rows; aggregate them to one")
    assert not handed.success
    assert "JSONDecodeError" in str(handed.exception) or "Python worker" in str(handed.exception)


def test_what_is_handed_to_great_expectations_comes_back_in_the_same_form(spark: Any) -> None:
    numbers = {"column": "document", "json_schema": {"type": "number"}, "mostly": 0.8}
    parts = {"values": ["ab", "AB"], "weights": [0.5, 0.5]}
    only = {"row_condition": "word in ('ab', 'AB')", "condition_parser": "spark"}
    alike = {"column": "word", "partition_object": parts, "threshold": 0.1, **only}
    documents, divergence = run(
        spark,
        ("expect_column_values_to_match_json_schema", numbers),
        ("expect_column_kl_divergence_to_be_less_than", alike),
    )
    assert (divergence.success, divergence.observed_value, divergence.exception) == (True, 0.0, None)
    # One of five is a text: four of five is enough.
    assert (documents.success, documents.element_count, documents.missing_count) == (True, 6, 1)
    assert (documents.unexpected_percent, documents.partial_unexpected_list) == (20.0, ('"x"',))


@pytest.mark.parametrize(
    ("keys", "shuffles"),
    [
        ([["number"]], 1),
        ([["number"], ["word"], ["told"]], 3),
        ([["number", "word"], ["word", "number"], ["number"]], 2),
    ],
)
def test_uniqueness_costs_one_shuffle_a_key(spark: Any, keys: list[list[str]], shuffles: int) -> None:
    # All values are met mostly, so that no values are shown.
    entries = [("expect_compound_columns_to_be_unique", {"column_list": key, "mostly": 0.1}) for key in keys]
    frame = spark.createDataFrame([(n, str(n), str(n), 1.0, None) for n in range(50)], SCHEMA)
    data = Data(frame, frame, 50, tuple(frame.columns))
    found: list[ExpectationResult] = []
    work = taken(spark, lambda: found.extend(checked(expectations(*entries), data, 50)))
    assert all(result.success for result in found)
    # Behind every shuffle of values stands one of the few figures that tasks have counted.
    assert work["Exchange"] == 2 * shuffles
