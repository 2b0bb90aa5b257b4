"""Numbers as a locale writes them, and quantities in another unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundwork.spec.rules.standardise_forms import NumberForm, QuantityForm
from groundwork.spec.rules.units import conversion

if TYPE_CHECKING:
    from pyspark.sql import Column

ZEROS = {
    "latn": "0",
    "arab": "\u0660",
    "arabext": "\u06f0",
    "deva": "\u0966",
    "beng": "\u09e6",
    "mymr": "\u1040",
    "tibt": "\u0f20",
    "nkoo": "\u07c0",
}
"""CLDR's numbering system → its digit zero; the others follow it."""
# What people type for one another's sign, after CLDR's sets for lenient parsing.
ALIKE = (" \u00a0\u202f\u2009", "'\u2019", ".\u066c")
MINUS = "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"
DIRECTION = "\u200e\u200f\u061c"
LONGEST = 80


@dataclass(frozen=True)
class _Symbols:
    """How a locale writes numbers.

    :param digits: its digits from 0 on
    :param decimal: sign before the decimals
    :param groups: signs that may stand between groups
    :param by_two: whether the groups above a thousand have two digits
    """

    digits: str
    decimal: str
    groups: str
    by_two: bool


def _symbols(locale: str) -> _Symbols:
    from babel import Locale
    from babel.numbers import get_decimal_symbol, get_group_symbol

    known = Locale.parse(locale)
    system = known.default_numbering_system
    decimal = get_decimal_symbol(known, numbering_system=system)
    group = get_group_symbol(known, numbering_system=system)
    alike = next((signs for signs in ALIKE if group in signs), group)
    zero = ord(ZEROS[system])
    return _Symbols(
        "".join(chr(zero + digit) for digit in range(10)),
        decimal,
        alike.replace(decimal, ""),
        known.decimal_formats[None].grouping == (3, 2),
    )


def as_number(form: NumberForm, text: Column) -> Column:
    """The number with a point and no separators; separators stand where the locale puts them, or not at all."""
    from pyspark.sql import functions as F  # noqa: N812

    symbols = _symbols(form.locale)
    plain = F.translate(text, symbols.digits + MINUS + DIRECTION, "0123456789" + "-" * len(MINUS))
    group, decimal = f"[{_escaped(symbols.groups)}]", f"[{_escaped(symbols.decimal)}]"
    first = rf"[0-9]{{1,2}}(?:{group}[0-9]{{2}})*" if symbols.by_two else r"[0-9]{1,3}"
    grouped = rf"{first}(?:{group}[0-9]{{3}}){'' if symbols.by_two else '+'}"
    # The length first: repeated groups in a text of a million signs would exhaust the stack of Java's matcher.
    written = rf"^(?=.{{1,{LONGEST}}}\z)[+-]?(?:(?:{grouped}|[0-9]+)(?:{decimal}[0-9]+)?|{decimal}[0-9]+)\z"
    number = F.translate(plain, symbols.decimal + symbols.groups + "+", ".")
    return F.when(plain.rlike(written), F.regexp_replace(number, r"^(-?)\.", "$10."))


def _escaped(signs: str) -> str:
    return "".join(f"\\x{{{ord(sign):x}}}" for sign in signs)


def as_quantity(form: QuantityForm, text: Column) -> Column:
    """The number in the other unit, with the declared decimals; exact until it is rounded, half up."""
    from pyspark.sql import functions as F  # noqa: N812

    times, plus, per = (F.lit(str(part)).cast(f"decimal({len(str(abs(part)))},0)") for part in _parts(form))
    value = F.when(text.rlike(r"^[+-]?[0-9]{1,18}(?:\.[0-9]{1,10})?\z"), text.try_cast("decimal(28,10)"))
    return F.round((value * times + plus) / per, form.decimals).cast("string")


def _parts(form: QuantityForm) -> tuple[int, int, int]:
    return conversion(form.unit, form.to)
