"""Captured requests against a reference worked out by hand: cut-off files, invalid rows, labels that have arrived."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from groundwork.spec import names
from groundwork.spec.model_report import FeatureReference, Reference
from groundwork.spec.model_run import CaptureWindow, ModelRun
from groundwork.spec.model_version import Artefact
from groundwork.spec.uri import parse_uri
from spark_jobs import storage
from spark_jobs.errors import JobError
from spark_jobs.monitor import measure
from spark_jobs.monitor.captures import capture_files, captured_rows
from tests.spark.models import SHOP_AND_HOUR, Visits, at, outlook, registered
from tests.spark.products import ENVIRONMENT

SHOP = FeatureReference(name="shop", type="category", values=("a", "b"), shares=(0.6, 0.3, 0.0), nulls=0.1)
HOUR = FeatureReference(
    name="hour_of_day",
    type="number",
    edges=(1.0, 3.0),
    shares=(0.25, 0.5, 0.15),
    nulls=0.1,
    mean=2.0,
    minimum=0.0,
    maximum=9.0,
)
PREDICTION = FeatureReference(
    name="prediction", type="number", edges=(0.25, 0.5), shares=(0.5, 0.3, 0.2), nulls=0.0, minimum=0.0, maximum=1.0
)
REFERENCE = Reference(model="m", rows=100, features=(SHOP, HOUR), prediction=PREDICTION, metrics={"roc_auc": 0.7})
MONITOR = {
    "release": {},
    "monitor": {"reportRows": 100, "performance": {"maximumLoss": 0.1, "minimumLabels": 10}},
}


def request(id_: int, **features: Any) -> dict[str, Any]:
    return {"key": {"id": id_}, "features": features}


def answer(id_: int, probability: float) -> dict[str, Any]:
    return {"key": {"id": id_}, "probability": probability, "version": "c" * 12}


def body(lines: list[Any], encoding: str = "JSON") -> dict[str, Any]:
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    data = base64.b64encode(text.encode()).decode() if encoding == "BASE64" else text
    return {"observedContentType": "application/jsonlines", "mode": "INPUT", "data": data, "encoding": encoding}


def capture(when: datetime, requests: list[Any], answers: list[Any], encoding: str = "JSON") -> str:
    line = {
        "captureData": {"endpointInput": body(requests, encoding), "endpointOutput": body(answers, encoding)},
        "eventMetadata": {"eventId": "0", "inferenceTime": when.strftime("%Y-%m-%dT%H:%M:%SZ")},
        "eventVersion": "0",
    }
    return json.dumps(line) + "\n"


def put(v: Visits, when: datetime, *lines: str, name: str = "a.jsonl") -> None:
    folder = f"{names.capture_prefix(ENVIRONMENT, v.model.name)}endpoint/AllTraffic/{when:%Y/%m/%d/%H}"
    storage.write(f"{folder}/{name}", "".join(lines))


def looking(v: Visits, after: float | None, until: float) -> ModelRun:
    """A run that looks at a window, in hours."""
    text = REFERENCE.to_json()
    uri = f"s3://groundwork-sandbox-evidence/{v.stem}/reference.json"
    storage.write(uri, text)
    reference = Artefact(uri=uri, sha256=hashlib.sha256(text.encode()).hexdigest())
    window = CaptureWindow(
        prefix=names.capture_prefix(ENVIRONMENT, v.model.name),
        after=None if after is None else at(after),
        until=at(until),
    )
    return v.run(version=registered(reference), window=window)


@pytest.fixture(scope="module")
def watched(spark: Any) -> tuple[Visits, ModelRun]:
    """Captures of five hours, of which the look covers the three in the middle."""
    v = Visits(spark, "watched", features=SHOP_AND_HOUR, more=MONITOR)
    put(v, at(1), capture(at(2), [request(90, shop="a", hour_of_day=1)], [answer(90, 0.9)]))  # at the very beginning
    put(
        v,
        at(2),
        capture(
            at(2.5),
            [request(1, shop="a", hour_of_day=1), request(2, shop="b", hour_of_day=1.5)],
            [answer(1, 0.25), answer(2, 0.3)],
        ),
        capture(at(2.6), [request(3, shop="z", hour_of_day=12.0)], [answer(3, 0.9)], "BASE64"),
    )
    put(
        v,
        at(3),
        capture(at(3), [request(4, shop=None, hour_of_day=None)], [answer(4, 0.5)]),
        capture(at(3.1), [request(5, shop="a")], [answer(5, 0.5)]),  # a feature is missing
        capture(at(3.2), [request(6, shop="a", hour_of_day="3")], [answer(6, 0.5)]),  # text for a number
        capture(at(3.3), [request(7, shop=3, hour_of_day=3)], [answer(7, 0.5)]),  # a number for a category
        capture(at(3.4), [request(8, shop="a", hour_of_day=3)], [{"error": "no"}]),  # no probability
        capture(at(3.5), [request(9, shop="a", hour_of_day=3), request(10)], [answer(9, 0.5)]),  # an answer is missing
        capture(at(3.6), [], []),
        "\n",
        capture(at(3.7), [request(11, shop="a", hour_of_day=3)], [answer(11, 0.5)])[:150],
        name="cut.jsonl",
    )
    put(v, at(5), capture(at(5), [request(12, shop="b", hour_of_day=3)], [answer(12, 0.1)]))  # at the very end
    put(v, at(5), capture(at(5.01), [request(91, shop="b", hour_of_day=3)], [answer(91, 0.1)]), name="b.jsonl")
    put(v, at(30), capture(at(30), [request(92, shop="b", hour_of_day=3)], [answer(92, 0.1)]))
    v.features_table(
        outlook(1, 1, pleased=False, known=2),
        outlook(2, 1, pleased=True, known=5),
        outlook(3, 1, pleased=True, known=2),
        outlook(4, 1, pleased=None, known=2),
        outlook(12, 1, pleased=True, known=5.1),  # not known yet
    )
    return v, looking(v, 2, 5)


@pytest.fixture(scope="module")
def report(watched: tuple[Visits, ModelRun]) -> Any:
    """Captures are deleted once they were counted: what comes after must not read them again."""
    v, run = watched
    evidence = measure._evidence

    def without_captures(*arguments: Any) -> Any:
        bucket, key = parse_uri(names.capture_prefix(ENVIRONMENT, v.model.name))
        for item in storage.client().list_objects_v2(Bucket=bucket, Prefix=key)["Contents"]:
            storage.client().delete_object(Bucket=bucket, Key=item["Key"])
        return evidence(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "_evidence", without_captures)
        return v.do(run, "measure_drift")


def test_what_is_in_the_window_is_counted(report: Any) -> None:
    assert (report.files, report.captured, report.unreadable, report.invalid) == (5, 9, 3, 4)
    assert (report.first, report.last) == (at(2.5), at(5))


def test_drift_is_what_numpy_finds(report: Any) -> None:
    hours, shops = [1, 1.5, 12, 3], ["a", "b", "z", "b"]
    bins = np.bincount(np.searchsorted(HOUR.edges, hours, side="left"), minlength=3)
    for drift, counts, reference in zip(
        report.features, ([shops.count("a"), shops.count("b"), 1], bins), (SHOP, HOUR), strict=True
    ):
        now = np.clip(np.array([*counts, 1]) / 5, 1e-4, None)
        before = np.clip(np.array([*reference.shares, 0.1]), 1e-4, None)
        assert drift.psi == pytest.approx(np.sum((now - before) * np.log(now / before)), rel=1e-12)
        assert (drift.name, drift.nulls, drift.reference_nulls) == (reference.name, 0.2, 0.1)
        assert drift.unseen == 0.25
    assert (report.features[1].mean, report.features[1].reference_mean) == (4.375, 2.0)
    now = np.array([2, 2, 1, 0.0005]) / 5
    before = np.array([0.5, 0.3, 0.2, 1e-4])
    assert report.prediction.psi == pytest.approx(np.sum((now - before) * np.log(now / before)), rel=1e-12)
    assert report.prediction.mean == pytest.approx((0.25 + 0.3 + 0.9 + 0.5 + 0.1) / 5)


def test_labels_that_have_arrived_by_the_end_of_the_window(report: Any) -> None:
    assert report.labelled == 3
    assert report.performance["roc_auc"] == 1.0
    assert report.performance["brier_score"] == pytest.approx((0.25**2 + 0.7**2 + 0.1**2) / 3)


def test_the_sample_has_the_valid_rows(report: Any) -> None:
    bucket, key = parse_uri(report.artefacts["sample"])
    found = storage.client().list_objects_v2(Bucket=bucket, Prefix=key)["Contents"]
    (part,) = [item["Key"] for item in found if item["Key"].endswith(".parquet")]
    sample = pd.read_parquet(io.BytesIO(storage.read(f"s3://{bucket}/{part}")))
    assert list(sample.columns) == ["shop", "hour_of_day", "probability"]
    assert sorted(sample["probability"]) == [0.1, 0.25, 0.3, 0.5, 0.9]
    assert sample["shop"].isna().sum() == 1


def test_unreadable_lines_are_kept_aside(report: Any) -> None:
    bucket, key = parse_uri(report.artefacts["unreadable"])
    found = storage.client().list_objects_v2(Bucket=bucket, Prefix=key)["Contents"]
    text = "".join(storage.read(f"s3://{bucket}/{item['Key']}").decode() for item in found if item["Size"])
    assert len(text.splitlines()) == 3
    assert '\\"id\\": 10' in text


def test_sagemaker_monitors_files(report: Any) -> None:
    found = {
        name: json.loads(storage.read(report.artefacts[name]))
        for name in ("statistics", "constraints", "constraint_violations")
    }
    statistics = found["statistics"]
    assert statistics["dataset"] == {"item_count": 5}
    shop, hour, prediction = statistics["features"]
    assert shop == {
        "name": "shop",
        "inferred_type": "String",
        "string_statistics": {
            "common": {"num_present": 4, "num_missing": 1},
            "distinct_count": 3,
            "distribution": {"categorical": {"buckets": [{"value": "a", "count": 1}, {"value": "b", "count": 2}]}},
        },
    }
    numbers = hour["numerical_statistics"]
    assert (numbers["mean"], numbers["sum"], numbers["min"], numbers["max"]) == (4.375, 17.5, 1.0, 12.0)
    assert numbers["std_dev"] == pytest.approx(np.std([1, 1.5, 12, 3]))
    assert numbers["distribution"]["kll"]["buckets"] == [
        {"lower_bound": 1.0, "upper_bound": 1.0, "count": 1},
        {"lower_bound": 1.0, "upper_bound": 3.0, "count": 2},
        {"lower_bound": 3.0, "upper_bound": 12.0, "count": 1},
    ]
    assert prediction["name"] == "prediction"
    constraints = {each["name"]: each for each in found["constraints"]["features"]}
    assert constraints["shop"] == {
        "name": "shop",
        "inferred_type": "String",
        "completeness": 0.9,
        "string_constraints": {"domains": ["a", "b"]},
    }
    assert constraints["hour_of_day"]["num_constraints"] == {"is_non_negative": True}
    kinds = [
        (each["feature_name"], each["constraint_check_type"]) for each in found["constraint_violations"]["violations"]
    ]
    assert kinds == [
        ("shop", "completeness_check"),
        ("shop", "categorical_values_check"),
        ("shop", "baseline_drift_check"),
        ("hour_of_day", "completeness_check"),
    ]


def test_everything_is_counted_in_one_aggregate(spark: Any) -> None:
    v = Visits(spark, "passes", features=SHOP_AND_HOUR, more=MONITOR)
    put(v, at(2), capture(at(2.5), [request(1, shop="a", hour_of_day=1)], [answer(1, 0.25)]))
    run = looking(v, None, 5)
    assert run.window is not None
    needed = {each.name: each.type for each in REFERENCE.features}
    rows = captured_rows(spark, run, run.window, capture_files(run.window), needed)
    spark.sparkContext.setJobGroup("one pass", "")
    try:
        found = measure.Found.of(rows, REFERENCE)
    finally:
        spark.sparkContext.setLocalProperty("spark.jobGroup.id", None)
    tracker = spark.sparkContext.statusTracker()
    stages = [stage for job in tracker.getJobIdsForGroup("one pass") for stage in tracker.getJobInfo(job).stageIds]
    assert (found.captured, found.valid) == (1, 1)
    assert len(set(stages)) <= 3  # one that reads, one that adds up, and its shuffle's in a job of its own


def test_nothing_captured_and_no_feature_table_says_so(spark: Any) -> None:
    v = Visits(spark, "silent", features=SHOP_AND_HOUR, more=MONITOR)
    v.features_table(outlook(1, 1))
    report = v.do(looking(v, None, 5), "measure_drift")
    assert (report.files, report.captured, report.labelled, report.first) == (0, 0, 0, None)
    assert {each.psi for each in report.features} == {0.0}
    assert report.performance["roc_auc"] is None


def test_a_reference_that_was_changed_after_registration_is_refused(spark: Any) -> None:
    v = Visits(spark, "changed", features=SHOP_AND_HOUR, more=MONITOR)
    run = looking(v, None, 5)
    assert run.version is not None
    storage.write(run.version.version.reference.uri, REFERENCE.model_copy(update={"rows": 99}).to_json())
    with pytest.raises(JobError, match="is not what was registered with the version"):
        v.do(run, "measure_drift")
    with pytest.raises(JobError, match="the run names no window"):
        v.do(run.model_copy(update={"window": None}), "measure_drift")
