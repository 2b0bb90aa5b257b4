"""Whether people can be told apart in the published table: k-anonymity and l-diversity.

Both look at the whole branch, as whoever reads the table does, and count null as a value of its own: rows that share a
missing postcode are a group. Small groups are counted and never shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.check import Check, Found, Key
from spark_jobs.checks.keys import KeyCheck, total
from spark_jobs.checks.result import counted

if TYPE_CHECKING:
    from pyspark.sql import Column


class KAnonymityCheck(KeyCheck):
    """Every combination of the columns' values stands in at least ``minimum_rows`` rows.

    Sweeney 2002, k-anonymity: a model for protecting privacy, with ``minimum_rows`` as k.
    """

    WHOLE = True

    def key_measures(self) -> tuple[Key, dict[str, Column]]:
        """Rows, rows of groups that are too small, and the smallest group."""
        from pyspark.sql import functions as F  # noqa: N812

        few = total(F.col("_n") < self.kwargs["minimum_rows"])
        return self.key, {self.own("rows"): total(), self.own("few"): few, self.own("smallest"): F.min("_n")}

    def result(self, found: Found) -> ExpectationResult:
        """The smallest group, and how many rows are in groups that are too small."""
        rows, few = found[self.own("rows")], found[self.own("few")]
        return self.answer(success=not few, observed_value=found[self.own("smallest")], **counted(rows, None, few, ()))


class LDiversityCheck(Check):
    """The rows of every combination of the columns' values have at least ``minimum_values`` different sensitive values.

    Machanavajjhala et al. 2007, l-diversity: privacy beyond k-anonymity, in its distinct form, with ``minimum_values``
    as l. A missing sensitive value reveals nothing and is none.
    """

    def result(self, _found: Found) -> ExpectationResult:
        """The least number of different values in a group, and how many rows are in groups with too few."""
        from pyspark.sql import functions as F  # noqa: N812

        least = self.kwargs["minimum_values"]
        groups = self.data.branch.groupBy(*self.kwargs["column_list"]).agg(
            F.count(F.lit(1)).alias("_n"), F.count_distinct(self.kwargs["sensitive"]).alias("_values")
        )
        row = groups.agg(total(), total(F.col("_values") < least), F.min("_values")).first()
        assert row is not None, "an aggregate of everything has one row"
        rows, few, observed = row
        return self.answer(success=not few, observed_value=observed, **counted(rows, None, few, ()))
