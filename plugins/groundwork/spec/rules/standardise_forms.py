"""The standard forms that a standardise rule can bring text to: one class a form, chosen by ``type``."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from groundwork.spec.base import Frozen, Identifier
from groundwork.spec.date_pattern import unreadable
from groundwork.spec.rules.postcodes import POSTCODES
from groundwork.spec.rules.standardise_names import (
    COUNTRIES,
    CURRENCIES,
    IDENTIFIERS,
    NUMBER_LOCALES,
    PHONE_REGIONS,
    one_of,
)
from groundwork.spec.rules.units import UNITS, Unit


def _pattern(value: str) -> str:
    if wrong := unreadable(value):
        raise ValueError(f"{wrong!r} of {value!r} is nothing that Spark can read a date by")
    letters = set(re.sub(r"'[^']*'", "", value))
    if not letters & set("yu") or not ((letters & set("ML") and "d" in letters) or "D" in letters):
        raise ValueError(f"{value!r} leaves year, month or day open")
    return value


def _zone(value: str) -> str:
    try:
        known = value == "UTC" or ("/" in value and bool(ZoneInfo(value)))
    except (ValueError, OSError, KeyError):
        known = False
    if not known:
        raise ValueError(f"{value!r} is no time zone; write one as Europe/Berlin or UTC")
    return value


DatePattern = Annotated[str, AfterValidator(_pattern)]
Formats = Annotated[tuple[DatePattern, ...], Field(min_length=1, max_length=10)]
Spelling = Annotated[str, StringConstraints(min_length=1)]
Words = Annotated[tuple[str, ...], Field(min_length=1)]
OFFSET_LETTERS = "VzOXx"
"""Letters of a pattern that read a zone or an offset from the text."""


class DateForm(Frozen):
    """A day: ``2013-01-31``.

    :param formats: Spark's patterns, tried in their order; text that two of them read as two days is ambiguous and
        breaks the rule
    """

    type: Literal["date"]
    formats: Formats = Field(description="Spark's patterns of a date, tried in order.")

    @property
    def meaning(self) -> str:
        return f"a date written as {' or '.join(self.formats)}"


class TimestampForm(Frozen):
    """A moment in UTC: ``2013-01-31T17:30:00Z``.

    :param formats: Spark's patterns, tried in their order; text that two of them read as two moments is ambiguous and
        breaks the rule
    :param time_zone: whose clock the text shows where its format reads no offset; a time that this clock skipped or
        showed twice breaks the rule
    """

    type: Literal["timestamp"]
    formats: Formats = Field(description="Spark's patterns of a timestamp, tried in order.")
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        default="UTC", description="Whose clock the text shows where its format reads no offset: Europe/Berlin."
    )

    @model_validator(mode="after")
    def _zone_is_used(self) -> TimestampForm:
        if self.time_zone != "UTC" and all(has_offset(pattern) for pattern in self.formats):
            raise ValueError("timeZone has no effect: every format reads an offset. Leave it out")
        return self

    @property
    def meaning(self) -> str:
        return f"a time written as {' or '.join(self.formats)} that clocks in {self.time_zone} showed once"


def has_offset(pattern: str) -> bool:
    """Whether a date-time pattern reads a zone or an offset from the text."""
    return bool(set(re.sub(r"'[^']*'", "", pattern)) & set(OFFSET_LETTERS))


class NumberForm(Frozen):
    """A number with a point before its decimals and nothing between its digits: ``-1234.5``.

    :param locale: who wrote it, as ``de_DE``; its separators stand where they belong or not at all
    """

    type: Literal["number"]
    locale: Annotated[str, AfterValidator(one_of(NUMBER_LOCALES, "locale"))] = Field(
        description="Whose decimal and grouping signs the text has: en_US, de_DE."
    )

    @property
    def meaning(self) -> str:
        return f"a number as {self.locale} writes it"


class BooleanForm(Frozen):
    """``true`` or ``false``.

    :param true_words: texts that mean true, whatever their case; ``true`` does so always
    :param false_words: texts that mean false, whatever their case; ``false`` does so always
    """

    type: Literal["boolean"]
    true_words: Words = Field(description="Texts that mean true, whatever their case.")
    false_words: Words = Field(description="Texts that mean false, whatever their case.")

    @model_validator(mode="after")
    def _apart(self) -> BooleanForm:
        both = {word.lower() for word in (*self.true_words, "true")} & {
            word.lower() for word in (*self.false_words, "false")
        }
        if both:
            raise ValueError(f"{', '.join(sorted(both))} cannot mean both true and false")
        return self

    @property
    def meaning(self) -> str:
        return f"one of {', '.join((*self.true_words, *self.false_words))}"


class PhoneForm(Frozen):
    """A telephone number in E.164: ``+12125550100``.

    :param region: country whose national numbers are understood (ISO 3166, two letters)
    :param region_column: landing column that holds this country for each row; ``region`` is for rows without one
    """

    type: Literal["phone"]
    region: Annotated[str, AfterValidator(one_of(PHONE_REGIONS, "region"))] | None = Field(
        default=None, description="Country whose national numbers are understood: US. Without: international ones only."
    )
    region_column: Identifier | None = Field(default=None, description="Landing column with the row's country.")

    @property
    def meaning(self) -> str:
        where = f" of {self.region}" if self.region else ""
        return f"a telephone number{where} that can be dialled"


class EmailForm(Frozen):
    """An e-mail address, its domain in lower case; the part before @ stays as it is, which may matter to its host."""

    type: Literal["email"]

    @property
    def meaning(self) -> str:
        return "an e-mail address"


class CountryForm(Frozen):
    """A country by its ISO 3166 code.

    :param code: alpha2 (``DE``) or alpha3 (``DEU``)
    :param languages: whose names of countries are understood, besides ISO's codes and English names
    :param aliases: further spellings: text → two-letter code
    """

    type: Literal["country"]
    code: Literal["alpha2", "alpha3"] = Field(default="alpha2", description="Two letters (DE) or three (DEU).")
    languages: tuple[Annotated[str, AfterValidator(one_of(NUMBER_LOCALES, "language"))], ...] = Field(
        default=("en",), description="Whose names of countries are understood: de, fr."
    )
    aliases: dict[Spelling, Annotated[str, AfterValidator(one_of(COUNTRIES, "country"))]] = Field(
        default={}, description="Further spellings: text: two-letter code."
    )

    @property
    def meaning(self) -> str:
        return "a country that ISO 3166 knows"


class CurrencyForm(Frozen):
    """A currency by its ISO 4217 code: ``EUR``.

    :param aliases: further spellings: text → code; ISO's codes, numbers and English names are known
    """

    type: Literal["currency"]
    aliases: dict[Spelling, Annotated[str, AfterValidator(one_of(CURRENCIES, "currency"))]] = Field(
        default={}, description="Further spellings: text: three-letter code."
    )

    @property
    def meaning(self) -> str:
        return "a currency that ISO 4217 knows"


class PostcodeForm(Frozen):
    """A postcode as its country writes it: ``1012 AB``. Its form is checked, not whether a place has it.

    :param country: the country (ISO 3166, two letters)
    :param country_column: landing column that holds it for each row; ``country`` is for rows without one
    """

    type: Literal["postcode"]
    country: Annotated[str, AfterValidator(one_of(tuple(POSTCODES), "country with a known form"))] | None = Field(
        default=None, description="The country: NL."
    )
    country_column: Identifier | None = Field(default=None, description="Landing column with the row's country.")

    @model_validator(mode="after")
    def _somewhere(self) -> PostcodeForm:
        if not self.country and not self.country_column:
            raise ValueError("declare country or countryColumn: a postcode alone says not whose it is")
        return self

    @property
    def meaning(self) -> str:
        return f"a postcode of {self.country or 'its country'}"


class IdentifierForm(Frozen):
    """A number with a checksum or a fixed form, without separators: ``DE89370400440532013000``.

    :param scheme: what it is, by python-stdnum's name: ``iban``, ``isbn``, ``lei``, ``de.vat``
    """

    type: Literal["identifier"]
    scheme: Annotated[str, AfterValidator(one_of(IDENTIFIERS, "identifier"))] = Field(
        description="What it is, by python-stdnum's name.", json_schema_extra={"enum": list(IDENTIFIERS)}
    )

    @property
    def meaning(self) -> str:
        return f"a valid {self.scheme}"


class QuantityForm(Frozen):
    """A number in another unit.

    :param unit: unit of the text
    :param to: unit of the result, of the same dimension
    :param decimals: digits behind the point, rounded half up
    """

    type: Literal["quantity"]
    unit: Unit = Field(alias="from", description="Unit of the text.")
    to: Unit = Field(description="Unit of the result.")
    decimals: int = Field(ge=0, le=6, description="Digits behind the point, rounded half up.")

    @model_validator(mode="after")
    def _one_dimension(self) -> QuantityForm:
        here, there = UNITS[self.unit].dimension, UNITS[self.to].dimension
        if here != there:
            raise ValueError(f"{self.unit} is a unit of {here}, {self.to} one of {there}")
        return self

    @property
    def meaning(self) -> str:
        return f"a number of {self.unit} with at most 18 digits before and 10 behind the point"


Form = Annotated[
    DateForm
    | TimestampForm
    | NumberForm
    | BooleanForm
    | PhoneForm
    | EmailForm
    | CountryForm
    | CurrencyForm
    | PostcodeForm
    | IdentifierForm
    | QuantityForm,
    Field(discriminator="type"),
]
