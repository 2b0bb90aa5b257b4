"""Expectations of distinct values: uniqueness, their number, the most common ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.bounds import within
from spark_jobs.checks.check import Check, Found, Key
from spark_jobs.checks.data import where
from spark_jobs.checks.records import ignored, record
from spark_jobs.checks.result import EXAMPLES, MASK, counted, met, plain
from spark_jobs.checks.values import shown

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from spark_jobs.checks.data import Data


def grouped(data: Data, key: Key) -> DataFrame:
    """The distinct values of a key, null among them, with their number of rows in ``_n``."""
    from pyspark.sql import functions as F  # noqa: N812

    rows = where(data.branch if key.whole else data.batch, key.row_filter)
    return rows.groupBy(*key.columns).agg(F.count(F.lit(1)).alias("_n"))


def total(condition: Column | None = None, value: Column | None = None) -> Column:
    """Rows of the distinct values that meet a condition; of a value of 1: how many such values there are."""
    from pyspark.sql import functions as F  # noqa: N812

    value = F.col("_n") if value is None else value
    return F.coalesce(F.sum(value if condition is None else F.when(condition, value)), F.lit(0))


class KeyCheck(Check):
    """Judges the distinct values of a key."""

    WHOLE = False

    @property
    def key(self) -> Key:
        """What is grouped by."""
        return Key(tuple(sorted(self.expectation.columns)), self.WHOLE, self.row_filter)

    def present(self) -> Column:
        """Whether a distinct value is judged."""
        return ~ignored(self.expectation)


class UniqueCheck(KeyCheck):
    """Every row whose values stand more than once in the whole branch is unexpected, as in Great Expectations."""

    WHOLE = True

    def _repeated(self) -> Column:
        from pyspark.sql import functions as F  # noqa: N812

        return self.present() & (F.col("_n") > 1)

    def key_measures(self) -> tuple[Key, dict[str, Column]]:
        """Rows, rows that are judged, rows whose values stand more than once."""
        own = {"rows": total(), "judged": total(self.present()), "repeated": total(self._repeated())}
        return self.key, {self.own(name): column for name, column in own.items()}

    def result(self, found: Found) -> ExpectationResult:
        """Counts, and values that stand more than once."""
        rows, judged, repeated = (found[self.own(name)] for name in ("rows", "judged", "repeated"))
        success = met(judged, repeated, self.kwargs.get("mostly", 1.0))
        return self.answer(success=success, **counted(rows, judged, repeated, self._examples(repeated)))

    def _examples(self, repeated: int) -> list[Any]:
        """Every such value as often as it stands there."""
        if not repeated:
            return []
        names = self.expectation.columns
        if len(names) == 1 and self.hidden(*names):
            return [MASK] * min(repeated, EXAMPLES)
        chosen = grouped(self.data, self.key).where(self._repeated())
        rows = chosen.select(*(shown(self.data, name) for name in names), "_n").limit(EXAMPLES).collect()
        return [self._value(row) for row in rows for _ in range(min(row[-1], EXAMPLES))][:EXAMPLES]

    def _value(self, row: Sequence[Any]) -> Any:
        return plain(row[0]) if "column" in self.kwargs else record(self, row[:-1])


class DistinctCheck(KeyCheck):
    """Holds the number of distinct values, or its share of the rows that have one, against bounds."""

    def key_measures(self) -> tuple[Key, dict[str, Column]]:
        """Distinct values, and rows that have one."""
        from pyspark.sql import functions as F  # noqa: N812

        own = {"distinct": total(self.present(), F.lit(1)), "judged": total(self.present())}
        return self.key, {self.own(name): column for name, column in own.items()}

    def result(self, found: Found) -> ExpectationResult:
        """The number or the share; 0 where there are none."""
        distinct, judged = found[self.own("distinct")], found[self.own("judged")]
        observed = distinct
        if "proportion" in self.expectation.type:
            observed = distinct / judged if judged else 0
        return self.answer(success=within(observed, self.kwargs), observed_value=observed)


class MostCommonCheck(KeyCheck):
    """The most common value, or one of those equally common, is in a set."""

    def key_measures(self) -> tuple[Key, dict[str, Column]]:
        """How often the most common value stands there."""
        from pyspark.sql import functions as F  # noqa: N812

        most = F.coalesce(F.max(F.when(self.present(), F.col("_n"))), F.lit(0))
        return self.key, {self.own("most"): most}

    def result(self, found: Found) -> ExpectationResult:
        """The most common values, those of the set first, at most ``EXAMPLES``."""
        from pyspark.sql import functions as F  # noqa: N812

        column = self.expectation.columns[0]
        most = grouped(self.data, self.key).where(self.present() & (F.col("_n") == found[self.own("most")]))
        hit = F.col(column).isin(list(self.kwargs["value_set"])).alias("_hit")
        rows = most.select(shown(self.data, column), hit).orderBy(F.desc("_hit")).limit(EXAMPLES).collect()
        hits = sum(bool(row[1]) for row in rows)
        success = hits > 0 if self.kwargs.get("ties_okay") else len(rows) == 1 and hits == 1
        values = [MASK if self.hidden(column) else plain(row[0]) for row in rows]
        return self.answer(success=success, observed_value=values)
