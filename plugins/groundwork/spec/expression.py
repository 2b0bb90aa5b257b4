"""Spark SQL expressions from people: parsed first, deterministic scalar expressions only."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.errors import SqlglotError

from groundwork.spec.errors import SpecError
from groundwork.spec.functions import CALLS, NAMES, SYNTAX, TYPES, WORDS_BEFORE_PARENTHESES
from groundwork.spec.pattern import checked_pattern

MAXIMUM_LENGTH = 4_000
MAXIMUM_PADDING = 1_000
PATTERN_CALLS = (
    exp.RegexpLike,
    exp.RegexpReplace,
    exp.RegexpExtract,
    exp.RegexpCount,
    exp.RegexpInstr,
    exp.RegexpSubstr,
)
"""What searches by a regular expression, its second argument."""
_CLOCK = re.compile(r"\s*(now|today|tomorrow|yesterday)\b", re.IGNORECASE)
_MEND = "Use a deterministic scalar expression of Spark SQL; docs/contracts-and-rules.md lists the functions"


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> exp.Expr:
    """The expression's syntax tree.

    :param text: one Spark SQL scalar expression
    :raises SpecError: it does not parse, or holds what may not stand in a rule
    """
    if len(text) > MAXIMUM_LENGTH:
        raise SpecError(f"the expression is longer than {MAXIMUM_LENGTH} characters", mend="Split it into two rules")
    try:
        _refuse_tokens(sqlglot.tokenize(text, read="spark"))
        tree = _single(sqlglot.parse(text, read="spark"))
        for node in tree.walk():
            _refuse(node)
    except SpecError as error:
        raise SpecError(f"{_shortened(text)} {error.problem}", mend=error.mend) from None
    except SqlglotError as error:
        problem = f"{_shortened(text)} is not a Spark SQL expression: {str(error).splitlines()[0]}"
        raise SpecError(problem) from error
    except RecursionError as error:
        raise SpecError(f"{_shortened(text)} is nested too deeply", mend="Split it into two rules") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # The parser stumbles over some texts that no SQL is.
        raise SpecError(f"{_shortened(text)} is not a Spark SQL expression") from error
    return tree


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 200 else f"{text[:200]}…")


def _single(statements: list[exp.Expr | None]) -> exp.Expr:
    if not statements or statements[0] is None:
        raise SpecError("is empty", mend="Write one expression")
    if len(statements) != 1:
        raise SpecError("is more than one expression", mend="Remove the semicolon")
    return statements[0]


def _refuse_tokens(tokens: list[Token]) -> None:
    """What the tree no longer shows: a comment, which Spark may end elsewhere, and a call's name as it is written."""
    if any(token.comments for token in tokens):
        raise SpecError("holds a comment", mend="Say it in the rule's description")
    for token, following in pairwise(tokens):
        if following.token_type is not TokenType.L_PAREN or token.token_type is TokenType.STRING:
            continue
        name = token.text.lower()
        quoted = token.token_type is TokenType.IDENTIFIER
        if quoted or (name.isidentifier() and name not in NAMES and name not in WORDS_BEFORE_PARENTHESES):
            raise SpecError(f"calls {name}(), which may not stand in a rule", mend=_MEND)


def _refuse(node: exp.Expr) -> None:
    named = isinstance(node, exp.Anonymous) and str(node.this).lower() in NAMES
    if not (named or node.key in SYNTAX or (isinstance(node, exp.Func) and node.key in CALLS)):
        raise SpecError(f"holds {node.sql(dialect='spark')!r}, which may not stand in a rule", mend=_MEND)
    if isinstance(node, exp.Column) and node.table:
        raise SpecError(f"reads {node.sql()}", mend="Name the column alone, without a table")
    if isinstance(node, exp.DataType) and getattr(node.this, "name", None) not in TYPES:
        raise SpecError(f"casts to {node.sql(dialect='spark')}", mend="Cast to a plain type: int, string, date …")
    if isinstance(node, exp.Literal) and node.is_string and _CLOCK.match(node.this):
        raise SpecError(f"holds {node.this!r}, which Spark reads as the clock", mend="Use a column that holds the time")
    if isinstance(node, exp.Pad) and not _short(node.expression):
        raise SpecError("pads without a limit", mend=f"Pad to a number up to {MAXIMUM_PADDING}")
    if isinstance(node, PATTERN_CALLS):
        _refuse_pattern(node.expression)


def _refuse_pattern(pattern: exp.Expr) -> None:
    """Whoever writes a value must not be able to keep a job busy without end, so no pattern comes from a column."""
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        raise SpecError(f"takes its pattern from {pattern.sql(dialect='spark')}", mend="Write the pattern as a literal")
    try:
        checked_pattern(pattern.this)
    except ValueError as error:
        problem, _, mend = str(error).partition("; ")
        raise SpecError(f"cannot stand in a rule: {problem}", mend=mend and mend[0].upper() + mend[1:]) from error


def _short(length: exp.Expr | None) -> bool:
    return isinstance(length, exp.Literal) and length.is_int and int(length.this) <= MAXIMUM_PADDING


def columns_of(text: str) -> frozenset[str]:
    """Lower-case names of the columns an expression reads.

    :raises SpecError: see ``parse_expression``
    """
    return frozenset(column.name.lower() for column in parse_expression(text).find_all(exp.Column))
