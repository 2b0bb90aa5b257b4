"""Which batches a run about features, training or scoring covers: the ledger alone says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowSkipException

from groundwork.hooks.batches import Batches
from groundwork.hooks.evidence import EvidenceHook
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.model_ledger.covered_batches import CoveredBatches
from groundwork.hooks.writers import Writers
from groundwork.operators.plan_features import PlanFeaturesOperator
from groundwork.operators.plan_scoring import PlanScoringOperator
from groundwork.operators.plan_training import PlanTrainingOperator
from groundwork.operators.record_features import RecordFeaturesOperator
from groundwork.operators.record_predictions import RecordPredictionsOperator
from groundwork.operators.register_model import RegisterModelOperator
from groundwork.spec import names
from groundwork.spec.decision import Decision
from groundwork.spec.ledger import product_key, publication_sort_key, view_key
from groundwork.spec.model_report import FeaturesReport, PredictionsReport
from groundwork.spec.model_run import ModelRun
from groundwork.spec.run import LandedFile
from sandbox.launcher import Sandbox
from sandbox.settings import REGION
from tests.dags.conftest import Include
from tests.dags.model_world import ModelWorld, Task, declare_model
from tests.dags.operators.test_monitoring import MonitoredWorld

FEATURES = Asset(name="feature/v", uri="x-groundwork://feature/v")
PREDICTIONS = Asset(name="prediction/m", uri="x-groundwork://prediction/m")
REGISTERED = Asset(name="registered/m", uri="x-groundwork://registered/m")


class BatchWorld(MonitoredWorld):
    """Flights whose batches are published, built and scored."""

    def publish(self, number: int, snapshot: int, state: str = "published") -> str:
        """A batch of flights as acquisition and refinement leave it; published again by another snapshot."""
        sha256 = f"{number:064x}"
        batch_id = names.batch_id("flights", [sha256])
        batches = Batches(self.ledger, "flights")
        if batches.get(batch_id) is None:
            file = LandedFile(uri=f"s3://landing/{number}.csv", size=1, etag="e", sha256=sha256)
            assert batches.claim({f"{number}": file}, datetime.now(UTC), "test")
            batches.record_acquired(batch_id, 1, "s3://reports/1")
        key = {"pk": product_key("flights"), "sk": publication_sort_key(batch_id)}
        content = {"batch_id": batch_id, "state": state, "snapshot_id": snapshot, "report_uri": "s3://r", "by": "a"}
        content |= {"reason": "", "at": "2026-01-01T00:00:00+00:00", "run": "s3://run/"}
        found = self.ledger.get(**key)
        if found is None:
            assert self.ledger.create({**key, **content})
        else:
            assert self.ledger.update(key, content, {"state": found["state"]})
        return batch_id

    def refined(self, *products: str) -> None:
        """Published tables of products, as Iceberg would show them."""
        glue = boto3.client("glue", region_name=REGION)
        for product in products:
            database = names.database(self.environment, self.declared.contracts[product], "refined")
            if database not in [each["Name"] for each in glue.get_databases()["DatabaseList"]]:
                glue.create_database(DatabaseInput={"Name": database})
            place = f"s3://groundwork-sandbox-lake/{self.name}/{product}.json"
            self.put(place, json.dumps({"current-snapshot-id": 5, "snapshots": []}).encode())
            columns = {"Columns": [{"Name": "id", "Type": "string"}]}
            table = {"Name": product, "Parameters": {"metadata_location": place}, "StorageDescriptor": columns}
            glue.create_table(DatabaseName=database, TableInput=table)

    def planned(self, operator: Any, stage: str, run_id: str, name: str = "", **params: Any) -> ModelRun:
        task = Task(names.dag_id(stage, name or self.name), run_id, **params)
        uri = operator(task_id="plan", **self.planning()).execute(task.context)
        return EvidenceHook(region_name=REGION).read(uri, ModelRun)

    def features(self, run_id: str, *, again: bool = False) -> ModelRun:
        view = self.model.features.view
        return self.planned(PlanFeaturesOperator, "build_features", run_id, view, again=again)

    def build(self, run: ModelRun) -> Task:
        """What the job leaves, recorded."""
        report = FeaturesReport(
            model=self.name,
            outcome="published",
            decision=Decision(outcome="publish"),
            table=names.feature_table(self.environment, self.model),
            snapshot_id=9,
            rows=10,
            unlabelled=1,
            total_rows=10,
            audited_rows=5,
            audited_differences=0,
        )
        EvidenceHook(region_name=REGION).write(run.report_uri("build_features"), report)
        task = Task(run.dag_id, run.run_id)
        RecordFeaturesOperator(task_id="record", run_uri=run.uri, asset=FEATURES).execute(task.context)
        return task

    def score(self, run: ModelRun) -> Task:
        """What the job leaves, recorded."""
        report = PredictionsReport(
            model=self.name,
            outcome="published",
            decision=Decision(outcome="publish"),
            table=names.prediction_table(self.environment, self.model),
            snapshot_id=21,
            rows=3,
            mean_probability=0.2,
        )
        EvidenceHook(region_name=REGION).write(run.report_uri("publish_predictions"), report)
        task = Task(run.dag_id, run.run_id)
        RecordPredictionsOperator(task_id="record", run_uri=run.uri, asset=PREDICTIONS).execute(task.context)
        return task

    def scoring(self, run_id: str, *, again: bool = False) -> ModelRun:
        return self.planned(PlanScoringOperator, "score_data", run_id, again=again)


@pytest.fixture
def world(cloud: Sandbox, include: Include) -> Iterator[BatchWorld]:
    made = BatchWorld(include, declare_model(include))
    yield made
    glue = boto3.client("glue", region_name=REGION)
    for product in ("flights", "weather"):
        database = names.database(made.environment, made.declared.contracts[product], "refined")
        if database in [each["Name"] for each in glue.get_databases()["DatabaseList"]]:
            tables = [each["Name"] for each in glue.get_tables(DatabaseName=database)["TableList"]]
            for table in {product} & set(tables):
                glue.delete_table(DatabaseName=database, Name=table)
    dynamodb = boto3.client("dynamodb", region_name=REGION)
    for item in made.ledger.query(product_key("flights")):
        keys = {"pk": {"S": product_key("flights")}, "sk": {"S": item["sk"]}}
        dynamodb.delete_item(TableName="groundwork-sandbox", Key=keys)


def test_batches_are_built_when_published_published_again_and_taken_back(world: BatchWorld) -> None:
    first = world.publish(1, 11)
    with pytest.raises(AirflowSkipException, match="flights is not published yet"):
        world.features("too early")
    world.refined("flights")
    with pytest.raises(AirflowSkipException, match="weather is not published yet"):
        world.features("without weather")
    world.refined("weather")
    run = world.features("first")
    assert run.batches == (first,)
    assert [(pin.name, pin.snapshot_id) for pin in run.sources] == [("flights", 5), ("weather", 5)]
    assert run.fencing_token >= 1
    task = world.build(run)
    assert task.outlets[FEATURES].extra == {"batches": [first], "snapshot_id": 9}
    assert Writers(world.ledger, world.model.features.view).holder("feature") is None, "the next one may write"
    with pytest.raises(AirflowSkipException, match="holds every published batch of flights"):
        world.features("nothing new")
    assert world.features("again", again=True).batches == (first,)
    Writers(world.ledger, world.model.features.view).release(
        f"{names.dag_id('build_features', world.model.features.view)}/again"
    )
    second = world.publish(2, 12)
    world.publish(1, 13)
    replayed = world.features("replayed")
    assert replayed.batches == (first, second)
    world.build(replayed)
    world.publish(2, 12, "undone")
    undone = world.features("undone")
    assert undone.batches == (second,), "its rows are replaced by none"
    world.build(undone)
    with pytest.raises(AirflowSkipException):
        world.features("undone already")
    world.publish(3, 14, "blocked")
    with pytest.raises(AirflowSkipException):
        world.features("blocked is not published")


def test_a_batch_published_again_while_it_is_built_is_built_again(world: BatchWorld) -> None:
    batch = world.publish(1, 11)
    world.refined("flights", "weather")
    planned = world.features("while")
    world.publish(1, 12)
    world.build(planned)
    again = world.features("after")
    assert again.batches == (batch,)
    assert planned.made_from[batch].startswith("11/")
    assert again.made_from[batch].startswith("12/")


def test_a_batch_built_again_while_it_is_scored_is_scored_again(world: BatchWorld) -> None:
    world.publish(1, 11)
    world.refined("flights", "weather")
    world.build(world.features("first"))
    world.build_features()
    world.serve(registered_from(world, world.planned(PlanTrainingOperator, "train_model", "learns", reason=None)))
    new = world.publish(2, 12)
    world.build(world.features("second"))
    planned = world.scoring("while")
    world.publish(2, 13)
    world.build(world.features("third"))
    world.score(planned)
    assert world.scoring("after").batches == (new,)


def test_a_retried_planning_finds_its_frozen_run(world: BatchWorld) -> None:
    world.publish(1, 11)
    world.refined("flights", "weather")
    run = world.features("once")
    world.publish(2, 12)
    assert world.features("once") == run


def test_the_serving_version_scores_what_it_has_not_learnt_from(world: BatchWorld) -> None:
    learnt = world.publish(1, 11)
    world.refined("flights", "weather")
    world.build(world.features("first"))
    with pytest.raises(AirflowSkipException, match=r"no version of .* serves"):
        world.scoring("nobody serves")
    world.build_features()
    training = world.planned(PlanTrainingOperator, "train_model", "learns", reason=None)
    assert training.batches == (learnt,)
    assert training.source(world.model.features.view).snapshot_id == 9
    world.serve(registered_from(world, training))
    with pytest.raises(AirflowSkipException, match="has answered every batch"):
        world.scoring("nothing new")
    new = world.publish(2, 12)
    world.build(world.features("second"))
    run = world.scoring("june")
    assert (run.batches, run.release) == ((new,), 1)
    assert run.version is not None
    task = world.score(run)
    assert task.outlets[PREDICTIONS].extra == {"batches": [new], "snapshot_id": 21, "version": run.version.number}
    with pytest.raises(AirflowSkipException):
        world.scoring("june is answered")
    assert set(world.scoring("all", again=True).batches) == {learnt, new}


def registered_from(world: ModelWorld, training: ModelRun) -> int:
    """A version of that training: its jobs' results lie where a run of the same id would leave them."""
    run, task, archive = world.trained("trained")
    world.put(run.uri, training.model_copy(update={"prefix": run.prefix, "run_id": run.run_id}).to_json().encode())
    return RegisterModelOperator(task_id="register", run_uri=run.uri, model=archive, asset=REGISTERED).execute(
        task.context
    )


def test_what_a_batch_was_made_from_is_written_once_and_changed_by_nobody_else(world: BatchWorld) -> None:
    covered = CoveredBatches(world.ledger, view_key(f"{world.name}_covered"))
    covered.record({"b": "1/a"}, "run 1")
    covered.record({"b": "1/a"}, "run 1")
    assert covered.all() == {"b": "1/a"}
    stale = CoveredBatches(Stale(world.ledger), view_key(f"{world.name}_covered"))  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="was changed by another run at this moment"):
        stale.record({"b": "2/a"}, "run 2")
    assert covered.all() == {"b": "1/a"}


class Stale:
    """A ledger whose reads are older than what stands there."""

    def __init__(self, ledger: LedgerHook) -> None:
        self._ledger = ledger

    def get(self, pk: str, sk: str) -> dict[str, Any]:
        return {"made_from": "0/a", "run": "run 0"}

    def update(self, *arguments: Any) -> bool:
        return self._ledger.update(*arguments)
