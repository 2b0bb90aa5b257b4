"""Which expectation is carried out by which check."""

from __future__ import annotations

from groundwork.spec.expectation import Expectation
from groundwork.spec.expectation_types import TYPES
from spark_jobs.checks import records, values
from spark_jobs.checks.anonymity import KAnonymityCheck, LDiversityCheck
from spark_jobs.checks.check import Check
from spark_jobs.checks.data import Data
from spark_jobs.checks.figures import FigureCheck, PresenceCheck, QuantilesCheck
from spark_jobs.checks.handed import HandedCheck
from spark_jobs.checks.keys import DistinctCheck, MostCommonCheck, UniqueCheck
from spark_jobs.checks.metrics import DuplicatesCheck, RowsCheck, TextCheck, ValueMetricCheck
from spark_jobs.checks.python_values import PythonValuesCheck
from spark_jobs.checks.query import SqlCheck, UnexpectedRowsCheck
from spark_jobs.checks.sequence import SequenceCheck
from spark_jobs.checks.sets import DistinctSetCheck
from spark_jobs.checks.spread import OutliersCheck, ZScoreCheck
from spark_jobs.checks.table import (
    ColumnCountCheck,
    ColumnExistsCheck,
    ColumnOrderCheck,
    ColumnSetCheck,
    ColumnTypeCheck,
    RowCountCheck,
)

NATIVE: dict[str, type[Check]] = {
    **dict.fromkeys(values.CONDITIONS, values.ValuesCheck),
    **dict.fromkeys(records.CONDITIONS, records.RecordsCheck),
    **dict.fromkeys(("expect_column_values_to_not_be_null", "expect_column_values_to_be_null"), values.NullCheck),
    **dict.fromkeys(
        (
            "expect_column_values_to_be_json_parseable",
            "expect_column_values_to_be_dateutil_parseable",
            "expect_column_values_to_match_strftime_format",
        ),
        PythonValuesCheck,
    ),
    "expect_column_values_to_be_unique": UniqueCheck,
    "expect_compound_columns_to_be_unique": UniqueCheck,
    "expect_column_values_to_be_increasing": SequenceCheck,
    "expect_column_values_to_be_decreasing": SequenceCheck,
    "expect_column_value_z_scores_to_be_less_than": ZScoreCheck,
    "expect_column_values_to_not_be_outliers": OutliersCheck,
    **{
        f"expect_column_{figure}_to_be_between": FigureCheck
        for figure in ("min", "max", "mean", "median", "sum", "stdev")
    },
    "expect_column_proportion_of_non_null_values_to_be_between": PresenceCheck,
    "expect_column_quantile_values_to_be_between": QuantilesCheck,
    "expect_column_unique_value_count_to_be_between": DistinctCheck,
    "expect_column_proportion_of_unique_values_to_be_between": DistinctCheck,
    "expect_column_most_common_value_to_be_in_set": MostCommonCheck,
    "expect_column_distinct_values_to_be_in_set": DistinctSetCheck,
    "expect_column_distinct_values_to_contain_set": DistinctSetCheck,
    "expect_column_distinct_values_to_equal_set": DistinctSetCheck,
    "expect_table_row_count_to_be_between": RowCountCheck,
    "expect_table_row_count_to_equal": RowCountCheck,
    "expect_table_column_count_to_be_between": ColumnCountCheck,
    "expect_table_column_count_to_equal": ColumnCountCheck,
    "expect_table_columns_to_match_ordered_list": ColumnOrderCheck,
    "expect_table_columns_to_match_set": ColumnSetCheck,
    "expect_column_to_exist": ColumnExistsCheck,
    **dict.fromkeys(
        (
            "expect_column_type_to_be",
            "expect_column_values_to_be_of_type",
            "expect_column_values_to_be_in_type_list",
        ),
        ColumnTypeCheck,
    ),
    "unexpected_rows_expectation": UnexpectedRowsCheck,
    "odcs_null_values": ValueMetricCheck,
    "odcs_missing_values": ValueMetricCheck,
    "odcs_invalid_values": ValueMetricCheck,
    "odcs_duplicate_values": DuplicatesCheck,
    "odcs_row_count": RowsCheck,
    "odcs_sql": SqlCheck,
    "odcs_text": TextCheck,
    "groundwork_k_anonymity": KAnonymityCheck,
    "groundwork_l_diversity": LDiversityCheck,
}
"""Expectation type → the check that carries it out natively."""


def check_of(expectation: Expectation, data: Data) -> Check:
    """The check that carries an expectation out."""
    handed = TYPES[expectation.type].carried == "great_expectations"
    return HandedCheck(expectation, data) if handed else NATIVE[expectation.type](expectation, data)
