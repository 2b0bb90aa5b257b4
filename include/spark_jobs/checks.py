"""The contract's expectations on the audited branch, by aggregates of our own.

Great Expectations' own Spark engine takes 40 jobs for 12 expectations, and importing it costs seconds. The measures
have its names and meaning: nulls are left out of everything but the null check, a regular expression is searched for,
not matched from end to end. Checks of values read the batch's rows; row count and uniqueness concern the whole branch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

from groundwork.spec.contract import PERSONAL, Contract
from groundwork.spec.expectation import Expectation
from groundwork.spec.report import ExpectationResult

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

EXAMPLES = 20
UNIQUE = ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique")
STATISTICS = {
    "expect_column_mean_to_be_between": "avg",
    "expect_column_min_to_be_between": "min",
    "expect_column_max_to_be_between": "max",
}


def measures(expectations: Sequence[Expectation]) -> dict[str, Column]:
    """The aggregates over the batch's rows that the checks need."""
    from pyspark.sql import functions as F  # noqa: N812

    wanted: dict[str, Column] = {}
    for expectation in expectations:
        if expectation.type in STATISTICS:
            value = F.col(expectation.kwargs["column"])
            statistic = STATISTICS[expectation.type]
            wanted[f"observed {expectation.name}"] = getattr(F, statistic)(value)
        elif (broken := unexpected(expectation)) is not None:
            wanted[f"unexpected {expectation.name}"] = F.count(F.when(broken, 1))
            wanted[f"present {expectation.name}"] = F.count(F.col(expectation.kwargs["column"]))
    return wanted


def unexpected(expectation: Expectation) -> Column | None:
    """Whether a row does not meet it; None where that cannot be seen at a single row."""
    from pyspark.sql import functions as F  # noqa: N812

    kwargs = expectation.kwargs
    if "column" not in kwargs:
        return None
    value = F.col(kwargs["column"])
    if expectation.type == "expect_column_values_to_not_be_null":
        return value.isNull()
    if expectation.type == "expect_column_values_to_be_in_set":
        return ~value.isin(*kwargs["value_set"]) if kwargs["value_set"] else value.isNotNull()
    if expectation.type == "expect_column_values_to_match_regex":
        return ~value.cast("string").rlike(kwargs["regex"])
    if expectation.type == "expect_column_values_to_be_between":
        low, high = kwargs.get("min_value"), kwargs.get("max_value")
        outside = [value < low] if low is not None else []
        outside += [value > high] if high is not None else []
        return reduce(lambda left, right: left | right, outside)
    return None


def evaluate(
    contract: Contract, batch: DataFrame, branch: DataFrame, found: Mapping[str, Any], total_rows: int
) -> tuple[ExpectationResult, ...]:
    """What every expectation of the contract found.

    :param batch: the batch's rows on the branch
    :param branch: all rows of the branch
    :param found: the aggregates over the batch, ``rows`` among them
    :param total_rows: rows of the branch
    """
    results = []
    for expectation in contract.expectations:
        if expectation.type == "expect_table_row_count_to_be_between":
            results.append(_observed(expectation, total_rows))
        elif expectation.type in STATISTICS:
            results.append(_observed(expectation, found[f"observed {expectation.name}"], found["rows"]))
        elif expectation.type in UNIQUE:
            results.append(_unique(contract, expectation, branch, total_rows))
        else:
            results.append(_values(contract, expectation, batch, found))
    return tuple(results)


def _observed(expectation: Expectation, observed: Any, rows: int | None = None) -> ExpectationResult:
    """A single figure held against bounds; no value at all is no contradiction, as in Great Expectations."""
    low, high = expectation.kwargs.get("min_value"), expectation.kwargs.get("max_value")
    value, low, high = (_comparable(item) for item in (observed, low, high))
    success = value is None or ((low is None or value >= low) and (high is None or value <= high))
    return _result(expectation, success=bool(success), observed_value=plain(observed), element_count=rows)


def _comparable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _values(
    contract: Contract, expectation: Expectation, batch: DataFrame, found: Mapping[str, Any]
) -> ExpectationResult:
    count, rows = found[f"unexpected {expectation.name}"], found["rows"]
    null_check = expectation.type == "expect_column_values_to_not_be_null"
    considered = rows if null_check else found[f"present {expectation.name}"]
    examples: tuple[Any, ...] = ()
    if count and not null_check and not _personal(contract, expectation):
        broken = unexpected(expectation)
        assert broken is not None
        column = expectation.kwargs["column"]
        examples = tuple(plain(row[0]) for row in batch.where(broken).select(column).limit(EXAMPLES).collect())
    return _counted(expectation, rows, considered, count, examples)


def _unique(contract: Contract, expectation: Expectation, branch: DataFrame, total_rows: int) -> ExpectationResult:
    """Every row whose value stands more than once is unexpected, as in Great Expectations."""
    from pyspark.sql import functions as F  # noqa: N812

    columns = list(expectation.columns)
    values = branch.dropna(how="all", subset=columns).groupBy(*columns).agg(F.count(F.lit(1)).alias("_n"))
    totals = values.agg(F.sum("_n"), F.sum(F.when(F.col("_n") > 1, F.col("_n")))).first()
    assert totals is not None
    considered, count = totals[0] or 0, totals[1] or 0
    examples: tuple[Any, ...] = ()
    if count and not _personal(contract, expectation):
        rows = values.where("_n > 1").drop("_n").orderBy(*columns).limit(EXAMPLES).collect()
        examples = tuple(plain(row[0]) if len(columns) == 1 else {c: plain(row[c]) for c in columns} for row in rows)
    return _counted(expectation, total_rows, considered, count, examples)


def _counted(
    expectation: Expectation, rows: int, considered: int, count: int, examples: tuple[Any, ...]
) -> ExpectationResult:
    share = (considered - count) / considered if considered else 1.0
    return _result(
        expectation,
        success=share >= expectation.kwargs.get("mostly", 1.0),
        element_count=rows,
        unexpected_count=count,
        unexpected_percent=100 * count / considered if considered else 0.0,
        partial_unexpected_list=examples,
    )


def _result(expectation: Expectation, **found: Any) -> ExpectationResult:
    return ExpectationResult(
        name=expectation.name,
        type=expectation.type,
        kwargs=expectation.kwargs,
        severity=expectation.severity,
        **found,
    )


def _personal(contract: Contract, expectation: Expectation) -> bool:
    columns = [contract.column(name) for name in expectation.columns]
    return any(column is not None and column.classification in PERSONAL for column in columns)


def plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
