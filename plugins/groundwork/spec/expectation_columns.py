"""Expectations held against the columns that they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from groundwork.spec.contract import SYSTEM_COLUMNS, Column
from groundwork.spec.expectation import Expectation
from groundwork.spec.quality_query import query_columns

_UNIQUE = "expect_column_values_to_be_unique"
_NUMERIC = ("int", "bigint", "double", "decimal")
_TIMES = ("timestamp", "date")
_FIGURES_OF_NUMBERS = {
    "expect_column_mean_to_be_between": "mean",
    "expect_column_median_to_be_between": "median",
    "expect_column_sum_to_be_between": "sum",
    "expect_column_stdev_to_be_between": "standard deviation",
    "expect_column_quantile_values_to_be_between": "quantiles",
    "expect_column_value_z_scores_to_be_less_than": "z-scores",
    "expect_column_values_to_not_be_outliers": "outliers",
    "expect_multicolumn_sum_to_equal": "sum",
}
_BOUNDED = ("expect_column_values_to_be_between", "expect_column_min_to_be_between", "expect_column_max_to_be_between")
_TEXTS = ("strftime", "dateutil", "json")


def column_problems(expectation: Expectation, types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the columns that an expectation reads.

    :param types: name → Spark SQL type of the contract's columns
    :return: the column and what is wrong with it, with the mend; none where all is well
    """
    known = set(types) | set(SYSTEM_COLUMNS)
    missing = [name for name in sorted(_read(expectation)) if name not in known]
    for name in [name for name in expectation.columns if name not in types] or missing:
        yield name, f"column {name!r} is not there. Columns: {', '.join(types)}"
        return
    for name in expectation.columns:
        yield from ((name, problem) for problem in _type_problems(expectation, name, types[name]))


def with_uniqueness(columns: Iterable[Column], declared: Sequence[Expectation]) -> tuple[Expectation, ...]:
    """The expectations, and one more for every column that is declared unique and has none that says so."""
    known = {item.name for item in declared}
    checked = {item.kwargs["column"] for item in declared if item.type == _UNIQUE and "mostly" not in item.kwargs}
    wanted = [column for column in columns if column.unique and column.name not in checked]
    return (
        *declared,
        *(
            Expectation(
                name=f"unique_{column.name}" if f"unique_{column.name}" not in known else f"{column.name} is unique",
                type=_UNIQUE,
                kwargs={"column": column.name},
                description="No value stands twice in the table.",
            )
            for column in wanted
        ),
    )


def _read(expectation: Expectation) -> frozenset[str]:
    query = expectation.kwargs.get("query") or expectation.kwargs.get("unexpected_rows_query")
    return expectation.read_columns | (query_columns(query) if query else frozenset())


def _type_problems(expectation: Expectation, name: str, kind: str) -> Iterator[str]:
    if (figure := _FIGURES_OF_NUMBERS.get(expectation.type)) and not kind.startswith(_NUMERIC):
        yield f"{name!r} is a {kind} and has no {figure}. Use a numeric column"
    if any(word in expectation.type for word in _TEXTS) and kind != "string":
        yield f"{name!r} is a {kind}, and {expectation.type} reads text. Use a string column"
    bounds = [expectation.kwargs.get(key) for key in ("min_value", "max_value")]
    if expectation.type in _BOUNDED:
        if kind in ("string", "boolean"):
            yield f"{name!r} is a {kind}, which has no bounds. Use a number, date or timestamp column"
        elif any(bound is not None and isinstance(bound, str) != (kind in _TIMES) for bound in bounds):
            wanted = "dates, such as 2013-01-31" if kind in _TIMES else "numbers"
            yield f"{name!r} is a {kind}, whose bounds are {wanted}"
