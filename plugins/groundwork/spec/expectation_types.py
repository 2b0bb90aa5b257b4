"""Every expectation that there is: its kwargs, and who carries it out.

Those named ``expect_…`` and ``unexpected_…`` are Great Expectations' own (1.24); those named ``odcs_…`` hold what the
Open Data Contract Standard can say and Great Expectations cannot. Tests hold the list against both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from groundwork.spec.odcs_operators import OPERATORS

Carried = Literal["native", "great_expectations", "nowhere"]


@dataclass(frozen=True)
class ExpectationType:
    """What may stand in an expectation of this type.

    :param required: kwargs that it needs
    :param optional: kwargs that it may have
    :param carried: ``native``: by aggregates of our own; ``great_expectations``: by that library on the audited branch;
        ``nowhere``: refused
    :param why: why it is not native
    """

    required: frozenset[str]
    optional: frozenset[str]
    carried: Carried = "native"
    why: str = ""


_ROWS = ("row_condition", "condition_parser")
_MAP = (*_ROWS, "mostly")
_BOUNDS = ("min_value", "max_value", "strict_min", "strict_max")
_PAIR, _MULTI = "column_A column_B", "column_list"
_OTHER_SOURCE = "it compares with a second data source; enrich rules and look-ups do that here"
_UNFINISHED = "unfinished in Great Expectations 1.24, which carries it out nowhere"


def _native(required: str, *optional: str | Iterable[str]) -> ExpectationType:
    names = [name for part in optional for name in ([part] if isinstance(part, str) else part)]
    return ExpectationType(frozenset(required.split()), frozenset(names))


def _handed(required: str, *optional: str, why: str) -> ExpectationType:
    return ExpectationType(frozenset(required.split()), frozenset(optional), "great_expectations", why)


def _nowhere(why: str) -> ExpectationType:
    return ExpectationType(frozenset(), frozenset(), "nowhere", why)


VALUES = {
    "expect_column_values_to_not_be_null": _native("column", _MAP),
    "expect_column_values_to_be_null": _native("column", _MAP),
    "expect_column_values_to_be_unique": _native("column", _MAP),
    "expect_column_values_to_be_in_set": _native("column value_set", _MAP),
    "expect_column_values_to_not_be_in_set": _native("column value_set", _MAP),
    "expect_column_values_to_be_between": _native("column", _BOUNDS, _MAP),
    "expect_column_values_to_match_regex": _native("column regex", _MAP),
    "expect_column_values_to_not_match_regex": _native("column regex", _MAP),
    "expect_column_values_to_match_regex_list": _native("column regex_list", "match_on", _MAP),
    "expect_column_values_to_not_match_regex_list": _native("column regex_list", _MAP),
    "expect_column_values_to_match_like_pattern": _native("column like_pattern", "escape", _MAP),
    "expect_column_values_to_not_match_like_pattern": _native("column like_pattern", "escape", _MAP),
    "expect_column_values_to_match_like_pattern_list": _native("column like_pattern_list", "match_on", "escape", _MAP),
    "expect_column_values_to_not_match_like_pattern_list": _native("column like_pattern_list", "escape", _MAP),
    "expect_column_value_lengths_to_be_between": _native("column", _BOUNDS, _MAP),
    "expect_column_value_lengths_to_equal": _native("column value", _MAP),
    "expect_column_values_to_match_strftime_format": _native("column strftime_format", _MAP),
    "expect_column_values_to_be_dateutil_parseable": _native("column", _MAP),
    "expect_column_values_to_be_json_parseable": _native("column", _MAP),
    "expect_column_values_to_match_json_schema": _handed(
        "column json_schema", *_MAP, why="a JSON schema is no SQL; every value goes through Python"
    ),
    "expect_column_values_to_be_increasing": _native("column", "strictly", _MAP),
    "expect_column_values_to_be_decreasing": _native("column", "strictly", _MAP),
    "expect_column_value_z_scores_to_be_less_than": _native("column threshold double_sided", _MAP),
    "expect_column_values_to_not_be_outliers": _native("column", "method", "multiplier", _MAP),
    "expect_column_values_to_be_of_type": _native("column type_", _MAP),
    "expect_column_values_to_be_in_type_list": _native("column type_list", _MAP),
}
"""Of the values of one column; ``mostly`` is the share of them that must meet it."""

RECORDS = {
    "expect_column_pair_values_to_be_equal": _native(_PAIR, "ignore_row_if", _MAP),
    "expect_column_pair_values_a_to_be_greater_than_b": _native(_PAIR, "or_equal", "ignore_row_if", _MAP),
    "expect_column_pair_values_to_be_in_set": _native(f"{_PAIR} value_pairs_set", "ignore_row_if", _MAP),
    "expect_compound_columns_to_be_unique": _native(_MULTI, "ignore_row_if", _MAP),
    "expect_select_column_values_to_be_unique_within_record": _native(_MULTI, "ignore_row_if", _MAP),
    "expect_multicolumn_sum_to_equal": _native(f"{_MULTI} sum_total", "ignore_row_if", _MAP),
    "expect_multicolumn_values_to_be_equal": _native(_MULTI, "ignore_row_if", _MAP),
    "expect_multicolumn_values_to_be_unique": _nowhere(
        "deprecated in Great Expectations, whose Spark engine has it no more; "
        "use expect_select_column_values_to_be_unique_within_record"
    ),
}
"""Of several columns of each row."""

FIGURES = {
    "expect_column_min_to_be_between": _native("column", _BOUNDS, _ROWS),
    "expect_column_max_to_be_between": _native("column", _BOUNDS, _ROWS),
    "expect_column_mean_to_be_between": _native("column", _BOUNDS, _ROWS),
    "expect_column_median_to_be_between": _native("column", _BOUNDS, _ROWS),
    "expect_column_sum_to_be_between": _native("column", _BOUNDS, _ROWS),
    "expect_column_stdev_to_be_between": _native("column", _BOUNDS, _ROWS),
    "expect_column_quantile_values_to_be_between": _native("column quantile_ranges", "allow_relative_error", _ROWS),
    "expect_column_unique_value_count_to_be_between": _native("column", _BOUNDS, _ROWS),
    "expect_column_proportion_of_unique_values_to_be_between": _native("column", _BOUNDS, _ROWS),
    "expect_column_proportion_of_non_null_values_to_be_between": _native("column", _BOUNDS, _ROWS),
    "expect_column_most_common_value_to_be_in_set": _native("column value_set", "ties_okay", _ROWS),
    "expect_column_distinct_values_to_be_in_set": _native("column value_set", _ROWS),
    "expect_column_distinct_values_to_contain_set": _native("column value_set", _ROWS),
    "expect_column_distinct_values_to_equal_set": _native("column value_set", _ROWS),
    "expect_column_kl_divergence_to_be_less_than": _handed(
        "column partition_object threshold",
        *("tail_weight_holdout", "internal_weight_holdout", "bucketize_data", *_ROWS),
        why="its histogram against a reference is a computation of its own, not an aggregate",
    ),
    "expect_column_bootstrapped_ks_test_p_value_to_be_greater_than": _nowhere(_UNFINISHED),
    "expect_column_chi_square_test_p_value_to_be_greater_than": _nowhere(_UNFINISHED),
    "expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than": _nowhere(_UNFINISHED),
    "expect_column_pair_cramers_phi_value_to_be_less_than": _nowhere(_UNFINISHED),
}
"""One figure of a column, held against bounds or a set."""

TABLES = {
    "expect_table_row_count_to_be_between": _native("", _BOUNDS, _ROWS),
    "expect_table_row_count_to_equal": _native("value", _ROWS),
    "expect_table_row_count_to_equal_other_table": _nowhere(_OTHER_SOURCE),
    "expect_table_column_count_to_be_between": _native("", "min_value", "max_value"),
    "expect_table_column_count_to_equal": _native("value"),
    "expect_table_columns_to_match_ordered_list": _native("column_list"),
    "expect_table_columns_to_match_set": _native("column_set", "exact_match"),
    "expect_column_to_exist": _native("column", "column_index"),
    "expect_column_type_to_be": _native("column type_"),
    "unexpected_rows_expectation": _native("unexpected_rows_query"),
    "expect_query_results_to_match_comparison": _nowhere(_OTHER_SOURCE),
}
"""Of the table as a whole."""

_METRIC = ("unit", *OPERATORS)
ODCS = {
    "odcs_null_values": _native("column", _METRIC),
    "odcs_missing_values": _native("column missing_values", _METRIC),
    "odcs_invalid_values": _native("column", "valid_values", "pattern", _METRIC),
    "odcs_duplicate_values": _native("column_list", _METRIC),
    "odcs_row_count": _native("", OPERATORS),
    "odcs_sql": _native("query", OPERATORS),
    "odcs_text": _native(""),
    "groundwork_k_anonymity": _native("column_list minimum_rows"),
    "groundwork_l_diversity": _native("column_list sensitive minimum_values"),
}
"""Metrics held against an operator, what is only written down, and anonymity: what only a contract can say."""

TYPES: dict[str, ExpectationType] = {**VALUES, **RECORDS, **FIGURES, **TABLES, **ODCS}
"""Expectation type → what may stand in it."""
