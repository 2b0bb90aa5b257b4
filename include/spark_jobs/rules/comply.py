"""Protects people: hides columns, drops rows that are kept too long or used for what nobody agreed to."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from typing import TYPE_CHECKING

from groundwork.spec.rules.comply import Comply, Consent, Hide, Remove, Retain
from groundwork.spec.run import FrozenRun
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.hiding import hide
from spark_jobs.rules.violations import Violation

if TYPE_CHECKING:
    from pyspark.sql import Column


def comply(builder: Builder, rule: Comply, run: FrozenRun) -> None:
    """Carry the rule out.

    :raises JobError: the environment lacks what the method needs
    """
    if isinstance(rule, Remove):
        builder.frame = builder.flush().drop(*rule.columns)
    elif isinstance(rule, Hide):
        _hide(builder, rule, run)
    elif isinstance(rule, Retain):
        _retain(builder, rule, run)
    elif isinstance(rule, Consent):
        _consent(builder, rule)


def _hide(builder: Builder, rule: Hide, run: FrozenRun) -> None:
    from pyspark.sql import functions as F  # noqa: N812

    for name in rule.columns:
        hidden = hide(rule, F.col(name), builder.type_of(name), run.environment.tokenise_secret)
        builder.frame = builder.frame.withColumn(name, hidden)


def _retain(builder: Builder, rule: Retain, run: FrozenRun) -> None:
    from pyspark.sql import functions as F  # noqa: N812

    type_ = builder.type_of(rule.column)
    oldest = run.frozen_at - timedelta(days=rule.days)
    expired = F.col(rule.column) < F.lit(oldest).cast("timestamp").cast(type_)
    message = rule.description or f"{rule.column} is more than {rule.days} days ago"
    builder.violate(Violation(rule.name, rule.kind, "drop", rule.column, message), expired, rule.reads)


def _consent(builder: Builder, rule: Consent) -> None:
    from pyspark.sql import functions as F  # noqa: N812

    agreed = F.coalesce(_agreed(builder, rule), F.lit(False))
    message = rule.description or f"{rule.given} does not allow {rule.purpose}"
    if not rule.columns:
        builder.violate(Violation(rule.name, rule.kind, "drop", rule.given, message), ~agreed, rule.reads)
        return
    # What is taken out of a row that is published is counted, as is every row that a rule keeps back.
    held = reduce(lambda left, right: left | right, (F.col(name).isNotNull() for name in rule.columns))
    builder.violate(Violation(rule.name, rule.kind, "warn", rule.given, message), ~agreed & held, rule.reads)
    for name in rule.columns:
        builder.write(name, F.when(agreed, F.col(name)), (rule.given, name))
    builder.flush()


def _agreed(builder: Builder, rule: Consent) -> Column:
    """Whether the person has agreed; null where nothing is said."""
    from pyspark.sql import functions as F  # noqa: N812

    if builder.type_of(rule.given) == "boolean":
        return F.col(rule.given)
    purposes = F.split(F.col(rule.given), f"\\Q{rule.separator}\\E")
    return F.exists(purposes, lambda item: F.trim(item) == rule.purpose)
