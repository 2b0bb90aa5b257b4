"""The flights and the weather as their published tables have them, as far as the model's features read them.

Written by Spark from the source's CSV with the essentials of the products' rules, so that features can be measured
without refining first.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demo.landing import source_folder
from groundwork.spec.model_run import TablePin
from spark_jobs.iceberg import Table

BATCH = "f" * 16
NUMBER = "cast(nullif({0}, 'NA') as int)"
FLIGHTS = {
    **{name: f"cast({name} as int)" for name in ("year", "month", "day", "flight")},
    **{name: name for name in ("carrier", "origin")},
    "destination": "dest",
    "tail_number": "nullif(tailnum, 'NA')",
    "scheduled_departure_at": (
        "to_utc_timestamp(make_timestamp(cast(year as int), cast(month as int), cast(day as int), "
        "cast(sched_dep_time as int) div 100, cast(sched_dep_time as int) % 100, 0), 'America/New_York')"
    ),
    "scheduled_departure_hhmm": "cast(sched_dep_time as int)",
    "scheduled_arrival_hhmm": "cast(sched_arr_time as int)",
    "departure_delay_minutes": NUMBER.format("dep_delay"),
    "arrival_delay_minutes": NUMBER.format("arr_delay"),
    "distance_miles": "cast(distance as int)",
    "plane_manufactured_year": "cast(1985 + abs(hash(tailnum)) % 28 as int)",
    "plane_seats": "cast(50 + abs(hash(tailnum)) % 300 as int)",
}
TIMES = {
    "scheduled_arrival_at": "timestampadd(MINUTE, cast(distance_miles / 7 + 40 as int), scheduled_departure_at)",
    "known_at": "timestampadd(MINUTE, coalesce(arrival_delay_minutes, 1440), scheduled_arrival_at)",
    "event_time": "scheduled_departure_at",
    "_batch_id": f"'{BATCH}'",
}
VALUE = "cast(nullif({0}, 'NA') as double)"
WEATHER = {
    "origin": "origin",
    "event_time": "to_timestamp(time_hour, \"yyyy-MM-dd'T'HH:mm:ssX\")",
    "known_at": "timestampadd(HOUR, 1, to_timestamp(time_hour, \"yyyy-MM-dd'T'HH:mm:ssX\"))",
    "temperature_f": VALUE.format("temp"),
    "dew_point_f": VALUE.format("dewp"),
    "wind_direction": VALUE.format("wind_dir"),
    "humidity_percent": VALUE.format("humid"),
    "wind_speed_mph": VALUE.format("wind_speed"),
    "wind_gust_mph": VALUE.format("wind_gust"),
    "precipitation_inches": VALUE.format("precip"),
    "pressure_millibars": VALUE.format("pressure"),
    "visibility_miles": VALUE.format("visib"),
    "_batch_id": f"'{BATCH}'",
}


def flight_tables(spark: Any, folder: Path, months: Sequence[int], copies: int = 1) -> tuple[TablePin, TablePin]:
    """Both tables, pinned.

    :param folder: where the source's months are unpacked
    :param copies: of every flight; each copy flies for carriers, between airports and with planes of its own
    """
    folder.mkdir(parents=True, exist_ok=True)
    csv = folder / "flights.csv"
    with zipfile.ZipFile(source_folder() / "flights.csv.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith("flights.csv"))
        lines = io.TextIOWrapper(archive.open(name), newline="").read().splitlines()
    wanted = [lines[0], *(line for line in lines[1:] if int(line.split(",", 2)[1]) in months)]
    csv.write_text("\n".join(wanted), encoding="utf-8")
    flights = _frame(spark, csv, FLIGHTS).selectExpr("*", *(_named(TIMES, name) for name in list(TIMES)[:1]))
    flights = flights.selectExpr("*", *(_named(TIMES, name) for name in list(TIMES)[1:]))
    weather = _frame(spark, source_folder() / "weather.csv", WEATHER)
    return (
        _pin(spark, "flights", _copied(flights, copies, ("carrier", "origin", "destination", "tail_number")), copies),
        _pin(spark, "weather", _copied(weather, copies, ("origin",)), copies),
    )


def _frame(spark: Any, path: Path, columns: dict[str, str]) -> Any:
    return spark.read.csv(f"file:{path}", header=True).selectExpr(*(_named(columns, name) for name in columns))


def _named(columns: dict[str, str], name: str) -> str:
    return f"{columns[name]} as {name}"


def _copied(frame: Any, copies: int, apart: Sequence[str]) -> Any:
    from pyspark.sql import functions as F  # noqa: N812

    if copies == 1:
        return frame
    numbered = frame.crossJoin(frame.sparkSession.range(copies).withColumnRenamed("id", "_copy"))
    return numbered.withColumns({name: F.concat(name, F.lit("-"), "_copy") for name in apart}).drop("_copy")


def _pin(spark: Any, product: str, frame: Any, copies: int) -> TablePin:
    name = f"lake.bench.{product}_{copies}"
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.bench")
    frame.writeTo(name).using("iceberg").createOrReplace()
    head = Table(spark, name).head()
    assert head is not None, f"{name} was not written"
    return TablePin(name=product, table=name, snapshot_id=head.snapshot_id)
