"""People's expressions, compiled so that no row can end the job and no integer wraps.

The session runs without ANSI mode: a division by zero, an unreadable cast, a bad date give null. Without ANSI mode,
however, ``+``, ``-``, ``*`` and a narrowing cast wrap silently; these are written as ``try_add`` … ``try_cast``, which
give null too. What fails nevertheless (an unknown time zone, a time beyond the calendar) fails the whole job, and the
batch's plan is then made anew with every expression attempted row by row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlglot import exp

from groundwork.spec.expression import PATTERN_CALLS, parse_expression
from groundwork.spec.like_pattern import LIKE_CALLS, longest_compared
from groundwork.spec.pattern import longest_searched
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.violations import Violation

if TYPE_CHECKING:
    from pyspark.sql import Column

TRY: dict[type[exp.Expr], str] = {exp.Add: "try_add", exp.Sub: "try_subtract", exp.Mul: "try_multiply"}


def guarded(text: str) -> str:
    """The expression's SQL with arithmetic and casts that give null instead of a wrapped value.

    :raises SpecError: the expression holds what may not stand in a rule
    """
    tree = parse_expression(text).copy()
    guarded_kinds: tuple[type[exp.Expr], ...] = (*TRY, exp.Cast, exp.TryCast, *PATTERN_CALLS)
    found = [node for node in tree.find_all(*guarded_kinds, *LIKE_CALLS) if _needs_guard(node)]
    # Innermost first, so that what is replaced holds what was replaced in it.
    for node in reversed(found):
        replaced = node.replace(_guard(node))
        tree = replaced if node is tree else tree
    return tree.sql(dialect="spark") if found else text


def _needs_guard(node: exp.Expr) -> bool:
    return longest_compared(node) is not None if isinstance(node, LIKE_CALLS) else not node.args.get("safe")


def _guard(node: exp.Expr) -> exp.Expr:
    if isinstance(node, (*PATTERN_CALLS, *LIKE_CALLS)):
        like = isinstance(node, LIKE_CALLS)
        longest = exp.Literal.number(longest_compared(node) if like else longest_searched(node.expression.this))
        short = exp.LTE(this=exp.Anonymous(this="octet_length", expressions=[node.this.copy()]), expression=longest)
        node.set("this", exp.Case(ifs=[exp.If(this=short, true=node.this)]))
        return node
    if type(node) in TRY:
        return exp.Anonymous(this=TRY[type(node)], expressions=[node.this, node.expression])
    return exp.TryCast(this=node.this, to=node.args["to"], safe=True)


def compile_expression(text: str) -> Column:
    """The expression as a column."""
    from pyspark.sql import functions as F  # noqa: N812

    return F.expr(guarded(text))


def attempted(
    builder: Builder, rule: str, value: Column, reads: Iterable[str], otherwise: Column | None = None
) -> Column:
    """The value; in a plan of attempts also a violation ``computed_<rule>`` of the rows on which it fails.

    :param rule: the rule that the expression belongs to
    :param otherwise: value of the rows on which it fails; null where left out
    """
    from pyspark.sql import functions as F  # noqa: N812

    if not builder.attempts:
        return value
    name = f"_attempt_{rule}"
    builder.write(name, _attempt(value), reads)
    failed = F.col(name).isNull()
    message = f"the expression of {rule} cannot be computed for this row"
    builder.violate(Violation(f"computed_{rule}", "builtin", "quarantine", None, message), failed, [name])
    kept = F.col(name)["value"]
    return kept if otherwise is None else F.when(failed, otherwise).otherwise(kept)


def _attempt(value: Column) -> Column:
    """The value in a struct, and null instead of the struct where computing it fails.

    ``TryEval`` is what Spark's own ``try_`` functions are made of; SQL has no name for it. The condition, which always
    holds, keeps Spark from computing what several rules have in common ahead of all of them and outside the attempt.
    """
    from pyspark.sql import Column as Classic
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as F  # noqa: N812

    session = SparkSession.getActiveSession()
    assert session is not None, "a plan is made in a session"
    spark = session._jvm.org.apache.spark.sql  # noqa: SLF001 - no public way from Python
    inside = F.when(F.col("_source_row").isNotNull(), F.struct(value.alias("value")))
    expressions = spark.classic.ExpressionUtils
    attempt = spark.catalyst.expressions.TryEval(expressions.expression(inside._jc))  # noqa: SLF001
    return Classic(expressions.column(attempt))
