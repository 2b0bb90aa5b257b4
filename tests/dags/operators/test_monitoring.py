"""Looks at what serves: which requests they cover, what they record, and when another training is asked for."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import boto3
import pytest
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, TaskDeferred

from groundwork.hooks.evidence import EvidenceHook
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.model_ledger.looks import Looks
from groundwork.hooks.model_ledger.releases import Release, Releases
from groundwork.hooks.model_ledger.versions import Versions
from groundwork.operators.decide_monitoring import DecideMonitoringOperator
from groundwork.operators.plan_monitoring import PlanMonitoringOperator
from groundwork.operators.plan_release import registered_version
from groundwork.operators.register_model import RegisterModelOperator
from groundwork.spec import names
from groundwork.spec.environment import Environment
from groundwork.spec.model_report import DriftReport, FeatureDrift
from groundwork.spec.model_run import ModelRun
from sandbox.launcher import Sandbox
from sandbox.settings import REGION
from tests.dags.conftest import Include
from tests.dags.model_world import ModelWorld, Task, declare_model

REGISTERED = Asset(name="registered/m", uri="x-groundwork://registered/m")
RETRAIN = Asset(name="retrain/m", uri="x-groundwork://retrain/m")


class MonitoredWorld(ModelWorld):
    """A model that serves, as the ledger has it."""

    @cached_property
    def ledger(self) -> LedgerHook:
        return LedgerHook(table="groundwork-sandbox", region_name=REGION)

    def register(self, run_id: str = "train") -> int:
        run, task, archive = self.trained(run_id)
        operator = RegisterModelOperator(task_id="register", run_uri=run.uri, model=archive, asset=REGISTERED)
        return operator.execute(task.context)

    def serve(self, number: int) -> Release:
        record = Versions(self.ledger, self.name).get(number)
        assert record is not None
        version = registered_version(record, REGION)
        run, _ = self.freeze("release_model", f"release {number}", version=version)
        releases = Releases(self.ledger, self.name)
        return releases.record_live(releases.begin(run, record.version_uri))

    def build_features(self) -> None:
        """The feature table, as Iceberg would show it."""
        glue = boto3.client("glue", region_name=REGION)
        database = names.model_database(self.environment, self.model, "feature")
        if database not in [each["Name"] for each in glue.get_databases()["DatabaseList"]]:
            glue.create_database(DatabaseInput={"Name": database})
        place = f"s3://groundwork-sandbox-lake/{self.name}/m.json"
        self.put(place, json.dumps({"current-snapshot-id": 9, "snapshots": []}).encode())
        table = {
            "Name": self.model.features.view,
            "Parameters": {"metadata_location": place},
            "StorageDescriptor": {"Columns": [{"Name": "id", "Type": "string"}]},
        }
        glue.create_table(DatabaseName=database, TableInput=table)

    @cached_property
    def at_once(self) -> Environment:
        """The environment, where captured requests are in S3 at once."""
        return self.environment.model_copy(update={"capture_delay_seconds": 0})

    def plan(self, run_id: str) -> tuple[ModelRun, Task]:
        task = Task(names.dag_id("monitor_model", self.name), run_id)
        planning = {**self.planning(), "environment": self.at_once}
        uri = PlanMonitoringOperator(task_id="plan", **planning).execute(task.context)
        return EvidenceHook(region_name=REGION).read(uri, ModelRun), task

    def look(self, run_id: str, **measured: Any) -> tuple[Any, Task]:
        run, task = self.plan(run_id)
        return self.decide(run, task, **measured), task

    def decide(self, run: ModelRun, task: Task, **measured: Any) -> Any:
        content = {
            "model": self.name,
            "first": None,
            "last": None,
            "files": 1,
            "captured": 6000,
            "unreadable": 0,
            "invalid": 0,
            "labelled": 5000,
            "features": (FeatureDrift(name="distance_miles", psi=0.01, nulls=0, reference_nulls=0),),
            "performance": {"roc_auc": 0.75},
        }
        report = DriftReport(**{**content, **measured})
        EvidenceHook(region_name=REGION).write(run.report_uri("measure_drift"), report)
        return DecideMonitoringOperator(task_id="decide", run_uri=run.uri, asset=RETRAIN).execute(task.context)


def told(task: Task) -> list[Any]:
    """Events of the asset that wakes training."""
    return [added for outlet in task.outlets.values() for added in outlet.added]


WORSE = {"performance": {"roc_auc": 0.6}}


@pytest.fixture
def world(cloud: Sandbox, include: Include) -> MonitoredWorld:
    made = MonitoredWorld(include, declare_model(include))
    made.build_features()
    return made


def test_nothing_is_looked_at_where_nothing_serves(world: MonitoredWorld) -> None:
    with pytest.raises(AirflowSkipException, match="so there is nothing to look at"):
        world.plan("look 1")


def test_a_look_begins_where_the_last_one_that_concluded_something_ended(world: MonitoredWorld) -> None:
    release = world.serve(world.register())
    first, task = world.plan("look 1")
    assert first.window is not None
    assert first.window.after == datetime.fromisoformat(release.at)
    assert first.window.prefix == f"s3://groundwork-sandbox-evidence/captured/{world.name}/"
    assert (first.release, first.source(world.model.features.view).snapshot_id) == (1, 9)
    assert world.decide(first, task, captured=10)["outcome"] == "watch"
    second, task = world.plan("look 2")
    assert second.window is not None
    assert second.window.after == first.window.after
    assert world.decide(second, task)["outcome"] == "healthy"
    third, _ = world.plan("look 3")
    assert third.window is not None
    assert third.window.after == second.window.until


def test_a_look_waits_for_what_was_answered_and_is_not_in_s3_yet(world: MonitoredWorld) -> None:
    world.serve(world.register())
    task = Task(names.dag_id("monitor_model", world.name), "look 1")
    planning = world.planning()
    slow = planning["environment"].model_copy(update={"capture_delay_seconds": 600})
    operator = PlanMonitoringOperator(task_id="plan", **{**planning, "environment": slow})
    with pytest.raises(TaskDeferred) as waiting:
        operator.execute(task.context)
    assert waiting.value.method_name == "execute_again"
    frozen = EvidenceHook(region_name=REGION).read(
        f"{names.run_prefix(world.environment, task.ti.dag_id, 'look 1')}run.json", ModelRun
    )
    assert frozen.window is not None
    assert waiting.value.trigger.moment - frozen.window.until <= timedelta(seconds=601)
    with pytest.raises(TaskDeferred):
        operator.execute_again(task.context)  # woken too early: what is frozen stands, and the rest is waited for
    arrived = PlanMonitoringOperator(task_id="plan", **{**planning, "environment": world.at_once})
    assert arrived.execute_again(task.context) == frozen.uri


def test_a_lost_performance_asks_for_one_training(world: MonitoredWorld) -> None:
    world.serve(world.register())
    first, task = world.look("look 1", **WORSE)
    assert (first["outcome"], told(task)) == ("watch", [])
    second, task = world.look("look 2", **WORSE)
    assert second["outcome"] == "retrain"
    ((asset, extra),) = told(task)
    assert (asset, extra["look"], extra["release"]) == (RETRAIN, 2, 1)
    # A second try says the same and records nothing.
    run = EvidenceHook(region_name=REGION).read(
        f"{names.run_prefix(world.environment, task.ti.dag_id, 'look 2')}run.json", ModelRun
    )
    again = Task(task.ti.dag_id, "look 2")
    assert world.decide(run, again, **WORSE) == second
    assert told(again) == [(RETRAIN, extra)]
    assert len(Looks(world.ledger, world.name).all()) == 2

    challenger = world.register("train 2")
    third, task = world.look("look 3", **WORSE)
    assert (third["outcome"], told(task)) == ("watch", [])
    assert third["reasons"][-1].startswith("look 2 asked for a training; version 2 came of it")
    world.serve(challenger)
    fourth, _ = world.look("look 4", **WORSE)
    assert fourth["reasons"][-1] == "look 1 of 2 in a row that must agree"


def test_what_a_person_must_see_fails_the_run_and_is_recorded(world: MonitoredWorld) -> None:
    world.serve(world.register())
    run, task = world.plan("look 1")
    for _ in range(2):
        with pytest.raises(AirflowFailException, match=r"human_review, because 600 of 6000 captured rows \(10.00%\)"):
            world.decide(run, task, invalid=600)
    (look,) = Looks(world.ledger, world.name).all()
    assert look.decision.outcome == "human_review"
    assert told(task) == []
