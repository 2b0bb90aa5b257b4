"""Spark SQL expressions from people: parsed first, deterministic scalar expressions only."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from groundwork.spec.errors import SpecError

MAXIMUM_LENGTH = 4_000
_SYNTAX = frozenset(
    [
        "column",
        "identifier",
        "literal",
        "boolean",
        "null",
        "paren",
        "cast",
        "trycast",
        "datatype",
        "datatypeparam",
        "interval",
        "var",
        "and",
        "or",
        "not",
        "neg",
        "add",
        "sub",
        "mul",
        "div",
        "intdiv",
        "mod",
        "eq",
        "neq",
        "nullsafeeq",
        "gt",
        "gte",
        "lt",
        "lte",
        "between",
        "in",
        "like",
        "ilike",
        "rlike",
        "regexplike",
        "is",
        "dpipe",
        "bitwiseand",
        "bitwiseor",
        "bitwisexor",
        "bitwisenot",
        "case",
        "if",
        "tuple",
        "escape",
        "fromtimezone",
        "attimezone",
    ]
)
_FUNCTIONS = frozenset(
    # text
    "concat concatws upper lower initcap trim length substring substringindex left right pad replace regexpreplace "
    "regexpsplit regexpextract startswith endswith contains strposition reverse split splitpart translate soundex "
    "levenshtein ascii chr space btrim overlay elt unicode "
    # numbers
    "abs sin cos tan asin acos atan atan2 radians degrees "
    "ceil floor round bround rint sqrt pow exp ln log sign greatest least pmod mod "
    "try_divide try_add try_subtract try_multiply safedivide safeadd safesubtract safemultiply "
    # null and choice
    "coalesce nullif nvl2 nanvl isnan isnull isnotnull if case cast trycast equal_null "
    # dates and times
    "year month day dayofmonth dayofweek dayofyear weekofyear quarter hour minute second dateadd tsordsadd tsordsadd "
    "datesub datediff datetrunc timestamptrunc lastday addmonths monthsbetween nextday make_timestamp "
    "try_make_timestamp datefromparts makedate make_dt_interval make_interval from_utc_timestamp to_utc_timestamp "
    "fromutctimestamp toutctimestamp timetostr strtotime strtodate tsordstodate tsordstotimestamp todate timestamp "
    "unixtotime timestampadd timestampdiff timetounix timestampfromparts timestampltzfromparts makeinterval "
    "extract  timestrtotime converttimezone try_to_timestamp weekday make_date "
    # digests
    "sha sha2 md5 md5digest crc32 xxhash64 hash hex unhex luhn_check".split()
)
"""sqlglot's keys of what may stand in a rule: pure scalar functions. Everything else is refused, known or unknown:
reflection, files, environment, session, random values, the clock, aggregates, windows, row generators."""


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> exp.Expr:
    """The expression's syntax tree.

    :param text: one Spark SQL scalar expression
    :raises SpecError: it does not parse, or holds what may not stand in a rule
    """
    if len(text) > MAXIMUM_LENGTH:
        raise SpecError(f"the expression is longer than {MAXIMUM_LENGTH} characters", mend="Split it into two rules")
    try:
        statements = sqlglot.parse(text, read="spark")
    except SqlglotError as error:
        raise SpecError(f"{text!r} is not a Spark SQL expression: {str(error).splitlines()[0]}") from error
    tree = statements[0] if len(statements) == 1 else None
    if tree is None:
        raise SpecError(f"{text!r} is not exactly one expression", mend="Remove the semicolon")
    for node in tree.walk():
        _refuse(text, node)
    return tree


def _refuse(text: str, node: exp.Expr) -> None:
    known_function = isinstance(node, exp.Func) and node.key in _FUNCTIONS
    spark_function = isinstance(node, exp.Anonymous) and str(node.this).lower() in _FUNCTIONS
    if not (known_function or spark_function or node.key in _SYNTAX):
        words = f"{node.this}()" if isinstance(node, exp.Anonymous) else node.sql(dialect="spark")
        raise SpecError(
            f"{text!r} holds {words!r}, which may not stand in a rule",
            mend="Use a deterministic scalar expression of Spark SQL",
        )
    if isinstance(node, exp.Column) and node.table:
        raise SpecError(f"{text!r} reads {node.sql()}", mend="Name the column alone, without a table")


def columns_of(text: str) -> frozenset[str]:
    """Lower-case names of the columns an expression reads.

    :raises SpecError: see ``parse_expression``
    """
    return frozenset(column.name.lower() for column in parse_expression(text).find_all(exp.Column))
