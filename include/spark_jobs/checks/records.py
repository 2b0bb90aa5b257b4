"""Expectations of several columns of each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, Any

from groundwork.spec.expectation import Expectation
from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.check import Check, Found, Measures
from spark_jobs.checks.data import Data
from spark_jobs.checks.result import EXAMPLES, MASK, counted, met, plain
from spark_jobs.checks.values import shown

if TYPE_CHECKING:
    from pyspark.sql import Column

Condition = Callable[[Sequence[str], Mapping[str, Any], Data], "Column"]


def _columns(names: Sequence[str]) -> list[Column]:
    from pyspark.sql import functions as F  # noqa: N812

    return [F.col(name) for name in names]


def _all(conditions: Sequence[Column]) -> Column:
    return reduce(lambda left, right: left & right, conditions)


def _any(conditions: Sequence[Column]) -> Column:
    return reduce(lambda left, right: left | right, conditions)


def _equal(names: Sequence[str], _kwargs: Mapping[str, Any], _data: Data) -> Column:
    first, *others = _columns(names)
    return _all([first.eqNullSafe(other) for other in others])


def _greater(names: Sequence[str], kwargs: Mapping[str, Any], _data: Data) -> Column:
    left, right = _columns(names)
    return (left >= right) | left.eqNullSafe(right) if kwargs.get("or_equal") else left > right


def _pair_in_set(names: Sequence[str], kwargs: Mapping[str, Any], _data: Data) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    left, right = _columns(names)
    pairs = kwargs["value_pairs_set"]
    return _any([left.eqNullSafe(F.lit(one)) & right.eqNullSafe(F.lit(other)) for one, other in pairs])


def _unique_within(names: Sequence[str], _kwargs: Mapping[str, Any], _data: Data) -> Column:
    return ~_any([left.eqNullSafe(right) for left, right in combinations(_columns(names), 2)])


def _sum(names: Sequence[str], kwargs: Mapping[str, Any], data: Data) -> Column:
    """Whole numbers are added as decimals, which do not overflow."""
    from pyspark.sql import functions as F  # noqa: N812
    from pyspark.sql.types import IntegralType

    values = []
    for name in names:
        value = F.coalesce(F.col(name), F.lit(0))
        values.append(value.cast("decimal(38,0)") if isinstance(data.types[name], IntegralType) else value)
    return reduce(lambda left, right: left + right, values) == F.lit(kwargs["sum_total"])


CONDITIONS: dict[str, Condition] = {
    "expect_column_pair_values_to_be_equal": _equal,
    "expect_column_pair_values_a_to_be_greater_than_b": _greater,
    "expect_column_pair_values_to_be_in_set": _pair_in_set,
    "expect_select_column_values_to_be_unique_within_record": _unique_within,
    "expect_multicolumn_sum_to_equal": _sum,
    "expect_multicolumn_values_to_be_equal": _equal,
}
"""Type → whether a row meets it, as a column; null where that cannot be said, which meets it."""


def ignored(expectation: Expectation) -> Column:
    """Whether a row is left out because of what it lacks, by ``ignore_row_if``."""
    from pyspark.sql import functions as F  # noqa: N812

    missing = [F.col(name).isNull() for name in expectation.columns]
    rule = str(expectation.kwargs.get("ignore_row_if", "all_values_are_missing"))
    if rule.startswith(("both", "all")):
        return _all(missing)
    return F.lit(False) if rule in ("neither", "never") else _any(missing)


class RecordsCheck(Check):
    """Judges every row that is not left out."""

    def _unexpected(self) -> Column:
        condition = CONDITIONS[self.expectation.type](self.expectation.columns, self.kwargs, self.data)
        return ~ignored(self.expectation) & ~condition

    def measures(self) -> Measures:
        """Rows, rows that are judged, and rows that do not meet it."""
        return Measures(
            {
                self.named("rows"): self.count(),
                self.own("judged"): self.count(~ignored(self.expectation)),
                self.own("unexpected"): self.count(self._unexpected()),
            }
        )

    def result(self, found: Found) -> ExpectationResult:
        """Counts, and rows that do not meet it."""
        rows, judged, unexpected = found[self.named("rows")], found[self.own("judged")], found[self.own("unexpected")]
        success = met(judged, unexpected, self.kwargs.get("mostly", 1.0))
        return self.answer(success=success, **counted(rows, judged, unexpected, self._examples(unexpected)))

    def _examples(self, unexpected: int) -> list[Any]:
        if not unexpected:
            return []
        names = self.expectation.columns
        chosen = self.data.batch.where(self.looked_at & self._unexpected())
        rows = chosen.select(*(shown(self.data, name) for name in names)).limit(EXAMPLES).collect()
        return [record(self, row) for row in rows]


def record(check: Check, row: Sequence[Any]) -> Any:
    """Values of one row as Great Expectations shows them; those of classified columns masked."""
    names = check.expectation.columns
    values = [MASK if check.hidden(name) else plain(value) for name, value in zip(names, row, strict=True)]
    return values if "column_A" in check.kwargs else dict(zip(names, values, strict=True))
