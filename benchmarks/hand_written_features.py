"""The sample model's features as somebody would write them for it alone: one union and one sliding window a group."""

from __future__ import annotations

from typing import Any

from spark_jobs.features.plan import table_columns
from spark_jobs.features.sources import Sources

DAY = 86_400_000_000
LATE = "cast(arrival_delay_minutes >= 15 as int)"
GROUPS: tuple[tuple[tuple[str, ...], dict[str, str], dict[str, tuple[str, str, int]]], ...] = (
    (
        ("carrier", "origin"),
        {"m0": LATE, "m1": "departure_delay_minutes"},
        {
            "carrier_late_share_1d": ("avg", "m0", 1),
            "carrier_departure_delay_1d": ("avg", "m1", 1),
            "carrier_late_share_7d": ("avg", "m0", 7),
            "carrier_departure_delay_7d": ("avg", "m1", 7),
        },
    ),
    (
        ("origin",),
        {"m0": LATE, "m1": "1"},
        {"origin_late_share_1d": ("avg", "m0", 1), "origin_count_1d": ("count", "m1", 1)},
    ),
    (("origin", "destination"), {"m0": LATE}, {"route_late_share_28d": ("avg", "m0", 28)}),
    (
        ("tail_number",),
        {"m0": "arrival_delay_minutes", "m1": "1"},
        {"plane_arrival_delay_1d": ("avg", "m0", 1), "plane_count_1d": ("count", "m1", 1)},
    ),
)


def hand_written(sources: Sources) -> Any:
    """The rows, with the same columns."""
    flights = sources.product
    rows = flights.selectExpr(
        "*",
        "timestampadd(HOUR, -1, scheduled_departure_at) as prediction_time",
        "known_at as label_known_at",
        "arrival_delay_minutes >= 15 as late",
        "cast(dayofweek(make_date(year, month, day)) as double) as day_of_week",
        "cast((scheduled_departure_hhmm div 100) * 60 + mod(scheduled_departure_hhmm, 100) as double)"
        " as departure_minute",
        "cast(timestampdiff(MINUTE, scheduled_departure_at, scheduled_arrival_at) as double) as scheduled_minutes",
        "cast(year - plane_manufactured_year as double) as plane_age",
        "unix_micros(timestampadd(HOUR, -1, scheduled_departure_at)) as at",
    )
    for by, measures, features in GROUPS:
        rows = _history(rows, flights, by, measures, features)
    return _weather(sources, rows).select(*table_columns(sources))


def _history(rows: Any, flights: Any, by: Any, measures: dict[str, str], features: dict[str, Any]) -> Any:
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    known = flights.selectExpr(*by, "unix_micros(known_at) as at", *(f"{text} as {m}" for m, text in measures.items()))
    stream = rows.withColumn("asks", F.lit(True)).unionByName(known, allowMissingColumns=True)
    columns = {}
    for name, (function, measure, days) in features.items():
        window = Window.partitionBy(*by).orderBy("at").rangeBetween(1 - days * DAY, 0)
        columns[name] = getattr(F, function)(measure).over(window).cast("double")
    return stream.withColumns(columns).where("asks").drop("asks", *measures)


def _weather(sources: Sources, rows: Any) -> Any:
    """Readings come in their order here, so the last that is known is the newest."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    (as_of,) = sources.view.as_of
    taken = F.struct("known_at", *as_of.take.values()).alias("reading")
    known = sources.products["weather"].select("origin", F.unix_micros("known_at").alias("at"), taken)
    stream = rows.withColumn("asks", F.lit(True)).unionByName(known, allowMissingColumns=True)
    window = Window.partitionBy("origin").orderBy("at").rangeBetween(Window.unboundedPreceding, 0)
    last = stream.withColumn("reading", F.last("reading", ignorenulls=True).over(window)).where("asks")
    fresh = F.unix_micros("reading.known_at") > F.col("at") - as_of.maximum_age_hours * DAY // 24
    return last.withColumns({name: F.when(fresh, F.col(f"reading.{column}")) for name, column in as_of.take.items()})
