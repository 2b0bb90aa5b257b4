"""Which rows an expectation looks at: Great Expectations' row conditions as Spark SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from groundwork.spec.expression import columns_of

_LEGACY = re.compile(
    r"""\s*col\("(?P<column>[^"]+)"\)\s*(?:(?P<notnull>\.notnull\(\))
    |(?P<operator>>=|<=|==|!=|>|<)\s*(?:(?P<number>[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)
    |(?:date\()?\s*(?P<quote>["'])(?P<text>[^"']+)(?P=quote)\s*\)?))\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_OPERATORS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "IN": "in", "NOT_IN": "not in"}


def row_filter(condition: Any, parser: str | None) -> str:
    """The condition as one Spark SQL predicate; a row counts where it is true.

    :param condition: text in the parser's language, or the mapping that Great Expectations writes for a condition
        built of columns
    :param parser: ``spark`` or ``great_expectations``; not asked for a mapping
    :raises ValueError: it is not such a condition, or calls what may not stand in a rule
    """
    if isinstance(condition, Mapping):
        text = _structured(condition)
    elif not isinstance(condition, str) or not condition.strip():
        raise ValueError(f"row_condition must be a text or a condition of Great Expectations, not {condition!r}")
    elif parser == "spark":
        text = condition
    elif parser in ("great_expectations", "great_expectations__experimental__"):
        text = _legacy(condition)
    else:
        raise ValueError(f"condition_parser is {parser!r}; use spark, with a predicate of Spark SQL")
    columns_of(text)
    return text


def _structured(condition: Mapping[str, Any]) -> str:
    kind = condition.get("type")
    if kind == "pass_through":
        return str(condition.get("pass_through_filter"))
    if kind in ("and", "or"):
        parts = condition.get("conditions")
        if not isinstance(parts, list) or not parts or not all(isinstance(part, Mapping) for part in parts):
            raise ValueError(f"row_condition of type {kind!r} needs a list of conditions")
        return "(" + f" {kind} ".join(_structured(part) for part in parts) + ")"
    column = condition.get("column")
    name = column.get("name") if isinstance(column, Mapping) else column
    if not isinstance(name, str):
        raise ValueError(f"row_condition {dict(condition)!r} names no column")  # noqa: TRY004 - pydantic reports it
    if kind == "nullity":
        return f"{_quoted(name)} is {'null' if condition.get('is_null') else 'not null'}"
    operator = _OPERATORS.get(str(condition.get("operator")))
    if kind != "comparison" or operator is None:
        raise ValueError(f"row_condition {dict(condition)!r} is no condition of Great Expectations")
    return _comparison(name, operator, condition.get("parameter"))


def _comparison(column: str, operator: str, parameter: Any) -> str:
    if not operator.endswith("in"):
        return f"{_quoted(column)} {operator} {_literal(parameter)}"
    if not isinstance(parameter, list) or not parameter:
        raise ValueError(f"row_condition {operator} needs a list with at least one value, not {parameter!r}")
    return f"{_quoted(column)} {operator} ({', '.join(_literal(item) for item in parameter)})"


def _legacy(condition: str) -> str:
    found = _LEGACY.fullmatch(condition)
    if found is None:
        mend = 'write col("amount") > 0, or condition_parser: spark and a predicate of Spark SQL'
        raise ValueError(f"row_condition {condition!r} is no condition of Great Expectations; {mend}")
    column = _quoted(found["column"])
    if found["notnull"]:
        return f"{column} is not null"
    value = found["number"] or _literal(found["text"])
    return f"{column} {_OPERATORS[found['operator']]} {value}"


def _quoted(column: str) -> str:
    if "`" in column:
        raise ValueError(f"row_condition names column {column!r}, which is no column's name")
    return f"`{column}`"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    raise ValueError(f"row_condition compares with {value!r}; use a text, a number, true or false")
