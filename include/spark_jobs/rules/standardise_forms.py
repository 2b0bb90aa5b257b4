"""Brings text to a standard form: null where it is not what the form asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from groundwork.spec.rules.standardise_forms import (
    BooleanForm,
    CountryForm,
    CurrencyForm,
    DateForm,
    EmailForm,
    Form,
    IdentifierForm,
    NumberForm,
    PhoneForm,
    PostcodeForm,
    QuantityForm,
    TimestampForm,
)
from spark_jobs.rules.standardise_libraries import as_country, as_currency, as_identifier, as_phone
from spark_jobs.rules.standardise_numbers import as_number, as_quantity
from spark_jobs.rules.standardise_postcodes import as_postcode
from spark_jobs.rules.standardise_times import as_date, as_timestamp

if TYPE_CHECKING:
    from pyspark.sql import Column

_ATOM = r"[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?"
# The lengths first: without them a text of a million dots would exhaust the stack of Java's matcher.
EMAIL = (
    rf"^(?=[^@]{{1,64}}@)(?=.{{6,254}}\z){_ATOM}(?:\.{_ATOM})*"
    rf"@(?:{_LABEL}\.)+(?:\p{{L}}{{2,63}}|xn--[a-z0-9-]{{2,59}})\z"
)


def is_text_form(form: Form) -> bool:
    """Whether the form is one of text, which no other type is read from."""
    return not isinstance(form, DateForm | TimestampForm | NumberForm | QuantityForm | BooleanForm)


def in_form(form: Form, text: Column, beside: Column | None = None) -> Column:
    """The text in that form.

    :param beside: the row's country, for a form that takes it from another column
    """
    if isinstance(form, PhoneForm):
        return as_phone(form, text, beside)
    if isinstance(form, PostcodeForm):
        return as_postcode(form, text, beside)
    return _MAKERS[type(form)](form, text)


def _as_boolean(form: BooleanForm, text: Column) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    lower = F.lower(text)
    means = F.when(lower.isin("true", *(word.lower() for word in form.true_words)), F.lit("true"))
    return means.when(lower.isin("false", *(word.lower() for word in form.false_words)), F.lit("false"))


def _as_email(_: EmailForm, text: Column) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    # Held against the form as it is written in the end: a letter's lower case can be a letter and an accent.
    host = F.lower(F.substring_index(text, "@", -1))
    written = F.concat(F.substring_index(text, "@", 1), F.lit("@"), host)
    return F.when((F.length(text) == F.length(written)) & written.rlike(EMAIL), written)


_MAKERS: dict[type[Form], Callable[[Any, Column], Column]] = {
    DateForm: as_date,
    TimestampForm: as_timestamp,
    NumberForm: as_number,
    QuantityForm: as_quantity,
    BooleanForm: _as_boolean,
    EmailForm: _as_email,
    IdentifierForm: as_identifier,
    CountryForm: as_country,
    CurrencyForm: as_currency,
}
