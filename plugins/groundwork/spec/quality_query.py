"""SQL that a contract or suite asks of the checked table: one SELECT, this table only, named functions only."""

from __future__ import annotations

import re
from itertools import pairwise

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import SqlglotError

from groundwork.spec.expression import PATTERN_CALLS
from groundwork.spec.functions import CALLS, NAMES, SYNTAX
from groundwork.spec.like_pattern import LIKE_CALLS, longest_compared
from groundwork.spec.pattern import checked_pattern, longest_judged

TABLE = "checked_rows"
"""The name under which a query reads the checked table."""
_TABLE = re.compile(r"\$?\{(table|object|batch)\}")
_COLUMN = re.compile(r"\$?\{(column|property)\}")
_LEFT = re.compile(r"\$?\{[^}]*\}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


AGGREGATES = _words("""
    any_value approx_count_distinct avg bool_and bool_or corr count count_if covar_pop covar_samp every kurtosis
    max max_by mean median min min_by mode percentile percentile_approx regr_count skewness some std stddev
    stddev_pop stddev_samp sum try_avg try_sum var_pop var_samp variance
""")
_SELECT = _words("""
    select from where group having order ordered limit offset alias tablealias subquery table star distinct join
    cte with union intersect except in exists paren window windowspec all any filter quantile approxquantile
""")
_WORDS = _words("""
    and or not in is like ilike rlike regexp between div case when then else escape from decimal select where
    having by on exists all any as distinct union intersect except over filter join with limit using values
""")
WINDOWS = _words("""
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value
""")
_ALLOWED = NAMES | AGGREGATES | WINDOWS


def quality_query(text: str, column: str | None = None) -> str:
    """The query with its placeholders filled in.

    :param text: SQL with ``${table}`` or ``{object}`` (and, under a column, ``${column}`` or ``{property}``)
    :param column: the column it stands under
    :raises ValueError: a placeholder is unknown, or the query is not one SELECT of this table by allowed functions
    """
    filled = with_table(text)
    if column is not None:
        filled = _COLUMN.sub(f"`{column}`", filled)
    if left := _LEFT.search(filled):
        known = "${table}" if column is None else "${table} and ${column}"
        raise ValueError(f"query holds {left.group()}, which means nothing here; use {known}")
    check_query(filled, figure=True)
    return filled.strip()


def with_table(text: str) -> str:
    """The query with the checked table's name in its placeholders."""
    return _TABLE.sub(TABLE, text)


def check_query(text: str, *, figure: bool) -> exp.Expr:
    """The query's tree.

    :param figure: it has to give one column: the figure
    :raises ValueError: it is not one SELECT of the checked table by allowed functions
    """
    text = with_table(text)
    try:
        tokens = sqlglot.tokenize(text, read="spark")
        statements = sqlglot.parse(text, read="spark")
    except (SqlglotError, RecursionError) as error:
        raise ValueError(f"query {_short(text)} is no SQL: {str(error).splitlines()[0]}") from error
    _refuse_calls(text, tokens)
    tree = statements[0] if statements else None
    if len(statements) != 1 or not isinstance(tree, exp.Select):
        raise ValueError(f"query {_short(text)} is not one SELECT of ${{table}}")
    _refuse_tables(tree)
    for node in tree.walk():
        _refuse_node(node)
    if figure and (len(tree.expressions) != 1 or tree.is_star):
        raise ValueError(f"query {_short(text)} gives {len(tree.expressions)} columns; select the one figure")
    return tree


def bounded_query(text: str) -> str:
    """The query as it is carried out: where a text is too long to be searched for a pattern, it ends with an error.

    To pass such a text over, as rules do, would change what the query says: a check could be met by what nobody has
    looked at.

    :raises ValueError: see ``check_query``
    """
    tree = check_query(text, figure=False)
    found = [(call, _longest(call)) for call in tree.find_all(*PATTERN_CALLS, *LIKE_CALLS)]
    bound = [(call, longest) for call, longest in found if longest is not None]
    # Innermost first, so that what is searched holds its own bounds.
    for call, longest in reversed(bound):
        patterns = ", ".join(literal.this for literal in call.expression.find_all(exp.Literal))
        call.set("this", _no_longer(call.this, longest, patterns))
    return tree.sql(dialect="spark") if bound else with_table(text)


def _longest(call: exp.Expr) -> int | None:
    return longest_compared(call) if isinstance(call, LIKE_CALLS) else longest_judged(call.expression.this)


def _no_longer(searched: exp.Expr, longest: int, pattern: str) -> exp.Expr:
    size = exp.Anonymous(this="octet_length", expressions=[searched.copy()])
    problem = (
        f"a text of more than {longest} bytes is not searched for {pattern!r}: let the query look at shorter ones "
        f"alone, by case when octet_length(...) <= {longest} then ... end"
    )
    ends = exp.Anonymous(this="raise_error", expressions=[exp.Literal.string(problem)])
    too_long = exp.GT(this=size, expression=exp.Literal.number(longest))
    return exp.Case(ifs=[exp.If(this=too_long, true=ends)], default=searched)


def _refuse_calls(text: str, tokens: list[sqlglot.Token]) -> None:
    if any(token.comments for token in tokens):
        raise ValueError(f"query {_short(text)} holds a comment; say it in the description")
    for token, following in pairwise(tokens):
        if following.token_type is not TokenType.L_PAREN or token.token_type is TokenType.STRING:
            continue
        name = token.text.lower()
        named = token.token_type is TokenType.IDENTIFIER or name.isidentifier()
        if named and name not in _ALLOWED and name not in _WORDS:
            raise ValueError(f"query calls {name}(), which is not allowed; docs/rules/checks.md lists the functions")


def query_columns(text: str) -> frozenset[str]:
    """Lower-case names of the columns that a query reads; what it names itself is not among them."""
    tree = check_query(text, figure=False)
    own = {item.alias.lower() for item in tree.find_all(exp.Alias, exp.CTE, exp.Subquery) if item.alias}
    own |= {name.name.lower() for item in tree.find_all(exp.TableAlias) for name in item.columns}
    return frozenset(column.name.lower() for column in tree.find_all(exp.Column)) - own


def _refuse_tables(tree: exp.Select) -> None:
    if any(item.parent is not tree for item in tree.find_all(exp.With)):
        raise ValueError("query has a WITH inside; write it at the beginning")
    named = {item.alias_or_name.lower() for item in tree.find_all(exp.CTE)}
    tables = list(tree.find_all(exp.Table))
    for table in tables:
        if table.db or table.name.lower() not in {TABLE, *named}:
            raise ValueError(f"query reads {table.sql(dialect='spark')}; it may read ${{table}} only")
    if not any(table.name.lower() == TABLE for table in tables):
        raise ValueError("query does not read the checked table; write FROM ${table}")


def _refuse_node(node: exp.Expr) -> None:
    key = node.key
    if isinstance(node, PATTERN_CALLS):
        _refuse_pattern(node.expression)
    if isinstance(node, LIKE_CALLS) and (computed := node.expression.find(exp.Column, exp.Func)) is not None:
        _refuse_pattern(computed)
    named = isinstance(node, exp.Anonymous) and str(node.this).lower() in _ALLOWED
    if named or key in SYNTAX or key in _SELECT or key in CALLS:
        return
    if isinstance(node, exp.Func) and any(name.lower() in _ALLOWED for name in node.sql_names()):
        return
    raise ValueError(f"query holds {_short(node.sql(dialect='spark'))}, which may not stand in a quality query")


def _refuse_pattern(pattern: exp.Expr) -> None:
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        raise ValueError(f"query takes its pattern from {pattern.sql(dialect='spark')}; write the pattern as a literal")
    checked_pattern(pattern.this)


def _short(text: str) -> str:
    return repr(text if len(text) <= 200 else f"{text[:200]}…")
