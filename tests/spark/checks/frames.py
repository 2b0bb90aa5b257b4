"""Frames full of what checks stumble over, and the checks that are tried on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

SCHEMA = """
    number bigint, ratio double, word string, day date, moment timestamp, price decimal(12,2), first int, second int,
    steps int, flat double, form string, place int
"""
NAN = float("nan")


def rows() -> list[tuple[Any, ...]]:
    """Nulls, NaN, negative zero, duplicates, quotes, text in other alphabets, an outlier, values on a threshold."""
    d, t, m = date, datetime, Decimal
    return [
        (1, 1.0, "a", d(2020, 1, 1), t(2020, 1, 1, 5), m("1.10"), 1, None, 1, 2.0, "2020-01-31", 1),
        (2, NAN, "b'c", d(2020, 1, 2), t(2020, 1, 1, 6), m("2.20"), None, 1, 2, 2.0, "31.01.2020", 2),
        (2, None, "ünï", None, None, None, None, None, 2, 2.0, "[1, 2]", 3),
        (None, -0.0, None, d(2019, 1, 2), t(2020, 1, 3, 4), m("-3.30"), 3, 3, None, None, None, 4),
        (9, 0.0, "", d(2020, 1, 2), t(2021, 1, 1, 4), m("2.20"), 4, 5, 3, 2.0, '{"a": NaN}', 5),
        (3, 7.5, "a", d(2020, 1, 2), t(2021, 1, 1, 4), m("2.20"), 2, 1, 4, 2.0, "{'a': 1}", 6),
        (3, 7.5, 'say "x"', d(2020, 2, 29), t(2020, 12, 31, 23, 59, 59), m("0.00"), 6, 0, 5, 2.0, "2020-02-30", 7),
        (4, -2.5, "日本 a", d(2020, 3, 1), t(2020, 12, 30), m("99999.99"), 6, 6, 5, 2.0, "", 8),
        (-7, 3.25, "a\\b%_", d(2018, 12, 31), t(2019, 1, 1), m("7.77"), 0, 6, 9, 2.0, "Jan 5 2021", 9),
        (1000, 4.0, "A", d(2020, 1, 1), t(2020, 1, 1, 5), m("1.10"), 1, 5, 8, 2.0, "7", 10),
    ]


def generated(number: int, seed: int) -> list[tuple[Any, ...]]:
    """Rows of values drawn from what is hard to compare, with many duplicates and nulls."""
    d, t, m = date, datetime, Decimal
    draw = Random(seed)
    pools: list[list[Any]] = [
        [None, 0, -1, 2, 3, 2**53 + 1, -(2**62)],
        [None, NAN, -0.0, 0.0, 0.1 + 0.2, 0.3, 7.5, -1e308, float("inf")],
        [None, "", "a", "A", " a", "b'c", 'say "x"', "ünï", "u\u0308", "日本 a", "a\\b", "a%", "\n", "n" * 500],
        [None, d(1, 1, 1), d(1969, 12, 31), d(2020, 2, 29), d(2020, 1, 2), d(9999, 12, 31)],
        [None, t(1969, 12, 31, 23, 59, 59, 999999), t(2020, 1, 1, 6), t(2021, 1, 1)],
        [None, m("0.00"), m("1.10"), m("2.20"), m("-9999999999.99")],
        [None, 0, 1, 6],
        [None, 0, 1, 6],
        [None, 1, 2, 3],
        [2.0],
        [None, "2020-01-31", "2020-02-30", "[1, 2]", "{", "null", '"\\ud800"', "1e400"],
    ]
    return [(*(draw.choice(pool) for pool in pools), place) for place in range(number)]


SPARK = {"row_condition": "place > 3 and number is not null", "condition_parser": "spark"}
LEGACY = {"row_condition": 'col("number") < 9', "condition_parser": "great_expectations"}
STRUCTURED = {
    "row_condition": {
        "type": "or",
        "conditions": [
            {"type": "comparison", "column": {"name": "word"}, "operator": "IN", "parameter": ["a", "b'c"]},
            {"type": "nullity", "column": {"name": "ratio"}, "is_null": True},
        ],
    },
    "condition_parser": "great_expectations",
}

VALUES: list[tuple[str, dict[str, Any]]] = [
    ("not_be_null", {"column": "number"}),
    # Nine of ten rows have one: met exactly.
    ("not_be_null", {"column": "number", "mostly": 0.9}),
    ("not_be_null", {"column": "ratio", **LEGACY}),
    ("be_null", {"column": "second", "mostly": 0.2}),
    ("be_unique", {"column": "number"}),
    ("be_unique", {"column": "ratio"}),
    ("be_unique", {"column": "day", **SPARK}),
    ("be_in_set", {"column": "word", "value_set": ["a", "b'c", "ünï", "日本 a"]}),
    ("be_in_set", {"column": "ratio", "value_set": [0, 7.5], "mostly": 4 / 9}),
    ("be_in_set", {"column": "day", "value_set": ["2020-01-02"]}),
    ("not_be_in_set", {"column": "word", "value_set": ["a", 'say "x"'], **STRUCTURED}),
    ("be_between", {"column": "ratio", "min_value": -2.5, "max_value": 4}),
    ("be_between", {"column": "ratio", "min_value": -2.5, "strict_min": True, "mostly": 8 / 9}),
    ("be_between", {"column": "number", "max_value": 9, "strict_max": True, **LEGACY}),
    ("be_between", {"column": "day", "min_value": "2020-01-01", "max_value": "2020-02-29"}),
    ("be_between", {"column": "moment", "min_value": "2020-01-01T06:00:00", "strict_min": True}),
    ("be_between", {"column": "price", "min_value": 0, "max_value": 7.77, "strict_max": True}),
    ("match_regex", {"column": "word", "regex": "a|ü"}),
    ("not_match_regex", {"column": "word", "regex": "[\"'%]", "mostly": 6 / 9}),
    ("match_regex_list", {"column": "word", "regex_list": ["^a", "日"]}),
    ("match_regex_list", {"column": "word", "regex_list": ["a", "^.$"], "match_on": "all", **SPARK}),
    ("not_match_regex_list", {"column": "word", "regex_list": ["a", "ü"]}),
    ("match_strftime_format", {"column": "form", "strftime_format": "%Y-%m-%d"}),
    ("be_json_parseable", {"column": "form", "mostly": 3 / 9}),
    ("be_increasing", {"column": "steps"}),
    ("be_increasing", {"column": "steps", "strictly": True}),
    ("be_increasing", {"column": "moment", **SPARK}),
    ("be_increasing", {"column": "price"}),
    ("be_decreasing", {"column": "ratio", "strictly": True}),
    ("be_decreasing", {"column": "day"}),
    ("not_be_outliers", {"column": "number"}),
    ("not_be_outliers", {"column": "number", "method": "std", "multiplier": 2, **LEGACY}),
    ("not_be_outliers", {"column": "flat", "method": "std", "multiplier": 0}),
    ("be_of_type", {"column": "price", "type_": "DecimalType"}),
    ("be_in_type_list", {"column": "day", "type_list": ["TimestampType", "LongType"]}),
]
"""``expect_column_values_to_…``."""

FIGURES: list[tuple[str, dict[str, Any]]] = [
    ("min", {"column": "number", "min_value": -7}),
    ("min", {"column": "day", "min_value": "2018-12-31", "strict_min": True}),
    ("max", {"column": "moment", "max_value": "2021-01-01T04:00:00"}),
    ("max", {"column": "ratio", "max_value": 9}),
    ("max", {"column": "price", "max_value": 99999.99, **SPARK}),
    ("mean", {"column": "number", "min_value": 1, "max_value": 200}),
    ("median", {"column": "ratio", "min_value": 2}),
    ("median", {"column": "number", "min_value": 3, "max_value": 3, "strict_max": True}),
    ("sum", {"column": "number", "min_value": 1017, "max_value": 1017}),
    ("sum", {"column": "price", "max_value": 1, **STRUCTURED}),
    ("stdev", {"column": "number", "min_value": 300}),
    ("unique_value_count", {"column": "ratio", "min_value": 7, "max_value": 7}),
    ("unique_value_count", {"column": "word", "max_value": 2, **SPARK}),
    ("proportion_of_unique_values", {"column": "day", "min_value": 0.9}),
    ("proportion_of_non_null_values", {"column": "second", "min_value": 0.8, "strict_min": True}),
    (
        "quantile_values",
        {
            "column": "number",
            "quantile_ranges": {
                "quantiles": [0.0, 0.1, 0.25, 0.5, 0.9, 1.0],
                "value_ranges": [[-7, 1], [None, 2], [1, None], [3, 3], [1, 5], [1000.05, None]],
            },
        },
    ),
    (
        "quantile_values",
        {"column": "ratio", "quantile_ranges": {"quantiles": [0.75], "value_ranges": [[4, 8]]}, **SPARK},
    ),
]
"""``expect_column_…_to_be_between``."""

OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("column_value_lengths_to_be_between", {"column": "word", "min_value": 1, "max_value": 3}),
    ("column_value_lengths_to_be_between", {"column": "word", "max_value": 7, "strict_max": True}),
    ("column_value_lengths_to_equal", {"column": "number", "value": 1}),
    ("column_value_z_scores_to_be_less_than", {"column": "number", "threshold": 2, "double_sided": True}),
    ("column_value_z_scores_to_be_less_than", {"column": "price", "threshold": -0.2, "double_sided": False}),
    ("column_most_common_value_to_be_in_set", {"column": "ratio", "value_set": [0, 7.5]}),
    ("column_most_common_value_to_be_in_set", {"column": "word", "value_set": ["a"]}),
    ("column_most_common_value_to_be_in_set", {"column": "number", "value_set": [3], "ties_okay": True}),
    ("column_distinct_values_to_be_in_set", {"column": "word", "value_set": ["a", "A", ""], **SPARK}),
    ("column_distinct_values_to_contain_set", {"column": "number", "value_set": [1, 2, 5]}),
    ("column_distinct_values_to_equal_set", {"column": "word", "value_set": ["a", "ünï", "z"]}),
    ("column_distinct_values_to_equal_set", {"column": "flat", "value_set": [2.0]}),
    ("column_pair_values_to_be_equal", {"column_A": "first", "column_B": "second"}),
    (
        "column_pair_values_to_be_equal",
        {"column_A": "first", "column_B": "second", "ignore_row_if": "either_value_is_missing", "mostly": 0.25},
    ),
    ("column_pair_values_to_be_equal", {"column_A": "first", "column_B": "second", "ignore_row_if": "neither"}),
    ("column_pair_values_a_to_be_greater_than_b", {"column_A": "first", "column_B": "second", "or_equal": True}),
    ("column_pair_values_a_to_be_greater_than_b", {"column_A": "moment", "column_B": "day", **SPARK}),
    (
        "column_pair_values_to_be_in_set",
        {"column_A": "first", "column_B": "word", "value_pairs_set": [[1, "a"], [3, None], [6, 'say "x"']]},
    ),
    ("compound_columns_to_be_unique", {"column_list": ["day", "price"]}),
    ("compound_columns_to_be_unique", {"column_list": ["first", "second"], "ignore_row_if": "any_value_is_missing"}),
    ("compound_columns_to_be_unique", {"column_list": ["ratio", "first"], **LEGACY}),
    ("select_column_values_to_be_unique_within_record", {"column_list": ["first", "second", "steps"]}),
    ("multicolumn_sum_to_equal", {"column_list": ["first", "second"], "sum_total": 6}),
    (
        "multicolumn_sum_to_equal",
        {"column_list": ["price", "ratio"], "sum_total": 2.2, "ignore_row_if": "any_value_is_missing"},
    ),
    ("multicolumn_values_to_be_equal", {"column_list": ["first", "second"], "ignore_row_if": "never", **SPARK}),
    ("table_row_count_to_be_between", {"min_value": 10, "max_value": 10}),
    ("table_row_count_to_be_between", {"min_value": 8, "strict_min": True, **SPARK}),
    ("table_row_count_to_equal", {"value": 9}),
    ("table_column_count_to_be_between", {"min_value": 1, "max_value": 11}),
    ("table_column_count_to_equal", {"value": 12}),
    ("table_columns_to_match_ordered_list", {"column_list": ["number", "word", "ratio"]}),
    ("table_columns_to_match_set", {"column_set": ["number", "colour"], "exact_match": False}),
    ("column_to_exist", {"column": "ratio", "column_index": 1}),
    ("column_to_exist", {"column": "colour"}),
    ("column_type_to_be", {"column": "number", "type_": "IntegerType"}),
]
"""``expect_…``."""


def checks() -> Iterator[tuple[str, dict[str, Any]]]:
    """Type and kwargs of every check that Great Expectations carries out on Spark too."""
    for kind, kwargs in VALUES:
        yield f"expect_column_values_to_{kind}", kwargs
    for kind, kwargs in FIGURES:
        yield f"expect_column_{kind}_to_be_between", kwargs
    for kind, kwargs in OTHERS:
        yield f"expect_{kind}", kwargs
    yield "unexpected_rows_expectation", {"unexpected_rows_query": "select * from {batch} where number > 3"}
