"""Forms that phonenumbers, python-stdnum and pycountry know, in Spark's Python workers.

Texts travel in Arrow batches, and each is worked out once a task: with 1,000,000 phone numbers on 2 cores, 100 of them
distinct, that takes 0.6 s, where pickled rows take 2.8 s and a distinct, joined back, 3.1 s; with 10,000 distinct 2.7,
3.5 and 3.0 s; with 100,000 distinct 7.5, 9.3 and 6.1 s. So the shuffle of a distinct is worth it only beyond what one
remembers, and is not done. pandas' factorize remembers nothing from batch to batch: 1.5, 18.7 and 31.7 s.

Functions carry their imports inside and are pickled by value: workers need these libraries and none of our modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from groundwork.spec.rules.standardise_forms import CountryForm, CurrencyForm, IdentifierForm, PhoneForm

if TYPE_CHECKING:
    from pyspark.sql import Column

REMEMBERED = 100_000
LONGEST = 250
Standard = Callable[..., str | None]


def as_phone(form: PhoneForm, text: Column, beside: Column | None) -> Column:
    """E.164; null where nobody could be called.

    :param beside: the row's country, for a form that takes it from another column
    """
    from pyspark.sql import functions as F  # noqa: N812

    region = F.lit(form.region).cast("string")
    if beside is not None:
        region = F.coalesce(F.upper(F.nullif(F.trim(beside), F.lit(""))), region)
    return _worked_out(phone_number())(text, region)


def as_identifier(form: IdentifierForm, text: Column) -> Column:
    """The identifier without separators; null where python-stdnum finds it invalid."""
    return _worked_out(identifier(form.scheme))(text)


def as_country(form: CountryForm, text: Column) -> Column:
    """The ISO 3166 code; null where the text is no code, name or alias."""
    import pycountry
    from babel import Locale

    codes = {}
    for country in pycountry.countries:
        names = [country.alpha_2, country.alpha_3, country.numeric, country.name]
        names += [getattr(country, name) for name in ("common_name", "official_name") if hasattr(country, name)]
        names += [Locale.parse(language).territories.get(country.alpha_2, "") for language in form.languages]
        code = country.alpha_2 if form.code == "alpha2" else country.alpha_3
        codes.update(dict.fromkeys(filter(None, names), code))
    codes.update({spelling: codes[code] for spelling, code in form.aliases.items()})
    return _worked_out(named(codes.items()))(text)


def as_currency(form: CurrencyForm, text: Column) -> Column:
    """The ISO 4217 code; null where the text is no code, number, name or alias."""
    import pycountry

    codes = {}
    for currency in pycountry.currencies:
        codes.update(dict.fromkeys((currency.alpha_3, currency.numeric, currency.name), currency.alpha_3))
    codes.update({spelling: codes[code] for spelling, code in form.aliases.items()})
    return _worked_out(named(codes.items()))(text)


def composed(text: Column) -> Column:
    """The text in Unicode's form NFC. ASCII is so already and does not travel to a worker."""
    from pyspark.sql import functions as F  # noqa: N812

    def nfc(value: str | None) -> str | None:
        import unicodedata

        return None if value is None else unicodedata.normalize("NFC", value)

    other = F.when(F.octet_length(text) != F.length(text), text)
    return F.coalesce(F.udf(nfc, "string", useArrow=True)(other), text)


def _worked_out(standard: Standard) -> Callable[..., Column]:
    from pyspark.sql import functions as F  # noqa: N812

    return F.udf(remembering(standard), "string", useArrow=True)


def remembering(standard: Standard) -> Standard:
    """The function, which works each value out once and gives null for null and for what is longer than any standard.

    It remembers 100,000 values a task, some 20 MB.
    """
    memory: dict[tuple[str | None, ...], str | None] = {}

    def recall(*values: str | None) -> str | None:
        if values in memory:
            return memory[values]
        text = values[0]
        found = standard(*values) if text and len(text) <= LONGEST else None
        if len(memory) < REMEMBERED:
            memory[values] = found
        return found

    return recall


def phone_number() -> Standard:
    """A function of a phone number and the region whose national numbers are understood: its E.164 form or null."""

    def standard(text: str, region: str | None) -> str | None:
        import re

        import phonenumbers

        # phonenumbers looks for a number in the text; here the text has to be one.
        if not re.fullmatch(r"(?:tel:)?[+\uff0b]?[\d\s().\-/\u2010-\u2015\u00a0]+", text):
            return None
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_valid_number(number):
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    return standard


def identifier(scheme: str) -> Standard:
    """A function of an identifier: its compact form or null.

    :param scheme: python-stdnum's name of it
    """

    def standard(text: str) -> str | None:
        import importlib

        module = importlib.import_module(f"stdnum.{scheme}")
        try:
            return str(module.validate(text))
        # Its modules meet text that they were not written for with errors of every kind; none is an identifier.
        except Exception:  # noqa: BLE001
            return None

    return standard


def named(codes: Iterable[tuple[str, str]]) -> Standard:
    """A function of a name: its code or null. Case, accents and white space are passed over.

    :param codes: name and code
    """

    def plain(name: str) -> str:
        import unicodedata

        apart = unicodedata.normalize("NFKD", name.replace("\u2019", "'").casefold())
        return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())

    known = {plain(name): code for name, code in codes}

    def standard(text: str) -> str | None:
        return known.get(plain(text))

    return standard
