"""Text in its standard form, or a reason: against values worked out by hand and by other libraries."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark import cloudpickle

from spark_jobs.rules.standardise_libraries import identifier, named, phone_number, remembering
from tests.spark.products import Product, columns
from tests.spark.rules.examples import BATCH

Form = dict[str, Any]
# Form → text → what it becomes, None where it has no such form.
CASES: list[tuple[Form, dict[str, str | None]]] = [
    (
        {"type": "phone", "region": "US"},
        {
            "(212) 555-0100": "+12125550100",
            "+49 (0)30 901820": "+4930901820",
            "tel:+1-212-555-0100": "+12125550100",
            "٢١٢ ٥٥٥ ٠١٠٠": "+12125550100",
            "12": None,
            "call 212 555 0100": None,
            "2125550100 ext. 5": None,
            "1-800-FLOWERS": None,
        },
    ),
    ({"type": "phone"}, {"(212) 555-0100": None, "+12125550100": "+12125550100"}),
    (
        {"type": "email"},
        {
            "Ada.Lovelace@Example.COM": "Ada.Lovelace@example.com",
            "o'hara+list@x.co.uk": "o'hara+list@x.co.uk",
            "jürgen@müller.example": "jürgen@müller.example",
            "a@xn--mller-kva.xn--p1ai": "a@xn--mller-kva.xn--p1ai",
            f"{'a' * 64}@b.de": f"{'a' * 64}@b.de",
            f"{'a' * 65}@b.de": None,
            "a@b": None,
            "a@İx.tr": None,
            "a..b@c.de": None,
            ".a@c.de": None,
            "a@-b.de": None,
            "a@b.1de": None,
            "a@b@c.de": None,
            "Ada <a@b.de>": None,
            "a@b.de\nbcc: c@d.de": None,
            ".".join("a" * 50_000) + "@b.de": None,
            "a@" + "b." * 50_000 + "de": None,
        },
    ),
    (
        {"type": "country", "languages": ["de"], "aliases": {"UK": "GB"}},
        {"Germany": "DE", "deu": "DE", "276": "DE", "Deutschland": "DE", "cote d'ivoire": "CI", "uk": "GB"}
        | {"CÔTE  D’IVOIRE": "CI", "Atlantis": None, "D": None},
    ),
    ({"type": "country", "code": "alpha3"}, {"de": "DEU", "South Korea": "KOR", "Korea": None}),
    (
        {"type": "currency", "aliases": {"€": "EUR"}},
        {"euro": "EUR", "€": "EUR", "978": "EUR", "usd": "USD", "$": None},
    ),
    (
        {"type": "postcode", "country": "GB"},
        {"sw1a1aa": "SW1A 1AA", "M1 1AE": "M1 1AE", "EC1A1BB": "EC1A 1BB", "SW1A 1A": None, "1012 AB": None},
    ),
    ({"type": "postcode", "country": "LT"}, {"01100": "LT-01100", "lt-01100": "LT-01100", "L-01100": None}),
    (
        {"type": "postcode", "country": "US"},
        {"10001": "10001", "100011234": "10001-1234", "10001 1234": "10001-1234", "1000-1": None},
    ),
    # By the check digits that the standards' own examples have.
    (
        {"type": "identifier", "scheme": "iban"},
        {"DE89 3704 0044 0532 0130 00": "DE89370400440532013000", "DE89 3704 0044 0532 0130 01": None, "x": None},
    ),
    (
        {"type": "identifier", "scheme": "isbn"},
        {"978-3-16-148410-0": "9783161484100", "978-3-16-148410-1": None},
    ),
    ({"type": "identifier", "scheme": "luhn"}, {"7992739871-3": None, "79927398713": "79927398713"}),
    (
        {"type": "boolean", "trueWords": ["ja", "1"], "falseWords": ["nein"]},
        {"JA": "true", "1": "true", "Nein": "false", "TRUE": "true", "0": None},
    ),
    (
        {"type": "number", "locale": "de_DE"},
        {"1.234,5": "1234.5", "1234,5": "1234.5", "+7": "7", ",5": "0.5", "-,5": "-0.5", "−3": "-3"}
        | {"12.34": None, "1.2345": None, "1.234.5": None, "1,": None, "1e3": None, "0x1F": None, "1 234": None}
        | {"1" + ".000" * 25_000: None, "9" * 80: "9" * 80, "9" * 81: None},
    ),
    ({"type": "number", "locale": "de_CH"}, {"1'234.5": "1234.5", "1’234.5": "1234.5", "1,5": None}),
    ({"type": "number", "locale": "hi_IN"}, {"12,34,567.5": "1234567.5", "1,234,567": None, "123": "123"}),
    (
        {"type": "quantity", "from": "mile", "to": "kilometre", "decimals": 3},
        {"1": "1.609", "0.5": "0.805", "-2.5": "-4.023", "1e3": None, "1" * 19: None, "0." + "1" * 11: None},
    ),
    (
        {"type": "quantity", "from": "fahrenheit", "to": "celsius", "decimals": 1},
        {"212": "100.0", "-40": "-40.0", "98.6": "37.0"},
    ),
    (
        {"type": "quantity", "from": "tonne", "to": "ounce", "decimals": 2},
        {"999999999999999999": "35273961949580412880401.85", "1": "35273.96"},
    ),
    (
        {"type": "date", "formats": ["dd.MM.yyyy", "yyyy-MM-dd"]},
        {"31.12.2013": "2013-12-31", "2013-12-31": "2013-12-31", "31.02.2013": None, "1.1.2013": None, "0": None},
    ),
    (
        {"type": "date", "formats": ["dd/MM/yyyy", "MM/dd/yyyy"]},
        {"31/12/2013": "2013-12-31", "12/31/2013": "2013-12-31", "02/02/2013": "2013-02-02", "01/02/2013": None},
    ),
    (
        {"type": "timestamp", "formats": ["yyyy-MM-dd'T'HH:mm:ss[.SSSSSS]X", "yyyy-MM-dd HH:mm"]},
        {
            "2013-01-01T10:00:00Z": "2013-01-01T10:00:00Z",
            "2013-01-01T10:00:00.250000+02": "2013-01-01T08:00:00.25Z",
            "2013-01-01 10:00": "2013-01-01T10:00:00Z",
            "+294247-01-10 04:00": None,
            "0000-01-01 00:00": None,
        },
    ),
]


def standardising(spark: Any, forms: list[Form], name: str, **more: Any) -> Product:
    """A product whose column ``x<n>`` is brought to the n-th form by the rule ``r<n>``."""
    rules = [
        {"name": f"r{place}", "kind": "standardise", "columns": [f"x{place}"], "as": form} | more
        for place, form in enumerate(forms)
    ]
    return Product(spark, name, columns(*(f"x{place} string" for place in range(len(forms)))), rules=rules)


def test_text_becomes_what_its_form_asks_for_or_breaks_the_rule(spark: Any) -> None:
    p = standardising(spark, [form for form, _ in CASES], "forms")
    depth = max(len(texts) for _, texts in CASES)
    given_ = [[*texts, *[None] * (depth - len(texts))] for _, texts in CASES]
    judged = p.judge(*zip(*given_, strict=True))
    for place, (form, expected) in enumerate(CASES):
        for text, (broken, row) in zip(expected, judged, strict=False):
            assert row[f"x{place}"] == expected[text], (form, text[:80])
            assert (f"r{place}" in broken) == (expected[text] is None), (form, text[:80])


ZONES = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Asia/Kolkata",
]
CHANGES = [
    "2013-03-10",
    "2013-11-03",
    "2013-03-31",
    "2013-10-27",
    "2013-04-07",
    "2013-10-06",
    "2011-12-30",
    "2020-05-31",
]


def moment(shown: datetime, zone: str) -> str | None:
    """By Python's own zones: the moment whose clock shows this time, where it is one."""
    found = {shown.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    real = [each for each in found if each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == shown]
    return real[0].strftime("%Y-%m-%dT%H:%M:%SZ") if len(real) == 1 else None


def test_local_times_are_the_moments_that_pythons_zones_say(spark: Any) -> None:
    """Every half hour of the days around changes of the clocks, a whole day that Samoa left out among them."""
    forms = [{"type": "timestamp", "formats": ["yyyy-MM-dd HH:mm"], "timeZone": zone} for zone in ZONES]
    times = [datetime.fromisoformat(day) + timedelta(minutes=30 * half) for day in CHANGES for half in range(-4, 52)]
    p = standardising(spark, forms, "zones")
    judged = p.judge(*((f"{time:%Y-%m-%d %H:%M}",) * len(ZONES) for time in times))
    for time, (broken, row) in zip(times, judged, strict=True):
        expected = {f"x{place}": moment(time, zone) for place, zone in enumerate(ZONES)}
        assert {name: row[name] for name in expected} == expected, time
        assert set(broken) == {f"r{name[1:]}" for name, value in expected.items() if value is None}, time


LOCALES = ["en_US", "de_DE", "de_CH", "fr_FR", "es_ES", "sv_SE", "hi_IN", "en_IN", "ar_EG", "fa_IR", "my_MM", "pt_PT"]
NUMBERS = ["0", "7", "-7", "0.5", "-0.25", "999", "1000", "12345.678", "-1234567.5", "100000000", "9876543210.125"]


def test_numbers_that_babel_writes_are_read(spark: Any) -> None:
    p = standardising(spark, [{"type": "number", "locale": locale} for locale in LOCALES], "locales")
    rows = [
        tuple(format_decimal(Decimal(number), locale=locale, numbering_system="default") for locale in LOCALES)
        for number in NUMBERS
    ]
    for number, texts, (_, row) in zip(NUMBERS, rows, p.judge(*rows), strict=True):
        assert {row[f"x{place}"] for place in range(len(LOCALES))} == {number}, texts


def test_postcodes_that_people_have_keep_their_letters_and_digits(spark: Any) -> None:
    """Faker's, which follow each country's own rules and leave a separator out now and then."""
    countries = {"nl_NL": "NL", "en_CA": "CA", "pl_PL": "PL", "ja_JP": "JP", "cs_CZ": "CZ"}
    countries |= {"en_US": "US", "de_DE": "DE", "en_GB": "GB", "fr_FR": "FR", "pt_PT": "PT"}
    fakers = {locale: Faker(locale) for locale in countries}
    for place, faker in enumerate(fakers.values()):
        faker.seed_instance(place)
    p = standardising(spark, [{"type": "postcode", "country": country} for country in countries.values()], "posts")
    rows = [tuple(faker.postcode() for faker in fakers.values()) for _ in range(20)]
    for texts, (broken, row) in zip(rows, p.judge(*rows), strict=True):
        assert broken == []
        for place, text in enumerate(texts):
            assert re.sub("[ -]", "", row[f"x{place}"]) == re.sub("[ -]", "", text)


# What these make of a text they make of their own result too; a number as a locale writes it cannot be read twice.
STABLE: list[Form] = [form for form, _ in CASES if form["type"] not in ("number", "quantity", "date", "timestamp")]
texts = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"[+(]?[0-9]{1,4}[) -]{0,2}[0-9]{3}[- .][0-9]{2,6}", fullmatch=True),
    st.from_regex(r"[a-zA-Z.]{1,10}@[a-zA-Z-]{1,10}\.[a-z]{2,4}", fullmatch=True),
    st.from_regex(r"[A-Z]{2}[0-9]{2}[0-9 ]{10,24}", fullmatch=True),
    st.sampled_from([text for _, expected in CASES for text in expected if len(text) < 100]),
    st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=3), st.integers(1, 2_000)),
)


@settings(max_examples=1)
@given(st.lists(texts, min_size=150, max_size=150))
def test_no_text_ends_the_job_and_what_is_standard_stays_so(spark: Any, landed: list[str]) -> None:
    """Each form once, and those that can be twice; all in one job."""
    forms = [form for form, _ in CASES]
    twice = [forms.index(form) for form in STABLE]
    cleaning = {"unicode": "NFC", "collapseWhiteSpace": True, "nullTokens": ["n/a"]}
    rules = [
        {"name": f"{name}{place}", "kind": "standardise", "columns": [f"{at}{place}"], "as": forms[place]} | cleaning
        for name, at, places in (("r", "x", range(len(forms))), ("s", "y", twice), ("t", "y", twice))
        for place in places
    ]
    names = [*(f"x{place}" for place in range(len(forms))), *(f"y{place}" for place in twice)]
    p = Product(spark, "whatever", columns(*(f"{name} string" for name in names)), rules=rules)
    for text, (broken, row) in zip(landed, p.judge(*((text,) * len(names) for text in landed)), strict=True):
        # A value, a reason, or nothing that anybody could have meant.
        empty = unicodedata.normalize("NFC", text).strip(" \t\n\r\f\v\u00a0") in ("", "n/a")
        for place, form in enumerate(forms):
            assert (row[f"x{place}"] is None) == (empty or f"r{place}" in broken), (form, text)
        assert [row[f"y{place}"] for place in twice] == [row[f"x{place}"] for place in twice], text
        assert not [rule for rule in broken if rule.startswith("t")], text


def test_a_value_is_read_as_its_type_and_one_reason_tells_what_is_wrong(product: Any) -> None:
    forms: list[Form] = [
        {"type": "date", "formats": ["dd.MM.yyyy"]},
        {"type": "timestamp", "formats": ["dd.MM.yyyy HH:mm"], "timeZone": "Europe/Berlin"},
        {"type": "number", "locale": "de_DE"},
        {"type": "boolean", "trueWords": ["ja"], "falseWords": ["nein"]},
        {"type": "number", "locale": "de_DE"},
    ]
    types = ["date", "timestamp", "decimal(8,2)", "boolean", "int"]
    rules = [
        {"name": f"r{place}", "kind": "standardise", "columns": [f"x{place}"], "as": form}
        for place, form in enumerate(forms)
    ]
    p = product(*(f"x{place}! {type_}" for place, type_ in enumerate(types)), rules=rules)
    read, unread, empty, too_fine = p.judge(
        ("31.12.2013", "31.12.2013 12:00", "1.234,50", "Ja", "1.000"),
        ("x", "x", "x", "x", "x"),
        ("",) * 5,
        ("31.12.2013", "31.12.2013 12:00", "1", "nein", "1,5"),
    )
    assert read[0] == []
    assert [str(read[1][f"x{place}"]) for place in range(5)] == [
        "2013-12-31",
        "2013-12-31 11:00:00",
        "1234.50",
        "True",
        "1000",
    ]
    assert unread[0] == [f"r{place}" for place in range(5)]
    assert empty[0] == [f"required_x{place}" for place in range(5)]
    assert too_fine[0] == ["readable_x4"]


def test_a_warning_leaves_null_and_cannot_publish_a_required_column_without_a_value(product: Any) -> None:
    rule = {"name": "known", "kind": "standardise", "columns": ["x", "y"], "as": {"type": "email"}, "otherwise": "warn"}
    p = product("x string", "y! string", rules=[rule])
    assert p.judge(("no", "a@b.de"))[0][0] == ["known"]
    assert p.made("x", ("no", "a@b.de")) == [None]
    assert p.breaks(("a@b.de", "no")) == [["known", "required_y"]]


def test_rules_of_one_column_follow_each_other_and_take_the_country_as_it_is_in_the_end(product: Any) -> None:
    rules = [
        {"name": "phone", "kind": "standardise", "columns": ["x"], "as": {"type": "phone", "regionColumn": "y"}},
        {"name": "no_dash", "kind": "standardise", "columns": ["y"], "nullTokens": ["-"]},
        {"name": "country", "kind": "standardise", "columns": ["y"], "as": {"type": "country"}},
        {"name": "number", "kind": "standardise", "columns": ["z"], "as": {"type": "number", "locale": "de_DE"}},
        {
            "name": "metric",
            "kind": "standardise",
            "columns": ["z"],
            "as": {"type": "quantity", "from": "mile", "to": "metre", "decimals": 0},
        },
    ]
    p = product("x string", "y string", "z int", rules=rules)
    first, second, third = p.judge(("030 901820", "Germany", "1,5"), ("030 901820", "-", "?"), ("1", "Nowhere", None))
    assert (first[0], first[1]["x"], first[1]["y"], first[1]["z"]) == ([], "+4930901820", "DE", 2414)
    assert (set(second[0]), second[1]["y"], second[1]["z"]) == ({"phone", "number"}, None, None)
    assert set(third[0]) == {"phone", "country"}


def test_python_workers_see_each_text_once_whatever_reads_the_result(product: Any) -> None:
    """Two forms that Python knows, of one batch, are one pass of Arrow; a second one would double what they cost."""
    from pyspark.sql import functions as F  # noqa: N812

    from spark_jobs.rules.landing import read_landing

    rules = [
        {"name": "phone", "kind": "standardise", "columns": ["x"], "as": {"type": "phone", "region": "US"}},
        {"name": "iban", "kind": "standardise", "columns": ["y"], "as": {"type": "identifier", "scheme": "iban"}},
    ]
    p = product("x string", "y string", rules=rules)
    raw = p.spark.createDataFrame([("1", "2")], "x string, y string").withColumn("z", F.lit(1))
    frame = read_landing(p.run(BATCH), raw, [F.col("z")]).flush()
    plan = frame._jdf.queryExecution().executedPlan().toString()
    assert plan.count("ArrowEvalPython") == 1
    assert "BatchEvalPython" not in plan


def test_workers_need_none_of_our_modules() -> None:
    makers = [phone_number(), identifier("iban"), named([("Côte d'Ivoire", "CI")])]
    calls = [("212 555 0100", "US"), ("DE89 3704 0044 0532 0130 00",), ("COTE  D’IVOIRE",)]
    payload = pickle.dumps(
        [(cloudpickle.dumps(remembering(maker)), call) for maker, call in zip(makers, calls, strict=True)]
    )
    script = (
        "import pickle, sys; calls = pickle.load(sys.stdin.buffer); "
        "print([pickle.loads(made)(*call) for made, call in calls]); "
        "assert not any(name.startswith(('spark_jobs', 'groundwork')) for name in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], input=payload, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "['+12125550100', 'DE89370400440532013000', 'CI']"
