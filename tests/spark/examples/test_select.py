"""Labelled rows are split by their prediction time, and written so that the same snapshot gives the same files."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd

from groundwork.spec.uri import parse_uri
from spark_jobs import storage
from tests.spark.models import SHOP_AND_HOUR, Visits, at, outlook

# One day of validation, one of test; the last labelled prediction is at hour 100, the last of all has no label.
ROWS = [
    *(outlook(number, number, pleased=number % 3 == 0, shop="b" if number else None) for number in range(12)),
    outlook(60, 52, pleased=False),  # exactly two days before the last
    outlook(61, 52.5, hour=None),
    outlook(62, 76),  # exactly one day before the last
    outlook(63, 75, pleased=False),
    outlook(70, 76.5, pleased=False),
    outlook(71, 100),
    outlook(72, 120, pleased=None),
]


def files(uri: str) -> dict[str, bytes]:
    bucket, key = parse_uri(uri)
    found = storage.client().list_objects_v2(Bucket=bucket, Prefix=key).get("Contents", [])
    return {item["Key"]: storage.read(f"s3://{bucket}/{item['Key']}") for item in found if item["Size"]}


def table(uri: str) -> pd.DataFrame:
    return pd.concat(pd.read_parquet(io.BytesIO(body)) for _, body in sorted(files(uri).items()))


def test_the_parts_hold_their_rows(spark: Any) -> None:
    v = Visits(spark, "rows", features=SHOP_AND_HOUR)
    v.features_table(*reversed(ROWS))
    run = v.run()
    report = v.do(run, "select_examples")
    assert (report.decision.outcome, report.decision.reasons, report.excluded) == ("train", (), 1)
    assert (report.train.first, report.train.last) == (at(0), at(52))
    assert (report.test.first, report.test.last) == (at(76.5), at(100))
    train = table(report.train.uri)
    assert list(train.columns) == ["id", "prediction_time", "shop", "hour_of_day", "pleased"]
    assert list(train["id"]) == [*range(12), 60]
    assert pd.isna(train["shop"].iloc[0])
    assert (str(train["hour_of_day"].dtype), str(train["pleased"].dtype)) == ("float64", "bool")
    assert train["prediction_time"].iloc[1].isoformat().startswith("2013-01-01T01:00:00")
    validation = table(report.validation.uri)
    assert list(validation["id"]) == [61, 62, 63]
    assert pd.isna(validation["hour_of_day"].iloc[0])
    assert list(table(report.test.uri)["id"]) == [70, 71]
    before = sorted(files(report.train.uri).values())
    v.do(run, "select_examples")
    assert sorted(files(report.train.uri).values()) == before


def test_what_cannot_be_learnt_from_is_refused_and_not_written(spark: Any) -> None:
    v = Visits(spark, "refused", features=SHOP_AND_HOUR)
    v.features_table(outlook(1, 1), outlook(2, 100))
    report = v.do(v.run(), "select_examples")
    assert report.decision.outcome == "refuse"
    assert report.decision.reasons == (
        "train has one class only: the label of all 1 rows is true",
        "validation is empty",
        "test has one class only: the label of all 1 rows is true",
        "train has 1 rows, at least 10 are asked for",
    )
    assert files(report.train.uri) == {}


def test_no_label_at_all_is_refused(spark: Any) -> None:
    v = Visits(spark, "unlabelled", features=SHOP_AND_HOUR)
    v.features_table(outlook(1, 1, pleased=None))
    report = v.do(v.run(), "select_examples")
    assert (report.decision.outcome, report.excluded) == ("refuse", 1)
    assert report.decision.reasons == ("train is empty", "validation is empty", "test is empty")
