"""The names that a ruleset can ask for are those that the libraries have."""

from __future__ import annotations

import importlib
import pkgutil
import re

import phonenumbers
import pycountry
import stdnum
from babel import Locale, localedata

from groundwork.spec.rules import standardise_names as names
from spark_jobs.rules.standardise_numbers import ZEROS


def test_regions_countries_and_currencies_are_those_of_the_libraries() -> None:
    assert set(names.PHONE_REGIONS) == phonenumbers.SUPPORTED_REGIONS
    assert set(names.COUNTRIES) == {country.alpha_2 for country in pycountry.countries}
    assert set(names.CURRENCIES) == {currency.alpha_3 for currency in pycountry.currencies}


def test_identifiers_are_the_modules_that_validate() -> None:
    modules = [module.name for module in pkgutil.walk_packages(stdnum.__path__, "stdnum.")]
    validating = {name for name in modules if hasattr(importlib.import_module(name), "validate")}
    assert {f"stdnum.{name}" for name in names.IDENTIFIERS} == validating


def test_locales_are_those_whose_numbers_are_grouped_by_threes_or_twos() -> None:
    plain = re.compile(r"[a-z]{2,3}(_([A-Z]{2}|[0-9]{3}))?")
    known = [Locale.parse(name) for name in localedata.locale_identifiers() if plain.fullmatch(name)]
    grouped = {
        str(locale)
        for locale in known
        if locale.decimal_formats[None].grouping in ((3, 3), (3, 2)) and locale.default_numbering_system in ZEROS
    }
    assert set(names.NUMBER_LOCALES) == grouped


def test_digits_are_those_of_unicode() -> None:
    for zero in ZEROS.values():
        assert [int(chr(ord(zero) + digit)) for digit in range(10)] == list(range(10))
