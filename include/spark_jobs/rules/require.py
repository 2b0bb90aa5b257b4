"""Predicates that every row has to meet."""

from __future__ import annotations

from groundwork.spec.rules.require import Require
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.expressions import attempted, compile_expression
from spark_jobs.rules.violations import Violation


def require(builder: Builder, rule: Require) -> None:
    """Mark the rows that do not meet the predicate."""
    from pyspark.sql import functions as F  # noqa: N812

    met = attempted(builder, rule.name, compile_expression(rule.predicate), rule.reads, otherwise=F.lit(True))
    message = rule.description or f"{rule.predicate} does not hold"
    column = next(iter(rule.reads)) if len(rule.reads) == 1 else None
    violation = Violation(rule.name, rule.kind, rule.otherwise, column, message)
    builder.violate(violation, ~F.coalesce(met, F.lit(rule.null_passes)), rule.reads)
