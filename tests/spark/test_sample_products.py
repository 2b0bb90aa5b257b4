"""The sample's own contracts and rules on the real records, held against figures that pandas finds."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from demo.landing import months, source_folder
from demo.passengers import HEADER, passengers
from groundwork.spec import names
from groundwork.spec.include import load_product
from groundwork.spec.report import AcquireReport, RefineReport
from groundwork.spec.run import Batch, FrozenRun, JobBundle, JobSpec, LandedFile, LookUpPin
from sandbox.settings import REPOSITORY
from spark_jobs import storage
from spark_jobs.job import run_job
from tests.spark.conftest import KEY
from tests.spark.products import ACQUIRED_AT, BUCKET, ENVIRONMENT

INCLUDE = REPOSITORY / "include"
MARCH = 3


@dataclass(frozen=True)
class Published:
    """A product after both stages, as it is declared: its gate and its checks decide."""

    spark: Any
    acquired: AcquireReport
    refined: RefineReport
    tables: dict[str, str]

    def pandas(self, layer: str = "refined") -> pd.DataFrame:
        """All rows of a layer's table."""
        return self.spark.table(self.tables[layer]).toPandas()

    @property
    def pin(self) -> LookUpPin:
        """What a product that looks it up is given."""
        assert self.refined.snapshot_id is not None
        return LookUpPin(
            product=self.refined.product, table=self.tables["refined"], snapshot_id=self.refined.snapshot_id
        )


def publish(spark: Any, product: str, body: bytes, *pins: LookUpPin, include: Path = INCLUDE) -> Published:
    """Land one file and carry out both stages."""
    declared = load_product(include, product)
    answer = storage.client().put_object(Bucket=BUCKET, Key=f"sample/{product}.csv", Body=body)
    digest = hashlib.sha256(body).hexdigest()
    uri = f"s3://{BUCKET}/sample/{product}.csv"
    file = LandedFile(uri=uri, size=len(body), etag=answer["ETag"].strip('"'), sha256=digest)
    batch = Batch(batch_id=names.batch_id(product, [digest]), files=(file,), acquired_at=ACQUIRED_AT, sequence=1)
    run = FrozenRun(
        prefix=names.run_prefix(ENVIRONMENT, "sample", product),
        dag_id="sample",
        run_id=product,
        requested_by="steward",
        frozen_at=ACQUIRED_AT,
        environment=ENVIRONMENT,
        contract=declared.contract,
        ruleset=declared.ruleset,
        bundle=JobBundle(spec_version=1, digest="d", archive="a", entry_point="e"),
        batches=(batch,),
        look_ups=pins,
        fencing_token=1,
    )
    acquired, refined = run_job(spark, JobSpec(spec_version=1, stages=("acquire", "refine"), run=run))
    assert isinstance(acquired, AcquireReport)
    assert isinstance(refined, RefineReport)
    layers: tuple[names.Layer, ...] = ("raw", "refined", "quarantine")
    tables = {layer: names.table(ENVIRONMENT, declared.contract, layer) for layer in layers}
    return Published(spark, acquired, refined, tables)


def violations(report: RefineReport) -> dict[str, int]:
    """Rules that any row broke."""
    return {rule.rule: rule.violations for rule in report.rules if rule.violations}


@pytest.fixture(scope="module")
def source() -> Path:
    return source_folder()


@pytest.fixture(scope="module")
def airlines(spark: Any, source: Path) -> Published:
    return publish(spark, "airlines", (source / "airlines.csv").read_bytes())


@pytest.fixture(scope="module")
def airports(spark: Any, source: Path) -> Published:
    return publish(spark, "airports", (source / "airports.csv").read_bytes())


@pytest.fixture(scope="module")
def planes(spark: Any, source: Path) -> Published:
    return publish(spark, "planes", (source / "planes.csv").read_bytes())


def test_airports_outside_the_country_or_without_a_time_zone_are_set_aside(airports: Published) -> None:
    counts = airports.refined.counts
    assert (counts.raw, counts.published, counts.quarantined) == (1458, 1453, 5)
    assert violations(airports.refined) == {"in_the_united_states": 3, "required_time_zone": 3}
    assert sorted(airports.pandas("quarantine")["airport_code"]) == ["DVT", "EEN", "LRO", "MYF", "YAK"]
    assert set(airports.pandas()["time_zone"].str.partition("/")[0]) == {"America", "Pacific"}


def test_what_has_fewer_than_twenty_seats_is_no_airliner(planes: Published, source: Path) -> None:
    original = pd.read_csv(source / "planes.csv")
    small = set(original[original.seats < 20].tailnum)
    assert len(small) == 40
    assert set(planes.pandas("quarantine")["tail_number"]) == small
    assert set(planes.pandas()["tail_number"]) == set(original.tailnum) - small
    assert violations(planes.refined) == {"is_an_airliner": 40, "year_of_manufacture_known": 70}


def test_the_storm_that_never_was_is_set_aside(spark: Any, source: Path) -> None:
    header, *lines = (source / "weather.csv").read_bytes().splitlines(keepends=True)
    two_months = [line for line in lines if line.split(b",")[2] in (b"2", b"3")]
    weather = publish(spark, "weather", header + b"".join(two_months))
    counts = weather.refined.counts
    assert (weather.refined.outcome, counts.raw, counts.published) == ("published", 2010 + 2227, 2010 + 2227 - 1)
    assert violations(weather.refined) == {"plausible_wind": 1, "measured_at_all": 1}
    (aside,) = weather.pandas("quarantine").itertuples()
    assert aside.wind_speed_mph == "1048.36058"
    table = weather.pandas()
    assert table.wind_speed_mph.max() < 50
    assert (table.reported_at - table.event_time == pd.Timedelta("1h")).all()
    assert (table.known_at == table.reported_at).all()


class TestFlights:
    """March: the month in which the clocks go forward."""

    @pytest.fixture(scope="class")
    def flights(
        self, spark: Any, source: Path, airlines: Published, airports: Published, planes: Published
    ) -> Published:
        body = dict(months(source / "flights.csv.zip"))[MARCH]
        return publish(spark, "flights", body, airlines.pin, airports.pin, planes.pin)

    @pytest.fixture(scope="class")
    def table(self, flights: Published) -> pd.DataFrame:
        return flights.pandas()

    @pytest.fixture(scope="class")
    def original(self, source: Path) -> pd.DataFrame:
        with zipfile.ZipFile(source / "flights.csv.zip") as archive, archive.open("flights.csv") as stream:
            everything = pd.read_csv(stream)
        return everything[everything.month == MARCH]

    def test_every_row_is_somewhere_and_the_gate_lets_the_month_pass(self, flights: Published) -> None:
        counts = flights.refined.counts
        assert flights.refined.outcome == "published"
        assert (counts.raw, counts.published, counts.quarantined, counts.dropped) == (28_834, 28_832, 2, 0)
        assert [file.rows for file in flights.acquired.files] == [28_834]

    def test_the_hour_that_did_not_exist_and_the_speed_that_cannot_be(self, flights: Published) -> None:
        assert flights.refined.quarantine_reasons == {"arrival_agrees": 1, "possible_speed": 1}
        aside = flights.pandas("quarantine")
        found = {(row.carrier, row.flight, row.day, row.destination) for row in aside.itertuples()}
        assert found == {("B6", "35", "9", "PBI"), ("EV", "3805", "23", "BNA")}

    def test_missing_planes_and_airports_are_published_and_counted(
        self, flights: Published, table: pd.DataFrame, original: pd.DataFrame, planes: Published
    ) -> None:
        known = set(planes.pandas()["tail_number"])
        without_plane = int((~original.tailnum.isin(known)).sum())
        without_airport = int(original.dest.isin(["SJU", "BQN", "PSE", "STT"]).sum())
        broken = violations(flights.refined)
        assert (broken["plane_known"], broken["destination_known"]) == (without_plane, without_airport) == (4832, 740)
        assert int(table.plane_seats.isna().sum()) == without_plane
        assert (table.carrier_name[table.carrier == "UA"] == "United Air Lines Inc.").all()

    def test_cancelled_and_diverted(self, table: pd.DataFrame, original: pd.DataFrame) -> None:
        assert int(table.cancelled.sum()) == int(original.dep_time.isna().sum()) == 861
        assert int(table.diverted.sum()) == int((original.dep_time.notna() & original.arr_delay.isna()).sum()) == 71
        assert table.departed_at[table.cancelled].isna().all()
        assert table.arrived_at[table.cancelled | table.diverted].isna().all()
        assert (table.known_at >= table.event_time).all()

    def test_times_are_what_pandas_makes_of_the_local_clocks(
        self, table: pd.DataFrame, original: pd.DataFrame, source: Path
    ) -> None:
        expected = utc_times(original, pd.read_csv(source / "airports.csv"))
        key = ["year", "month", "day", "carrier", "flight", "origin"]
        both = table.merge(expected, on=key, how="left", validate="one_to_one")
        assert len(both) == 28_832
        for column in ("scheduled_departure_at", "departed_at", "scheduled_arrival_at", "arrived_at"):
            different = both[column].fillna(pd.Timestamp(0)) != both[f"expected_{column}"].fillna(pd.Timestamp(0))
            assert both[different][[*key, column, f"expected_{column}"]].to_dict("records") == []

    def test_no_column_is_taken_for_personal_data(self, flights: Published) -> None:
        assert [column.name for column in flights.acquired.profile if column.detected] == []
        assert flights.refined.undeclared_personal == ()


def utc_times(flights: pd.DataFrame, airports: pd.DataFrame) -> pd.DataFrame:
    """The four times as naive UTC: departures by New York's clocks, arrivals by the recorded HHMM at the destination.

    Arrivals come from the recorded clock and not, as the rules do it, from the delay: the two ways check each other.
    """
    zones = airports.set_index("faa").tzone.to_dict() | dict.fromkeys(
        ["SJU", "BQN", "PSE", "STT"], "America/Puerto_Rico"
    )
    zone = flights.dest.map(zones)
    day = pd.to_datetime(flights[["year", "month", "day"]])
    found = flights[["year", "month", "day", "carrier", "flight", "origin"]].copy()
    local = day + clock(flights.sched_dep_time)
    departure = to_utc(local, pd.Series("America/New_York", index=flights.index))
    departed = departure + pd.to_timedelta(flights.dep_delay, unit="min")
    found["expected_scheduled_departure_at"] = departure
    found["expected_departed_at"] = departed
    found["expected_scheduled_arrival_at"] = next_clock(departure, flights.sched_arr_time, zone)
    found["expected_arrived_at"] = next_clock(departed, flights.arr_time, zone).where(flights.arr_delay.notna())
    return found


def clock(hhmm: pd.Series) -> pd.Series:
    """HHMM as time since midnight; 2400 is midnight."""
    wrapped = hhmm % 2400
    return pd.to_timedelta(wrapped // 100 * 60 + wrapped % 100, unit="min")


def next_clock(after: pd.Series, hhmm: pd.Series, zone: pd.Series) -> pd.Series:
    """The next moment, UTC, at which the zone's clock shows HHMM."""
    shown = to_local(after, zone)
    candidate = shown.dt.normalize() + clock(hhmm)
    return to_utc(candidate.where(candidate > shown, candidate + pd.Timedelta("1D")), zone)


def by_zone(values: pd.Series, zone: pd.Series, convert: Callable[[pd.Series, str], pd.Series]) -> pd.Series:
    parts = [convert(values[zone == name], name) for name in zone.unique()]
    return pd.concat(parts).reindex(values.index)


def to_utc(values: pd.Series, zone: pd.Series) -> pd.Series:
    def convert(part: pd.Series, name: str) -> pd.Series:
        placed = part.dt.tz_localize(name, ambiguous="NaT", nonexistent="shift_forward")
        return placed.dt.tz_convert("UTC").dt.tz_localize(None)

    return by_zone(values, zone, convert)


def to_local(values: pd.Series, zone: pd.Series) -> pd.Series:
    return by_zone(values, zone, lambda part, name: part.dt.tz_localize("UTC").dt.tz_convert(name).dt.tz_localize(None))


class TestPassengers:
    """Two thousand generated registrations."""

    VALID = re.compile(r"[a-z0-9._%+-]+@([a-z0-9-]+[.])+[a-z]{2,}")

    @pytest.fixture(scope="class")
    def rows(self) -> list[dict[str, str]]:
        return [dict(zip(HEADER, row, strict=True)) for row in passengers(2_000)]

    @pytest.fixture(scope="class")
    def published(self, spark: Any, rows: list[dict[str, str]]) -> Published:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return publish(spark, "passengers", text.getvalue().encode())

    def test_what_cannot_be_used_is_set_aside_with_its_reason(
        self, published: Published, rows: list[dict[str, str]]
    ) -> None:
        wanted = {
            "consent_given_or_refused": [row for row in rows if row["consent"] == ""],
            "email_valid": [row for row in rows if not self.VALID.fullmatch(row["email"].strip().lower())],
            "readable_date_of_birth": [row for row in rows if "/" in row["date_of_birth"]],
        }
        reasons = published.refined.quarantine_reasons
        assert {rule: reasons[rule] for rule in wanted} == {rule: len(found) for rule, found in wanted.items()}
        aside = {row["passenger_id"] for found in wanted.values() for row in found}
        assert set(published.pandas("quarantine")["passenger_id"]) == aside
        assert published.refined.counts.quarantined == len(aside) > 0
        assert published.refined.outcome == "published"

    def test_nothing_that_names_an_address_number_or_day_is_published(
        self, published: Published, rows: list[dict[str, str]]
    ) -> None:
        original = {row["passenger_id"]: row for row in rows}
        for row in published.pandas().itertuples():
            came = original[row.passenger_id]
            assert row.email == token(came["email"].strip().lower())
            assert row.document_number == token(came["document_number"].strip().upper())
            assert row.phone == ("***" if came["phone"] else None)
            assert row.has_phone == bool(came["phone"])
            assert row.date_of_birth.isoformat() == f"{came['date_of_birth'][:4]}-01-01"
            assert row.marketing_consent == (came["consent"].lower() == "yes")

    def test_all_personal_columns_of_the_file_are_found(self, published: Published) -> None:
        found = {column.name: column.detected for column in published.acquired.profile if column.detected}
        assert {"email", "phone", "date_of_birth", "document_number"} <= found.keys()
        assert {"first_name", "last_name"} & found.keys()
        assert published.refined.undeclared_personal == ()


def token(text: str) -> str:
    """Keyed HMAC-SHA-256, as the standard library makes it."""
    return hmac.new(KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
