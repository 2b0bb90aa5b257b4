"""Training tasks, on real jobs of the sandbox: done once, begun again after a failure, ended with their task."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from airflow.sdk.exceptions import AirflowException, TaskDeferralTimeout, TaskDeferred

from groundwork.hooks.job_engine import EngineError
from groundwork.operators.container_job import TrainModelOperator
from groundwork.spec import names
from groundwork.spec.model_run import ModelRun
from sandbox.launcher import Sandbox
from sandbox.settings import REGION
from tests.dags.conftest import Include
from tests.dags.model_world import ModelWorld, Task, declare_model
from tests.lifecycle.conftest import until

TRAINER = Path(__file__).parents[1] / "hooks" / "trainer"


class TrainingWorld(ModelWorld):
    """A model whose examples are there."""

    def frozen(self, run_id: str = "train") -> tuple[ModelRun, Task]:
        run, task = self.freeze("train_model", run_id, image=f"{self.environment.model_image}:trainer")
        for part in ("train", "validation"):
            self.put(f"{run.folder_uri('examples')}{part}/part-0.parquet", b"rows")
        return run, task

    def jobs(self, task: Task) -> list[tuple[str, str]]:
        """Names and states of the task's jobs, oldest first."""
        key = names.job_key(task.ti.dag_id, task.ti.run_id, task.ti.task_id, task.ti.map_index)
        prefix = names.job_name(task.ti.dag_id, key, 0)[:-1]
        client = boto3.client("sagemaker", region_name=REGION)
        listed = client.list_training_jobs(NameContains=prefix, SortOrder="Ascending")["TrainingJobSummaries"]
        return [(each["TrainingJobName"], each["TrainingJobStatus"]) for each in listed]


@pytest.fixture
def world(cloud: Sandbox, include: Include, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainingWorld:
    monkeypatch.setenv("GROUNDWORK_HOME", str(tmp_path))
    made = TrainingWorld(include, declare_model(include))
    cloud.push_image(f"{made.environment.model_image}:trainer", TRAINER)
    return made


def training(run: ModelRun, order: Any = "end") -> TrainModelOperator:
    return TrainModelOperator(task_id="task", algorithm=order, run_uri=run.uri)


def execute(operator: TrainModelOperator, task: Task) -> Any:
    """As Airflow does it: to the wait, and on when the trigger has fired."""
    try:
        return operator.execute(task.context)
    except TaskDeferred as deferred:
        trigger = deferred.trigger

    async def fired() -> Any:
        return [event.payload async for event in trigger.run()]

    (event,) = asyncio.run(fired())
    return operator.execute_complete(task.context, event)


def test_a_training_gives_its_model_and_is_not_done_again(world: TrainingWorld) -> None:
    run, task = world.frozen()
    model = execute(training(run), task)
    ((job, state),) = world.jobs(task)
    assert state == "Completed"
    assert model == f"{run.folder_uri('models')}{job}/output/model.tar.gz"
    assert world.body(model)[:2] == b"\x1f\x8b"
    assert task.pushed["job_url"].endswith(f"/_sandbox/sagemaker/jobs/training/{job}")
    task.ti.try_number = 2
    assert execute(training(run), task) == model, "cleared"
    assert len(world.jobs(task)) == 1


def test_a_training_that_fails_says_why_and_the_next_try_is_another_job(world: TrainingWorld) -> None:
    run, task = world.frozen()
    for number in (1, 2):
        task.ti.try_number = number
        with pytest.raises(AirflowException, match=r"is Failed: .*the labels are all the same"):
            execute(training(run, "fail"), task)
    jobs = world.jobs(task)
    assert [state for _, state in jobs] == ["Failed", "Failed"]
    assert jobs[0][0] != jobs[1][0]


def test_a_training_that_hangs_is_stopped_when_its_time_is_over(world: TrainingWorld) -> None:
    run, task = world.frozen()
    operator = training(run, "wait")
    with pytest.raises(TaskDeferred):
        operator.execute(task.context)
    until(lambda: world.jobs(task)[0][1] == "InProgress")

    def over(*_: Any, **__: Any) -> None:
        raise TaskDeferralTimeout("over")

    operator.execute_complete = over  # type: ignore[method-assign]
    with pytest.raises(AirflowException, match="was cancelled: execution_timeout has passed"):
        operator.resume_execution("execute_complete", {"event": {}}, task.context)
    assert [state for _, state in world.jobs(task)] == ["Stopped"]


def test_a_cleared_training_ends_the_job_that_waits_and_begins_another(world: TrainingWorld) -> None:
    run, task = world.frozen()
    with pytest.raises(TaskDeferred):
        training(run, "wait").execute(task.context)
    task.ti.try_number = 2
    with pytest.raises(TaskDeferred):
        training(run, "wait").execute(task.context)
    assert [state for _, state in world.jobs(task)] == ["Stopped", "InProgress"]
    stopped = training(run, "wait")
    with pytest.raises(TaskDeferred):
        stopped.execute(task.context)
    stopped.on_kill()
    until(lambda: [state for _, state in world.jobs(task)] == ["Stopped", "Stopped"])


def test_two_at_once_start_one_job(world: TrainingWorld) -> None:
    run, task = world.frozen()

    def start(_: int) -> None:
        with pytest.raises(TaskDeferred):
            training(run, "wait").execute(task.context)

    with ThreadPoolExecutor(2) as both:
        list(both.map(start, range(2)))
    assert len(world.jobs(task)) == 1
    last = training(run, "wait")
    with pytest.raises(TaskDeferred):
        last.execute(task.context)
    last.on_kill()


def test_throttling_is_waited_out_and_a_quota_says_the_mend(cloud: Sandbox, world: TrainingWorld) -> None:
    run, task = world.frozen()
    fault = {"service": "sagemaker", "action": "CreateTrainingJob", "kind": "throttle", "times": 2}
    cloud.ask("faults", "POST", fault)
    execute(training(run), task)
    assert [state for _, state in world.jobs(task)] == ["Completed"]
    other, refused = world.frozen("again")
    cloud.ask("faults", "POST", {**fault, "kind": "quota", "times": 1})
    with pytest.raises(EngineError, match="Ask for a larger quota, choose another instanceType"):
        execute(training(other), refused)
    assert world.jobs(refused) == []
    execute(training(other), refused)
    assert [state for _, state in world.jobs(refused)] == ["Completed"]


def test_an_image_that_nobody_pushed_is_named(world: TrainingWorld) -> None:
    run, task = world.freeze("train_model", "unpushed", image=f"{world.environment.model_image}:nobody")
    with pytest.raises(AirflowException, match="groundwork-models:nobody"):
        execute(training(run), task)
