"""A product's expectations, carried out together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from groundwork.spec.expectation import Expectation
from groundwork.spec.report import ExpectationResult
from spark_jobs.aggregate import aggregate
from spark_jobs.checks.check import Check, Key, Measures
from spark_jobs.checks.data import Data, with_flags
from spark_jobs.checks.handed import HandedCheck, handed_results
from spark_jobs.checks.keys import grouped
from spark_jobs.checks.registry import check_of
from spark_jobs.errors import SPARK_ERRORS, cause

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def checked(expectations: Sequence[Expectation], data: Data, rows: int) -> tuple[ExpectationResult, ...]:
    """What every expectation found, in passes of its own.

    :param rows: about how many rows the batch has
    """
    suite = Suite(expectations, data)
    return suite.results(aggregate(suite.data.batch, suite.measures.generated, suite.measures.interpreted, rows), rows)


class Suite:
    """Expectations with the rows that they are held against.

    What their first pass needs is told, so that it can share that pass with others; all further passes are its own.

    :param expectations: what is expected
    :param data: the rows
    """

    def __init__(self, expectations: Sequence[Expectation], data: Data) -> None:
        filters = [expectation.row_filter for expectation in expectations]
        self.filters = filters
        self.data = replace(data, batch=with_flags(data.batch, filters))
        self.checks = [check_of(expectation, self.data) for expectation in expectations]
        self.measures = reduce(Measures.__or__, (check.measures() for check in self.checks), Measures())

    def with_flags(self, frame: DataFrame) -> DataFrame:
        """The batch's rows, with what the measures need beside the columns."""
        return with_flags(frame, self.filters)

    def results(self, found: Mapping[str, Any], rows: int) -> tuple[ExpectationResult, ...]:
        """What every expectation found.

        :param found: the figures of the first pass
        :param rows: about how many rows the batch has
        """
        found = dict(found)
        further = reduce(Measures.__or__, (check.follow_up(found) for check in self.checks), Measures())
        found |= aggregate(self.data.batch, further.generated, further.interpreted, rows)
        found |= key_figures(self.data, self.checks)
        handed = [check for check in self.checks if isinstance(check, HandedCheck)]
        answers = handed_results([check.expectation for check in handed], self.data) if handed else ()
        found |= {check.own("handed"): answer for check, answer in zip(handed, answers, strict=True)}
        return tuple(_result(check, found) for check in self.checks)


def _result(check: Check, found: Mapping[str, Any]) -> ExpectationResult:
    """The check's result; one that Spark refuses to carry out is not met, and says why."""
    try:
        return check.result(found)
    except SPARK_ERRORS as error:
        # What Spark says may quote a value.
        told = "Spark cannot carry it out" if check.hidden(*check.read_columns) else cause(error)
        return check.answer(success=False, exception=told)


def key_figures(data: Data, checks: Sequence[Check]) -> dict[str, Any]:
    """The figures of all keys, in one job with one shuffle a key."""
    from pyspark.sql import functions as F  # noqa: N812

    wanted: dict[Key, dict[str, Column]] = {}
    for asked in filter(None, (check.key_measures() for check in checks)):
        wanted.setdefault(asked[0], {}).update(asked[1])
    if not wanted:
        return {}
    totals = [
        grouped(data, key).agg(F.array(*(column.cast("bigint") for column in columns.values())).alias("totals"))
        for key, columns in wanted.items()
    ]
    numbered = [frame.select(F.lit(place).alias("key"), "totals") for place, frame in enumerate(totals)]
    rows = reduce(lambda left, right: left.unionAll(right), numbered).collect()
    names = [list(columns) for columns in wanted.values()]
    return {name: value for row in rows for name, value in zip(names[row["key"]], row["totals"], strict=True)}
