"""People's expressions, compiled so that no row can end the job and no integer wraps.

The session runs without ANSI mode: a division by zero, an unreadable cast, a bad date give null. Without ANSI mode,
however, ``+``, ``-``, ``*`` and a narrowing cast wrap silently; these are written as ``try_add`` … ``try_cast``, which
give null too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from groundwork.spec.expression import parse_expression

if TYPE_CHECKING:
    from pyspark.sql import Column

TRY: dict[type[exp.Expr], str] = {exp.Add: "try_add", exp.Sub: "try_subtract", exp.Mul: "try_multiply"}


def guarded(text: str) -> str:
    """The expression's SQL with arithmetic and casts that give null instead of a wrapped value.

    :raises SpecError: the expression holds what may not stand in a rule
    """
    tree = parse_expression(text).copy()
    found = [node for node in tree.find_all(*TRY, exp.Cast, exp.TryCast) if not node.args.get("safe")]
    # Innermost first, so that what is replaced holds what was replaced in it.
    for node in reversed(found):
        replaced = node.replace(_guard(node))
        tree = replaced if node is tree else tree
    return tree.sql(dialect="spark") if found else text


def _guard(node: exp.Expr) -> exp.Expr:
    if type(node) in TRY:
        return exp.Anonymous(this=TRY[type(node)], expressions=[node.this, node.expression])
    return exp.TryCast(this=node.this, to=node.args["to"], safe=True)


def compile_expression(text: str) -> Column:
    """The expression as a column."""
    from pyspark.sql import functions as F  # noqa: N812

    return F.expr(guarded(text))
