"""From an approved version to one that serves, and back, on the sandbox's real endpoints."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import pytest
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from groundwork.decisions.approval import Answer
from groundwork.hooks.endpoint import EndpointHook
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.model_ledger.approvals import Approvals
from groundwork.hooks.model_ledger.releases import Releases
from groundwork.hooks.model_ledger.versions import Versions
from groundwork.hooks.model_registry import ModelRegistryHook
from groundwork.operators.deploy_model import DeployModelOperator
from groundwork.operators.plan_release import PlanReleaseOperator
from groundwork.operators.plan_rollback import PlanRollbackOperator
from groundwork.operators.record_release import RecordReleaseOperator
from groundwork.operators.register_model import RegisterModelOperator
from groundwork.operators.verify_model import VerifyModelOperator
from groundwork.spec import names
from groundwork.spec.decision import Decision
from sandbox.launcher import Sandbox
from sandbox.settings import REGION, REPOSITORY
from tests.dags.conftest import Include
from tests.dags.model_world import IMAGE_TAG, ModelWorld, Task, declare_model

REGISTERED = Asset(name="registered/m", uri="x-groundwork://registered/m")
RELEASED = Asset(name="released/m", uri="x-groundwork://released/m")
IMAGE = REPOSITORY / "tests" / "dags" / "images" / "answering"
REASON = "it answers too low for the evening flights"


class ReleaseWorld(ModelWorld):
    """A model whose versions are approved and released by the operators themselves."""

    @cached_property
    def ledger(self) -> LedgerHook:
        return LedgerHook(table="groundwork-sandbox", region_name=REGION)

    @property
    def releases(self) -> Releases:
        return Releases(self.ledger, self.name)

    @cached_property
    def endpoint(self) -> EndpointHook:
        return EndpointHook(self.environment, self.model)

    def approved(self, run_id: str = "train", **behaves: Any) -> int:
        """A version that somebody has approved."""
        number = self.registered(run_id, **behaves)
        record = Versions(self.ledger, self.name).get(number)
        assert record is not None
        answer = Answer(approves=True, by="approver", at=datetime.now(UTC))
        Approvals(self.ledger, self.name).record(record, answer, Decision(outcome="approve"), "run", {})
        return number

    def registered(self, run_id: str = "train", **behaves: Any) -> int:
        run, task, archive = self.trained(run_id, **behaves)
        operator = RegisterModelOperator(task_id="register", run_uri=run.uri, model=archive, asset=REGISTERED)
        return operator.execute(task.context)

    def plan(self, run_id: str, number: int) -> tuple[str, Task]:
        task = Task(names.dag_id("release_model", self.name), run_id, "operator", number=number)
        return PlanReleaseOperator(task_id="plan", **self.planning()).execute(task.context), task

    def plan_back(self, run_id: str, reason: str = REASON) -> tuple[str, Task]:
        task = Task(names.dag_id("roll_back_model", self.name), run_id, "operator", reason=reason)
        return PlanRollbackOperator(task_id="plan", **self.planning()).execute(task.context), task

    def finish(self, operator: Any, task: Task) -> Any:
        """Run a task through its deferrals, as the triggerer would."""
        step: Callable[[], Any] = lambda: operator.execute(task.context)  # noqa: E731
        for _ in range(20):
            try:
                return step()
            except TaskDeferred as deferred:
                event, method = self.rested(), getattr(operator, deferred.method_name)
                arguments = dict(deferred.kwargs or {})
                step = lambda: method(task.context, event, **arguments)  # noqa: E731, B023
        raise AssertionError("the task defers without end")

    def rested(self, seconds: float = 240) -> dict[str, str]:
        until = time.monotonic() + seconds
        while (state := self.endpoint.state()).moving:
            assert time.monotonic() < until, state
            time.sleep(0.2)
        return {"word": state.word, "detail": state.detail}

    def deploy(self, uri: str, task: Task, **more: Any) -> Any:
        return self.finish(DeployModelOperator(task_id="deploy", run_uri=uri, **more), task)

    def verify(self, uri: str, task: Task) -> Any:
        return self.finish(VerifyModelOperator(task_id="verify", run_uri=uri), task)

    def record(self, uri: str, task: Task) -> int:
        return RecordReleaseOperator(task_id="record", run_uri=uri, asset=RELEASED).execute(task.context)

    def release(self, run_id: str, number: int) -> int:
        """All of it."""
        uri, task = self.plan(run_id, number)
        self.deploy(uri, task)
        self.verify(uri, task)
        return self.record(uri, task)

    def states(self) -> list[tuple[int, str]]:
        return [(each.version, each.state) for each in self.releases.all()]


@pytest.fixture
def world(cloud: Sandbox, include: Include) -> Iterator[ReleaseWorld]:
    made = ReleaseWorld(include, declare_model(include))
    cloud.push_image(f"{made.environment.model_image}:{IMAGE_TAG}", IMAGE)
    yield made
    if made.endpoint.state().word:
        made.rested()
        made.endpoint.delete()


def test_a_release_and_its_step_back(world: ReleaseWorld) -> None:
    first, second = world.approved("train 1"), world.approved("train 2")
    uri, task = world.plan("release 1", first)
    name = world.deploy(uri, task)
    assert name == f"groundwork-sandbox-{world.name}-000001"
    assert world.verify(uri, task)["requests"] == 3
    assert world.record(uri, task) == 1
    assert task.outlets[RELEASED].extra["number"] == first
    described = world.endpoint.conn.describe_endpoint(EndpointName=world.endpoint.endpoint)
    capture = described["DataCaptureConfig"]
    assert capture["DestinationS3Uri"] == f"s3://groundwork-sandbox-evidence/captured/{world.name}"
    assert capture["CurrentSamplingPercentage"] == 100
    # A cleared run does nothing twice.
    assert (world.deploy(uri, task), world.record(uri, task)) == (name, 1)

    assert world.release("release 2", second) == 2
    assert world.states() == [(first, "replaced"), (second, "live")]
    assert world.endpoint.state().config == f"groundwork-sandbox-{world.name}-000002"

    uri, task = world.plan_back("back")
    world.deploy(uri, task, rolls_back=True)
    world.verify(uri, task)
    assert world.record(uri, task) == 3
    assert world.states() == [(first, "replaced"), (second, "rolled_back"), (first, "live")]
    back = world.releases.live()
    assert back is not None
    assert (back.reason, back.by, back.previous) == (REASON, "operator", None)
    with pytest.raises(AirflowFailException, match="release 3 has none before it"):
        world.plan_back("further")


def test_a_cleared_task_of_a_release_that_is_over_changes_nothing(world: ReleaseWorld) -> None:
    first, second = world.approved("train 1"), world.approved("train 2")
    old, task = world.plan("release 1", first)
    for number, uri, at in ((1, old, task), (2, *world.plan("release 2", second))):
        world.deploy(uri, at)
        assert world.record(uri, at) == number
    for step in (world.deploy, world.verify, world.record):
        with pytest.raises(AirflowFailException, match="release 1 of this run is replaced, so nothing is changed"):
            step(old, task)
    assert world.endpoint.state().config == f"groundwork-sandbox-{world.name}-000002"


def test_a_container_that_never_answers_leaves_what_served(world: ReleaseWorld) -> None:
    good, bad = world.approved("train 1"), world.approved("train 2", deaf=True)
    world.release("release 1", good)
    uri, task = world.plan("release 2", bad)
    with pytest.raises(AirflowFailException, match=r"does not serve release 2, it stays on .*-000001: ") as failed:
        world.deploy(uri, task)
    assert "the model does not load" in str(failed.value)
    assert world.states() == [(good, "live"), (bad, "failed")]
    failure = world.releases.get(2)
    assert failure is not None
    assert failure.detail == str(failed.value)
    state = world.endpoint.state()
    assert (state.word, state.config) == ("InService", f"groundwork-sandbox-{world.name}-000001")


def test_a_first_endpoint_that_fails_is_made_anew_by_the_next_release(world: ReleaseWorld) -> None:
    bad, good = world.approved("train 1", deaf=True), world.approved("train 2")
    uri, task = world.plan("release 1", bad)
    with pytest.raises(AirflowFailException, match="does not serve release 1, it is Failed"):
        world.deploy(uri, task)
    assert world.release("release 2", good) == 2
    assert world.states() == [(bad, "failed"), (good, "live")]


def test_an_endpoint_that_answers_otherwise_goes_back(world: ReleaseWorld) -> None:
    good = world.approved("train 1")
    wrong = world.approved("train 2", answer={"probability": 0.75, "version": "another"})
    world.release("release 1", good)
    uri, task = world.plan("release 2", wrong)
    world.deploy(uri, task)
    with pytest.raises(AirflowFailException, match=r"it serves .*-000001 again: request 1: model another has answered"):
        world.verify(uri, task)
    assert world.endpoint.state().config == f"groundwork-sandbox-{world.name}-000001"
    assert world.states() == [(good, "live"), (wrong, "failed")]
    with pytest.raises(AirflowFailException, match="clear deploy_model"):
        world.record(uri, task)


def test_a_first_release_that_refuses_its_golden_requests_is_taken_down(world: ReleaseWorld) -> None:
    number = world.approved("train 1", refuses=True)
    uri, task = world.plan("release 1", number)
    world.deploy(uri, task)
    with pytest.raises(AirflowFailException, match=r"so the endpoint is deleted: .*feature distance_miles is unknown"):
        world.verify(uri, task)
    assert world.states() == [(number, "failed")]
    assert world.rested()["word"] == ""


def test_a_retry_attaches_to_what_an_earlier_try_began(world: ReleaseWorld) -> None:
    uri, task = world.plan("release 1", world.approved("train 1", slow=4))
    operator = DeployModelOperator(task_id="deploy", run_uri=uri)
    with pytest.raises(TaskDeferred) as first:
        operator.execute(task.context)
    assert first.value.kwargs == {"how": "started"}
    name = f"groundwork-sandbox-{world.name}-000001"
    # At once, because the next try's own looks at ledger and S3 may take longer than the endpoint.
    assert world.endpoint.deploy(name) == "attached"
    assert world.endpoint.deploy("another") == "busy"
    assert world.finish(operator, task) == name
    assert len(world.releases.all()) == 1
    assert len(world.endpoint.conn.list_endpoint_configs(NameContains=world.name)["EndpointConfigs"]) == 1


@pytest.mark.parametrize("who", ["nobody", "sagemaker"])
def test_what_nobody_has_approved_does_not_serve(world: ReleaseWorld, who: str) -> None:
    number = world.registered("train 1")
    uri, task = world.plan("release 1", number)
    if who == "sagemaker":
        ModelRegistryHook(region_name=REGION).project(task.pushed["package_arn"], "Approved", "by hand")
    with pytest.raises(
        AirflowFailException, match="has no approval in the ledger; a status in SageMaker is not enough"
    ):
        world.deploy(uri, task)
    assert world.releases.all() == []


def test_what_was_swapped_after_the_approval_does_not_serve(world: ReleaseWorld) -> None:
    number = world.approved("train 1")
    uri, task = world.plan("release 1", number)
    record = Versions(world.ledger, world.name).get(number)
    assert record is not None
    archive = json.loads(world.body(record.version_uri))["artifact"]["uri"]
    world.put(archive, b"another model")
    with pytest.raises(AirflowFailException, match="an object was replaced after the approval"):
        world.deploy(uri, task)


def test_a_package_that_was_changed_does_not_serve(world: ReleaseWorld) -> None:
    uri, task = world.plan("release 1", world.approved("train 1"))
    other = {
        "Containers": [{"Image": f"{world.environment.model_image}:other", "ModelDataUrl": "s3://a/b.tar.gz"}],
        "SupportedContentTypes": ["application/jsonlines"],
        "SupportedResponseMIMETypes": ["application/jsonlines"],
    }
    sagemaker = ModelRegistryHook(region_name=REGION).conn
    sagemaker.update_model_package(ModelPackageArn=task.pushed["package_arn"], InferenceSpecification=other)
    with pytest.raises(AirflowFailException, match="names another model or container than the version"):
        world.deploy(uri, task)


def test_changed_thresholds_end_an_approval_but_not_a_step_back(world: ReleaseWorld) -> None:
    first, second = world.approved("train 1"), world.approved("train 2")
    world.release("release 1", first)
    world.release("release 2", second)
    third = world.approved("train 3")
    file = world.include.folder / "models" / f"{world.name}.yaml"
    file.write_text(file.read_text().replace("minimum: 0.65", "minimum: 0.7"))
    uri, task = world.plan("release 3", third)
    with pytest.raises(AirflowFailException, match="an approval holds for the thresholds it was given under"):
        world.deploy(uri, task)
    uri, task = world.plan_back("back")
    assert world.deploy(uri, task, rolls_back=True).endswith("-000003")


def test_a_step_back_needs_a_release_before_and_a_reason(world: ReleaseWorld) -> None:
    with pytest.raises(AirflowFailException, match="no release serves"):
        world.plan_back("back 1")
    with pytest.raises(AirflowFailException, match="the reason has 3 characters"):
        world.plan_back("back 2", reason="bad")
