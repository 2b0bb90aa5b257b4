"""The internal form of a check."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from groundwork.spec.expectation import Expectation
from groundwork.spec.expectation_kwargs import KINDS
from groundwork.spec.expectation_types import TYPES

VALUES: dict[str, Any] = {
    "column": "a",
    "column_A": "a",
    "column_B": "b",
    "column_list": ["a", "b"],
    "column_set": ["a", "b"],
    "column_index": 1,
    "value_set": [1, "x"],
    "valid_values": ["x"],
    "missing_values": ["", None],
    "value_pairs_set": [["x", 1], ["y", None]],
    "regex": "x",
    "pattern": "x",
    "regex_list": ["x", "y"],
    "like_pattern": "x%",
    "like_pattern_list": ["x%", "_"],
    "escape": "!",
    "match_on": "all",
    "min_value": 1,
    "max_value": 2,
    "strict_min": True,
    "strict_max": False,
    "mostly": 0.5,
    "value": 3,
    "threshold": 1.5,
    "double_sided": True,
    "sum_total": 3,
    "strictly": True,
    "or_equal": True,
    "ties_okay": True,
    "exact_match": False,
    "bucketize_data": True,
    "method": "std",
    "multiplier": 2,
    "tail_weight_holdout": 0,
    "internal_weight_holdout": 0,
    "partition_object": {"values": ["x"], "weights": [1]},
    "quantile_ranges": {"quantiles": [0.5], "value_ranges": [[1, None]]},
    "allow_relative_error": 0.01,
    "strftime_format": "%d.%m.%Y",
    "json_schema": {"type": "object"},
    "type_": "LongType",
    "type_list": ["LongType", "DateType"],
    "unit": "percent",
    "mustBeLessThan": 5,
    "minimum_rows": 5,
    "minimum_values": 2,
    "sensitive": "illness",
    "query": "select count(*) from ${table}",
    "unexpected_rows_query": "select * from {batch} where a > 1",
    "row_condition": "a > 0",
    "condition_parser": "spark",
}
OPERATORS = {key for key in KINDS if key.startswith("must")}
CARRIED = sorted(kind for kind, known in TYPES.items() if known.carried != "nowhere")


def values(kind: str) -> dict[str, Any]:
    """Every kwarg that the type may have; of the operators one, of valid values and pattern one."""
    known = TYPES[kind]
    names = (known.required | known.optional) - (OPERATORS - {"mustBeLessThan"}) - {"pattern"}
    ignored = "both_values_are_missing" if "column_A" in names else "any_value_is_missing"
    return {key: ignored if key == "ignore_row_if" else VALUES[key] for key in names}


@pytest.mark.parametrize("kind", CARRIED)
def test_every_type_takes_its_kwargs_and_no_other(kind: str) -> None:
    everything = values(kind)
    assert Expectation(name="n", type=kind, kwargs=everything).kwargs == everything
    for key in TYPES[kind].required:
        with pytest.raises(ValidationError, match=f"missing: \\['{key}'\\]"):
            Expectation(name="n", type=kind, kwargs={name: everything[name] for name in everything if name != key})
    with pytest.raises(ValidationError, match=r"unknown: \['columns'\]"):
        Expectation(name="n", type=kind, kwargs={**everything, "columns": ["a"]})


@pytest.mark.parametrize("kind", sorted(TYPES.keys() - set(CARRIED)))
def test_what_nobody_carries_out_is_refused_with_the_reason(kind: str) -> None:
    with pytest.raises(ValidationError, match=r"cannot be carried out: .{20}"):
        Expectation(name="n", type=kind)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("expect_column_values_to_be_nul", "the nearest are expect_column_values_to_be_null, expect_"),
        ("expect_column_max_between", "the nearest are .*expect_column_max_to_be_between"),
        ("nonsense", "see the list in docs/rules/checks.md"),
    ],
)
def test_a_type_that_does_not_exist_is_refused_with_the_nearest(kind: str, words: str) -> None:
    with pytest.raises(ValidationError, match=f"there is no expectation '{kind}'; {words}"):
        Expectation(name="n", type=kind, kwargs={"column": "a"})


@pytest.mark.parametrize(
    ("kind", "kwargs", "columns", "read"),
    [
        ("expect_column_values_to_be_null", {"column": "a"}, ("a",), {"a"}),
        (
            "expect_column_values_to_be_null",
            {"column": "a", "row_condition": 'col("c") > 1', "condition_parser": "great_expectations"},
            ("a",),
            {"a", "c"},
        ),
        ("expect_column_pair_values_to_be_equal", {"column_A": "a", "column_B": "b"}, ("a", "b"), {"a", "b"}),
        ("expect_compound_columns_to_be_unique", {"column_list": ["a", "b"]}, ("a", "b"), {"a", "b"}),
        ("expect_table_columns_to_match_ordered_list", {"column_list": ["a"]}, (), set()),
        ("expect_column_to_exist", {"column": "a"}, (), set()),
        ("expect_table_row_count_to_equal", {"value": 1}, (), set()),
    ],
)
def test_the_columns_it_judges_and_those_it_reads(
    kind: str, kwargs: dict[str, Any], columns: tuple[str, ...], read: set[str]
) -> None:
    expectation = Expectation(name="n", type=kind, kwargs=kwargs)
    assert (expectation.columns, expectation.read_columns) == (columns, read)


@pytest.mark.parametrize(
    ("kind", "kwargs", "words"),
    [
        ("expect_column_max_to_be_between", {"min_value": "5"}, "min_value '5' is no date; write 2013-01-31"),
        ("expect_column_max_to_be_between", {"min_value": "2013-02-30"}, "is no date"),
        (
            "expect_column_max_to_be_between",
            {"min_value": "2013-02-03", "max_value": "2013-02-03T01:00:00"},
            "not of one kind",
        ),
        ("expect_column_value_lengths_to_be_between", {"min_value": 1.5}, "is a whole number"),
        ("expect_column_values_to_be_of_type", {"type_": "INTEGER"}, "type_ must be one of StringType, "),
        ("expect_column_values_to_match_like_pattern", {"like_pattern": "%", "escape": "ab"}, "must be one character"),
        ("expect_column_values_to_match_regex_list", {"regex_list": ["a", "["]}, "no regular expression"),
        ("expect_column_values_to_match_regex", {"regex": "(?P<x>a)"}, "which only Python knows"),
        ("expect_column_values_to_not_match_regex", {"regex": "(a+)+$"}, "can search without end"),
        ("expect_column_values_to_not_match_regex_list", {"regex_list": ["a", "b{,3}"]}, "that is no repetition"),
        ("expect_column_values_to_match_like_pattern", {"like_pattern": "a\\b"}, "itself may stand behind"),
        ("expect_column_values_to_match_like_pattern", {"like_pattern": "100!", "escape": "!"}, "may stand behind '!'"),
        ("expect_column_values_to_match_strftime_format", {"strftime_format": "%Y %"}, "no format of Python's"),
        ("expect_column_values_to_be_null", {"condition_parser": "spark"}, "goes with row_condition"),
        ("expect_column_values_to_be_null", {"row_condition": "rand() > 1", "condition_parser": "spark"}, "calls rand"),
        ("expect_column_values_to_be_null", {"row_condition": "a > 1"}, "condition_parser is None; use spark"),
        (
            "expect_column_quantile_values_to_be_between",
            {"quantile_ranges": {"quantiles": [0.5, 1], "value_ranges": [[1, 2]]}},
            "as many value_ranges as quantiles",
        ),
        (
            "expect_column_quantile_values_to_be_between",
            {"quantile_ranges": {"quantiles": [0.5], "value_ranges": [[2, 1]]}},
            "the smaller one first",
        ),
    ],
)
def test_kwargs_that_mean_nothing_say_the_mend(kind: str, kwargs: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Expectation(name="n", type=kind, kwargs={"column": "a", **kwargs})


@given(
    st.sampled_from(CARRIED),
    st.dictionaries(
        st.sampled_from(sorted(KINDS)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
            max_leaves=4,
        ),
    ),
)
def test_no_kwargs_whatever_raise_anything_but_a_validation_error(kind: str, kwargs: dict[str, object]) -> None:
    try:
        expectation = Expectation(name="n", type=kind, kwargs=kwargs)
    except ValidationError:
        return
    known = TYPES[kind]
    assert known.required <= kwargs.keys() <= known.required | known.optional
    assert all(isinstance(column, str) and column for column in expectation.columns)
