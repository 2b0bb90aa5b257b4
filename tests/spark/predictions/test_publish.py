"""Requests that a model can be asked, and answers that are published when there is exactly one to each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from groundwork.spec import names
from groundwork.spec.model_run import ModelRun
from groundwork.spec.model_version import Artefact
from groundwork.spec.uri import parse_uri
from spark_jobs import storage
from spark_jobs.errors import JobError
from tests.spark.models import ONE, SHOP_AND_HOUR, TWO, Visits, at, outlook, registered
from tests.spark.products import ENVIRONMENT

NOTHING = Artefact(uri="s3://b/k", sha256="0" * 64)
ROWS = [
    outlook(2, 2, shop=None, hour=None, pleased=None),
    outlook(1, 1, shop='a "b"', hour=1.5),
    outlook(3, 3, hour=float("nan"), batch=TWO),
]


def request_lines(run: ModelRun) -> list[str]:
    bucket, key = parse_uri(run.folder_uri("requests"))
    found = storage.client().list_objects_v2(Bucket=bucket, Prefix=key)["Contents"]
    # what a transform takes: every object of the folder
    bodies = [storage.read(f"s3://{bucket}/{item['Key']}").decode() for item in found if not item["Key"].endswith("/")]
    return [line for body in bodies for line in body.splitlines()]


def answer(run: ModelRun, *lines: Any) -> None:
    body = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    storage.write(f"{run.folder_uri('answers')}part-0.txt.out", body)


def one(id_: int, probability: Any = 0.25, version: str = "c" * 12) -> dict[str, Any]:
    return {"key": {"id": id_}, "probability": probability, "version": version}


def scoring(spark: Any, stem: str, *batches: str, **changes: Any) -> tuple[Visits, ModelRun]:
    """A run whose requests are written."""
    v = Visits(spark, stem, features=SHOP_AND_HOUR)
    v.features_table(*ROWS)
    run = v.run(*batches, **{"version": registered(NOTHING), **changes})
    v.do(run, "select_requests")
    return v, run


def published(v: Visits) -> list[tuple[Any, ...]]:
    table = v.spark.table(names.prediction_table(ENVIRONMENT, v.model))
    rows = table.orderBy("id", "version_number").collect()
    return [(row["id"], row["version_number"], row["probability"], row["_batch_id"]) for row in rows]


def test_requests_are_json_lines_in_the_order_of_the_key_with_nulls(spark: Any) -> None:
    v, run = scoring(spark, "requests", ONE, TWO)
    lines = [json.loads(line) for line in request_lines(run)]
    assert lines == [
        {"key": {"id": 1}, "features": {"shop": 'a "b"', "hour_of_day": 1.5}},
        {"key": {"id": 2}, "features": {"shop": None, "hour_of_day": None}},
        {"key": {"id": 3}, "features": {"shop": "a", "hour_of_day": None}},
    ]
    report = v.do(run, "select_requests")
    assert (report.rows, report.uri, len(request_lines(run))) == (3, run.folder_uri("requests"), 3)
    with pytest.raises(JobError, match="has no rows of 3333333333333333: build their features first"):
        v.do(v.run("3" * 16), "select_requests")


def test_answers_are_published_once_beside_those_of_other_versions(spark: Any) -> None:
    v, run = scoring(spark, "answers")
    answer(run, one(2, 0.5), one(1))
    report = v.do(run, "publish_predictions")
    assert (report.outcome, report.rows, report.mean_probability) == ("published", 2, 0.375)
    assert published(v) == [(1, 3, 0.25, ONE), (2, 3, 0.5, ONE)]
    (row,) = v.spark.table(report.table).where("id = 1").collect()
    assert (row["version"], row["prediction_time"].timestamp()) == ("c" * 12, at(1).timestamp())
    assert row["scored_at"].timestamp() == run.frozen_at.timestamp()
    again = v.do(run, "publish_predictions")
    assert (again.outcome, again.snapshot_id, again.rows) == ("already_published", report.snapshot_id, 2)
    newer = v.run(version=registered(NOTHING, 4, "d" * 64))
    v.do(newer, "select_requests")
    answer(newer, one(1, 0.75, "d" * 12), one(2, 1, "d" * 12))
    assert v.do(newer, "publish_predictions").outcome == "published"
    assert published(v) == [(1, 3, 0.25, ONE), (1, 4, 0.75, ONE), (2, 3, 0.5, ONE), (2, 4, 1.0, ONE)]
    late = newer.model_copy(update={"version": registered(NOTHING, 5, "d" * 64), "fencing_token": 0})
    with pytest.raises(JobError, match="fencing token 1, this run holds 0: a newer run has taken over"):
        v.do(late, "publish_predictions")
    assert len(published(v)) == 4


def test_every_kind_of_bad_answer_blocks(spark: Any) -> None:
    v, run = scoring(spark, "bad", ONE, TWO)
    answer(run, one(1), one(1), one(9), one(2, 1.5), "{cut off\n", '{"key": {"id": null}, "probability": 0.5}\n')
    report = v.do(run, "publish_predictions")
    assert (report.outcome, report.snapshot_id, report.rows) == ("blocked", None, 0)
    assert report.decision.reasons == (
        "2 of 3 answer lines cannot be read",
        "1 of 3 requests have no answer",
        "1 of 3 keys are answered more than once",
        "1 of 3 answers are to no request",
        "1 of 3 answers hold no probability between 0 and 1",
    )
    assert published(v) == []
    answer(run, one(1, None), one(2, float("nan")), one(3, 0.5, "f" * 12))
    report = v.do(run, "publish_predictions")
    assert report.decision.reasons == (
        "2 of 3 answers hold no probability between 0 and 1",
        "1 of 3 answers are of another version of the model",
    )


def test_requests_of_other_rows_than_the_runs_are_not_published(spark: Any) -> None:
    v, run = scoring(spark, "others", ONE, TWO)
    answer(run, one(1), one(2), one(3))
    report = v.do(run.model_copy(update={"batches": (ONE,)}), "publish_predictions")
    assert report.decision.reasons == (
        "2 predictions were written for 3 requests: the requests are of other feature rows",
    )
    assert published(v) == []


def test_a_transform_that_left_nothing_is_an_error(spark: Any) -> None:
    v, run = scoring(spark, "nothing")
    with pytest.raises(JobError, match="there are no answers at s3://groundwork-sandbox-artifacts/"):
        v.do(run, "publish_predictions")
    with pytest.raises(JobError, match="the run names no version of the model"):
        v.do(run.model_copy(update={"version": None}), "publish_predictions")
