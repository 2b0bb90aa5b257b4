"""What simple conditions leave of a column's values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from sqlglot import exp

Value = tuple[str, Any]
"""Kind (number, text, date, timestamp, boolean) and value; only values of one kind are compared."""
ORDERED = ("number", "date", "timestamp")
_MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE}


@dataclass(frozen=True)
class Allowed:
    """The values that a column may have.

    :param values: only these; None for any
    :param low: not below this; the flag says whether the bound itself is allowed
    :param high: not above this
    :param excluded: none of these
    :param null: whether there may be no value
    :param case: letters are only of this case
    """

    values: frozenset[Value] | None = None
    low: tuple[Value, bool] | None = None
    high: tuple[Value, bool] | None = None
    excluded: frozenset[Value] = frozenset()
    null: bool = False
    case: Literal["upper", "lower"] | None = None

    def and_(self, other: Allowed) -> Allowed:
        """What both allow."""
        values = self.values if other.values is None else other.values
        if self.values is not None and other.values is not None:
            values = self.values & other.values
        return Allowed(
            values,
            _tighter(self.low, other.low, sign=1),
            _tighter(self.high, other.high, sign=-1),
            self.excluded | other.excluded,
            self.null and other.null,
            other.case or self.case,
        )

    @property
    def empty(self) -> bool:
        """Whether nothing is allowed; False as well where that cannot be decided."""
        if self.null:
            return False
        if self.values is not None:
            return not any(self._allows(value) for value in self.values)
        if self.low is None or self.high is None or self.low[0][0] != self.high[0][0]:
            return False
        (_, low), with_low = self.low
        (_, high), with_high = self.high
        return bool(low > high or (low == high and not (with_low and with_high and self.low[0] not in self.excluded)))

    def _allows(self, value: Value) -> bool:
        """Whether a value is within the bounds; one of another kind than a bound is taken to be."""
        if value in self.excluded:
            return False
        if value[0] == "text" and self.case:
            return bool(value[1] == (value[1].upper() if self.case == "upper" else value[1].lower()))
        for bound, sign in ((self.low, 1), (self.high, -1)):
            if bound is not None and bound[0][0] == value[0]:
                beyond = (value[1] > bound[0][1]) - (value[1] < bound[0][1])
                if beyond * sign < 0 or (beyond == 0 and not bound[1]):
                    return False
        return True


def _tighter(one: tuple[Value, bool] | None, other: tuple[Value, bool] | None, *, sign: int) -> Any:
    if one is None or other is None:
        return one or other
    if one[0][0] != other[0][0]:
        return one
    if one[0] == other[0]:
        return (one[0], one[1] and other[1])
    return one if (one[0][1] > other[0][1]) == (sign > 0) else other


def conditions(tree: exp.Expr) -> Iterator[tuple[str, Allowed]]:
    """Column and what is allowed of it, for each part of a conjunction that says something simple about one column."""
    if isinstance(tree, exp.Paren):
        yield from conditions(tree.this)
    elif isinstance(tree, exp.And):
        yield from conditions(tree.this)
        yield from conditions(tree.expression)
    elif isinstance(tree, exp.Not):
        yield from _negated(tree.this.this if isinstance(tree.this, exp.Paren) else tree.this)
    elif isinstance(tree, exp.Column):
        yield tree.name.lower(), Allowed(frozenset({("boolean", True)}))
    elif isinstance(tree.this, exp.Column):
        yield from _about(tree.this, tree)
    elif isinstance(tree, exp.Binary) and isinstance(tree.expression, exp.Column):
        yield from _compared(_MIRRORED.get(type(tree), type(tree)), tree.expression, tree.this)


def _about(column: exp.Column, tree: exp.Expr) -> Iterator[tuple[str, Allowed]]:
    """What a condition says that has the column on its left."""
    if isinstance(tree, exp.Is):
        if isinstance(tree.expression, exp.Null):
            yield column.name.lower(), Allowed(frozenset(), null=True)
    elif isinstance(tree, exp.Between):
        yield from _compared(exp.GTE, column, tree.args["low"])
        yield from _compared(exp.LTE, column, tree.args["high"])
    elif isinstance(tree, exp.In):
        values = [_value(item) for item in tree.expressions]
        if values and None not in values:
            yield column.name.lower(), Allowed(frozenset(value for value in values if value))
    elif isinstance(tree, exp.Binary):
        yield from _compared(type(tree), column, tree.expression)


def _negated(tree: exp.Expr) -> Iterator[tuple[str, Allowed]]:
    if isinstance(tree, exp.Column):
        yield tree.name.lower(), Allowed(frozenset({("boolean", False)}))
    elif isinstance(tree, exp.Is) and isinstance(tree.this, exp.Column) and isinstance(tree.expression, exp.Null):
        yield tree.this.name.lower(), Allowed()
    elif isinstance(tree, exp.In | exp.EQ):
        for name, allowed in conditions(tree):
            yield name, Allowed(excluded=allowed.values or frozenset())


def _compared(kind: type[exp.Expr], column: exp.Column, item: exp.Expr) -> Iterator[tuple[str, Allowed]]:
    value = _value(item)
    if value is None:
        return
    name = column.name.lower()
    if kind is exp.EQ:
        yield name, Allowed(frozenset({value}))
    elif kind is exp.NEQ:
        yield name, Allowed(excluded=frozenset({value}))
    elif kind in (exp.GT, exp.GTE) and value[0] in ORDERED:
        yield name, Allowed(low=(value, kind is exp.GTE))
    elif kind in (exp.LT, exp.LTE) and value[0] in ORDERED:
        yield name, Allowed(high=(value, kind is exp.LTE))


def _value(item: exp.Expr) -> Value | None:
    """A literal; None for anything else, and for texts of numbers or dates, which Spark may compare as such."""
    if isinstance(item, exp.Neg):
        value = _value(item.this)
        return ("number", -value[1]) if value is not None and value[0] == "number" else None
    if isinstance(item, exp.Boolean):
        return ("boolean", bool(item.this))
    if isinstance(item, exp.Cast) and isinstance(item.this, exp.Literal) and item.this.is_string:
        return _moment(item.to.this.name.lower(), item.this.this)
    return _literal(item) if isinstance(item, exp.Literal) else None


def _moment(type_: str, text: str) -> Value | None:
    kind = "timestamp" if type_.startswith("timestamp") else type_
    if kind not in ("date", "timestamp"):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if moment.tzinfo else (kind, moment)


def _literal(item: exp.Literal) -> Value | None:
    if item.is_string:
        return None if any(letter.isdigit() for letter in item.this) else ("text", item.this)
    try:
        return ("number", Decimal(item.this))
    except InvalidOperation:
        return None


def or_null(allowed: Allowed) -> Allowed:
    """The same where no value at all is allowed too, unless the condition asks for a value."""
    asks_for_value = allowed == Allowed()
    return allowed if asks_for_value else replace(allowed, null=True)
