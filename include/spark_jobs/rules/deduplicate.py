"""One row of each key stays."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from groundwork.spec.rules.deduplicate import Deduplicate, OrderBy
from spark_jobs.primary_key import PLACE
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.violations import Violation

if TYPE_CHECKING:
    from pyspark.sql import Column


def deduplicate(builder: Builder, rule: Deduplicate) -> None:
    """Mark every row of a key but its first; one shuffle of the rows by their keys.

    Rows that do not compete are spread by their place, so that a batch full of null keys is not one task's work.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    builder.flush()
    competes = ~_set_aside(builder)
    for name in rule.by:
        competes &= F.col(name).isNotNull()
    alone = [F.when(~competes, F.col(name)) for name in PLACE]
    key = F.when(competes, F.struct(*rule.by))
    order = [*(_in_order(item) for item in rule.order), *(F.col(name) for name in PLACE)]
    rank = F.row_number().over(Window.partitionBy(key, *alone).orderBy(*order))
    message = rule.description or f"another row with the same {', '.join(rule.by)} comes first"
    column = rule.by[0] if len(rule.by) == 1 else None
    builder.violate(Violation(rule.name, rule.kind, rule.otherwise, column, message), competes & (rank > 1))
    builder.flush()


def _set_aside(builder: Builder) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    found = [F.col(f"_v{place}") for place, item in enumerate(builder.violations) if item.action != "warn"]
    return reduce(lambda left, right: left | right, found, F.lit(False))


def _in_order(item: OrderBy) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    return F.desc_nulls_last(item.column) if item.descending else F.asc_nulls_last(item.column)
