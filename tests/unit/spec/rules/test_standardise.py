"""What a standardise rule may say, by itself and about its contract's columns."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from groundwork.spec.include import load_product
from groundwork.spec.rules.postcodes import POSTCODES
from groundwork.spec.rules.standardise import Standardise
from groundwork.spec.rules.standardise_names import COUNTRIES
from groundwork.spec.rules.units import UNITS, Unit, conversion
from tests.unit.conftest import RULES, problems_of


def rule(**content: Any) -> Standardise:
    named = {"name": "clean", "kind": "standardise", "columns": ["x"]} | content
    return Standardise.model_validate(named, extra="forbid", by_alias=True, by_name=False)


HERE = "amount, line, order_id, ordered_at"
FORMS: list[dict[str, Any]] = [
    {"type": "date", "formats": ["dd.MM.yyyy", "yyyy-DDD"]},
    {"type": "timestamp", "formats": ["yyyy-MM-dd HH:mm[:ss]"], "timeZone": "Europe/Berlin"},
    {"type": "timestamp", "formats": ["yyyy-MM-dd'T'HH:mm:ssXXX"]},
    {"type": "number", "locale": "de_CH"},
    {"type": "boolean", "trueWords": ["ja"], "falseWords": ["nein"]},
    {"type": "phone"},
    {"type": "phone", "region": "US", "regionColumn": "country"},
    {"type": "email"},
    {"type": "country", "code": "alpha3", "languages": ["de"], "aliases": {"UK": "GB"}},
    {"type": "currency", "aliases": {"€": "EUR"}},
    {"type": "postcode", "countryColumn": "country"},
    {"type": "identifier", "scheme": "de.vat"},
    {"type": "quantity", "from": "mile", "to": "kilometre", "decimals": 3},
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["type"])
def test_a_rule_is_read_again_as_it_was_frozen(form: dict[str, Any]) -> None:
    declared = rule(**{"as": form, "otherwise": "warn"})
    assert Standardise.from_json(declared.to_json()) == declared
    assert declared.form is not None
    assert declared.form.meaning


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"as": {"type": "phon"}}, "does not match any of the expected tags: 'date', 'timestamp', 'number'"),
        ({"as": {"type": "email", "lower": True}}, "Extra inputs are not permitted"),
        ({"as": {"type": "phone", "region": "UK"}}, "'UK' is no region that is known"),
        ({"as": {"type": "identifier", "scheme": "ibn"}}, "'ibn' is no identifier that is known; near it: isbn, iban"),
        ({"as": {"type": "number", "locale": "de-DE"}}, "'de-DE' is no locale that is known; near it: de_DE"),
        ({"as": {"type": "date", "formats": []}}, "at least 1 item"),
        ({"as": {"type": "date", "formats": ["dd.MM"]}}, "'dd.MM' leaves year, month or day open"),
        ({"as": {"type": "date", "formats": ["dd.MM.YYYY"]}}, "'Y' of 'dd.MM.YYYY' is nothing that Spark can read"),
        ({"as": {"type": "date", "formats": ["ddd.MM.yyyy"]}}, "'ddd' of 'ddd.MM.yyyy' is nothing that Spark can read"),
        ({"as": {"type": "date", "formats": ["dd.MM.yyyy["]}}, "is nothing that Spark can read"),
        ({"as": {"type": "timestamp", "formats": ["yyyy-MM-dd HH:mm"], "timeZone": "EST"}}, "'EST' is no time zone"),
        ({"as": {"type": "timestamp", "formats": ["yyyy-MM-dd HH:mm"], "timeZone": "../etc"}}, "is no time zone"),
        (
            {"as": {"type": "timestamp", "formats": ["yyyy-MM-ddX"], "timeZone": "Europe/Berlin"}},
            "timeZone has no effect: every format reads an offset",
        ),
        (
            {"as": {"type": "boolean", "trueWords": ["J", "false"], "falseWords": ["j"]}},
            "false, j cannot mean both true and false",
        ),
        ({"as": {"type": "postcode"}}, "declare country or countryColumn"),
        ({"as": {"type": "postcode", "country": "XX"}}, "'XX' is no country with a known form"),
        ({"as": {"type": "postcode", "countryColumn": "x"}}, "'x' cannot be standardised by the country in itself"),
        ({"as": {"type": "country", "aliases": {"UK": "UK"}}}, "'UK' is no country that is known"),
        ({"as": {"type": "currency", "aliases": {"€": "EURO"}}}, "'EURO' is no currency that is known; near it: EUR"),
        (
            {"as": {"type": "quantity", "from": "mile", "to": "gram", "decimals": 1}},
            "mile is a unit of length, gram one of mass",
        ),
        ({"as": {"type": "quantity", "from": "mile", "to": "kilometre", "decimals": 7}}, "less than or equal to 6"),
        ({"otherwise": "warn"}, "there is none. Remove otherwise"),
        ({"case": "camel"}, "'upper', 'lower' or 'title'"),
        ({"unicode": "NFKC"}, "'NFC'"),
    ],
)
def test_what_cannot_be_meant_is_refused(content: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        rule(**content)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        (
            "{name: a, kind: standardise, columns: [amount], as: {type: phone}}",
            "rules[2].as",
            "rule 'a' makes a phone of 'amount', a decimal(10,2). Declare it as string, or use another form",
        ),
        (
            "{name: a, kind: standardise, columns: [ordered_at], as: {type: date, formats: [dd.MM.yyyy]}}",
            None,
            "",
        ),
        (
            "{name: a, kind: standardise, columns: [line], as: {type: date, formats: [dd.MM.yyyy]}}",
            "rules[2].as",
            "rule 'a' makes a date of 'line', a int. Declare it as string or date or timestamp, or use another form",
        ),
        (
            "{name: a, kind: standardise, columns: [order_id], as: {type: phone, regionColumn: line}}",
            "rules[2].as",
            "rule 'a' takes the country from 'line', a int. Name a text column that depends on no other",
        ),
        (
            "{name: a, kind: standardise, columns: [order_id], as: {type: phone, regionColumn: land}}",
            "rules[2]",
            f"rule 'a' names column 'land', which is not there. Columns at this point: {HERE}",
        ),
    ],
)
def test_a_form_goes_with_its_column(include: Path, line: str, field: str | None, words: str) -> None:
    """Columns of the contract and the form, held against each other before a job starts."""
    head, _, tail = RULES.partition("  - name: positive")
    (include / "rules" / "orders.yaml").write_text(f"{head}  - {{name: b, kind: standardise, columns: [line]}}\n")
    content = (include / "rules" / "orders.yaml").read_text() + f"  - {line}\n  - name: positive{tail}"
    (include / "rules" / "orders.yaml").write_text(content)
    if field is None:
        assert load_product(include, "orders").ruleset.rules[2].name == "a"
    else:
        [(_, at, message)] = problems_of(lambda: load_product(include, "orders"))
        assert (at, message.split(": ", 2)[2]) == (field, words)


def test_a_column_is_not_given_two_formats(include: Path, change: Callable[..., Path]) -> None:
    change(
        "contracts/orders.yaml",
        (
            "{name: ordered_at, logicalType: timestamp,",
            "{name: ordered_at, logicalType: timestamp, logicalTypeOptions: {format: dd.MM.yyyy},",
        ),
    )
    form = "as: {type: date, formats: [yyyy-MM-dd]}"
    head, _, tail = RULES.partition("  - name: positive")
    added = f"  - {{name: a, kind: standardise, columns: [ordered_at], {form}}}\n"
    (include / "rules" / "orders.yaml").write_text(f"{head}{added}  - name: positive{tail}")
    [(line, field, message)] = problems_of(lambda: load_product(include, "orders"))
    assert (line, field) == (11, "rules[1].as")
    assert "the contract says that it is written as dd.MM.yyyy. Leave the format out of the contract" in message


def test_the_columns_that_a_rule_reads_are_those_it_names() -> None:
    assert rule(**{"as": {"type": "phone", "regionColumn": "country"}}).reads == {"x", "country"}
    assert rule(case="upper").reads == {"x"}


# By hand, from the definitions: 12 × 2.54 cm, 4 × 231 in³ …
EXACT = [
    ("foot", "centimetre", "1", "30.48"),
    ("mile", "kilometre", "1", "1.609344"),
    ("nautical_mile", "metre", "1", "1852"),
    ("yard", "metre", "1", "0.9144"),
    ("pound", "gram", "1", "453.59237"),
    ("ounce", "gram", "16", "453.59237"),
    ("tonne", "kilogram", "1", "1000"),
    ("us_gallon", "litre", "1", "3.785411784"),
    ("imperial_gallon", "litre", "1", "4.54609"),
    ("acre", "square_metre", "1", "4046.8564224"),
    ("hectare", "square_kilometre", "100", "1"),
    ("knot", "kilometre_per_hour", "1", "1.852"),
    ("mile_per_hour", "metre_per_second", "1", "0.44704"),
    ("bar", "hectopascal", "1", "1000"),
    ("kilowatt_hour", "kilojoule", "1", "3600"),
    ("kilocalorie", "joule", "1", "4184"),
    ("day", "minute", "1", "1440"),
    ("fahrenheit", "celsius", "212", "100"),
    ("fahrenheit", "celsius", "-40", "-40"),
    ("celsius", "kelvin", "0", "273.15"),
    ("kelvin", "fahrenheit", "0", "-459.67"),
]


@pytest.mark.parametrize(("here", "there", "value", "expected"), EXACT)
def test_a_conversion_is_exact(here: Unit, there: Unit, value: str, expected: str) -> None:
    times, plus, per = conversion(here, there)
    assert (Fraction(value) * times + plus) / per == Fraction(expected)
    times, plus, per = conversion(there, here)
    assert (Fraction(expected) * times + plus) / per == Fraction(value)


def test_every_unit_has_a_measure_and_appears_in_a_conversion_worked_out_by_hand() -> None:
    assert set(get_args(Unit)) == set(UNITS)
    simple = {
        "millimetre",
        "inch",
        "millilitre",
        "cubic_metre",
        "second",
        "hour",
        "pascal",
        "kilopascal",
        "square_foot",
    }
    assert {unit for here, there, *_ in EXACT for unit in (here, there)} | simple == set(UNITS)


@given(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)), st.fractions())
def test_there_and_back_is_where_one_was(here: Unit, there: Unit, value: Fraction) -> None:
    if UNITS[here].dimension != UNITS[there].dimension:
        return
    times, plus, per = conversion(here, there)
    back_times, back_plus, back_per = conversion(there, here)
    assert ((value * times + plus) / per * back_times + back_plus) / back_per == value


def test_postcodes_are_of_countries() -> None:
    assert set(POSTCODES) <= set(COUNTRIES)
    assert all(set(mask) <= set("#@*- ADLTV") for masks in POSTCODES.values() for mask in masks)


PAGE = Path(__file__).parents[4] / "docs" / "rules" / "standardise.md"


def table(head: tuple[str, str], rows: dict[str, list[str]]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    return "\n".join([*lines, *(f"| {key} | {' '.join(f'`{value}`' for value in rows[key])} |" for key in rows)])


def block(name: str) -> str:
    return PAGE.read_text(encoding="utf-8").split(f"<!-- {name} -->\n")[1].split("\n<!-- end -->")[0]


def test_the_page_has_every_unit() -> None:
    units: dict[str, list[str]] = {}
    for unit, measure in UNITS.items():
        units.setdefault(measure.dimension, []).append(unit)
    assert block("units") == table(("dimension", "units"), units)


def test_the_page_has_every_country_whose_postcodes_are_known() -> None:
    forms: dict[str, list[str]] = {}
    for country, masks in sorted(POSTCODES.items()):
        forms.setdefault(" or ".join(f"`{mask}`" for mask in masks), []).append(country)
    assert block("postcodes") == table(("form: # a digit, @ a letter, * either", "countries"), forms)
