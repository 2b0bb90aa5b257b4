"""The sample's own features over a month of real flights, held against figures that pandas finds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from benchmarks.flight_tables import BATCH, flight_tables
from groundwork.spec.model_file import load_model
from groundwork.spec.model_run import ModelJobSpec, ModelRun
from groundwork.spec.run import JobBundle
from sandbox.settings import REPOSITORY
from spark_jobs.model_job import run_model_job
from tests.spark.models import START
from tests.spark.products import ENVIRONMENT


@pytest.fixture(scope="module")
def built(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The report, the features, the flights and the weather."""
    pins = flight_tables(spark, tmp_path_factory.mktemp("flights"), [1])
    declared = load_model(REPOSITORY / "include", "late_arrival")
    run = ModelRun(
        spec_version=1,
        prefix="s3://groundwork-sandbox-evidence/runs/flights/",
        dag_id="tests",
        run_id="flights",
        requested_by="scientist",
        frozen_at=START,
        environment=ENVIRONMENT,
        model=declared.model,
        contract=declared.contract,
        bundle=JobBundle(spec_version=1, digest="d", archive="a", entry_point="e"),
        image="groundwork-models:tests",
        sources=pins,
        batches=(BATCH,),
    )
    (report,) = run_model_job(spark, ModelJobSpec(spec_version=1, stages=("build_features",), run=run))
    tables = [spark.table(name).toPandas() for name in (report.table, pins[0].table, pins[1].table)]
    return (report, *tables)


def test_all_flights_have_features_that_brute_force_agrees_with(built: Any) -> None:
    report, features, flights, _ = built
    assert (report.outcome, report.decision.reasons) == ("published", ())
    assert report.rows == len(features) == len(flights) == 27_004
    assert (report.audited_rows, report.audited_differences) == (200, 0)
    assert report.unlabelled == flights["arrival_delay_minutes"].isna().sum()


def test_history_and_weather_are_what_pandas_finds(built: Any) -> None:
    _, features, flights, weather = built
    for _, row in features[features["late"].notna()].sample(25, random_state=3).iterrows():
        at = row["prediction_time"]

        def known(hours: int, frame: pd.DataFrame = flights, at: Any = at, **group: Any) -> pd.DataFrame:
            chosen = frame[(frame["known_at"] <= at) & (frame["known_at"] > at - pd.Timedelta(hours=hours))]
            for column, value in group.items():
                chosen = chosen[chosen[column] == value]
            return chosen

        carrier = known(7 * 24, carrier=row["carrier"], origin=row["origin"])
        delays = carrier["departure_delay_minutes"].dropna()
        mean = row["carrier_departure_delay_7d"]
        assert (mean == pytest.approx(delays.mean(), rel=1e-12)) if len(delays) else pd.isna(mean)
        assert row["origin_count_1d"] == len(known(24, origin=row["origin"]))
        arrived = known(28 * 24, origin=row["origin"], destination=row["destination"])["arrival_delay_minutes"].dropna()
        share = row["route_late_share_28d"]
        assert (share == pytest.approx((arrived >= 15).mean(), rel=1e-12)) if len(arrived) else pd.isna(share)
        newest = known(6, weather, origin=row["origin"]).sort_values(["event_time", "known_at"]).tail(1)
        expected = newest["temperature_f"].iloc[0] if len(newest) else None
        assert row["temperature_f"] == expected or (pd.isna(expected) and pd.isna(row["temperature_f"]))
