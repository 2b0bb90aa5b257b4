from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, Self

import pytest
from airflow.models.trigger import Trigger
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError

from groundwork.triggers.job import is_transient, uninterrupted
from groundwork.triggers.spark_job import SparkJobTrigger

ARGUMENTS = {"region_name": "eu-west-1", "job_id": "00job", "poll_seconds": 1, "application_id": "00app"}


class Engine:
    """Answers in a row; the last one for ever."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.cancelled: list[dict[str, str]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to close."""

    async def get_job_run(self, **arguments: str) -> dict[str, Any]:
        assert arguments == {"applicationId": "00app", "jobRunId": "00job"}
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return {"jobRun": {"state": answer, "stateDetails": f"it is {answer}"}}

    async def cancel_job_run(self, **arguments: str) -> None:
        self.cancelled.append(arguments)


def watching(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> SparkJobTrigger:
    """A trigger on this engine."""
    trigger = SparkJobTrigger(**ARGUMENTS)  # type: ignore[arg-type]

    async def connect() -> Engine:
        return engine

    monkeypatch.setattr(trigger, "_connect", connect)
    return trigger


def fired(trigger: SparkJobTrigger) -> dict[str, str]:
    """The event that it fires."""

    async def first() -> Any:
        return [event.payload async for event in trigger.run()]

    (payload,) = asyncio.run(first())
    return payload


def refused(code: str, status: int) -> ClientError:
    response = {"Error": {"Code": code, "Message": "…"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetJobRun")  # type: ignore[arg-type]


def test_a_trigger_comes_back_from_the_database() -> None:
    path, arguments = SparkJobTrigger(**ARGUMENTS).serialize()  # type: ignore[arg-type]
    assert path == "groundwork.triggers.spark_job.SparkJobTrigger"
    row = Trigger(classpath=path, kwargs=arguments)
    assert SparkJobTrigger(**row.kwargs).serialize() == (path, ARGUMENTS)


@pytest.mark.parametrize(
    ("word", "phase"), [("SUCCESS", "succeeded"), ("FAILED", "failed"), ("CANCELLED", "cancelled")]
)
def test_it_fires_when_the_job_has_ended(word: str, phase: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trigger = watching(Engine("PENDING", "RUNNING", word), monkeypatch)
    trigger.poll_seconds = 0
    assert fired(trigger) == {"phase": phase, "detail": f"it is {word}"}


def test_passing_troubles_are_waited_out_and_others_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("groundwork.triggers.job.asyncio.sleep", pause)
    trouble = [EndpointConnectionError(endpoint_url="http://127.0.0.1:1")] * 6
    trigger = watching(Engine(*trouble, "RUNNING", refused("ThrottlingException", 400), "SUCCESS"), monkeypatch)
    assert fired(trigger)["phase"] == "succeeded"
    assert pauses == [2, 4, 8, 16, 30, 30, 1, 2]
    denied = watching(Engine(refused("AccessDeniedException", 403)), monkeypatch)
    event = fired(denied)
    assert event["phase"] == "unknown"
    assert "AccessDeniedException" in event["detail"]


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (refused("InternalServerException", 500), True),
        (refused("SlowDown", 503), True),
        (refused("ThrottlingException", 429), True),
        (ReadTimeoutError(endpoint_url="x"), True),
        (ConnectionResetError(), True),
        (refused("ResourceNotFoundException", 404), False),
        (refused("ExpiredTokenException", 400), False),
        (NoCredentialsError(), False),
    ],
)
def test_which_troubles_pass(error: Exception, transient: bool) -> None:
    assert is_transient(error) is transient


def cancel_while(states: Any, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Cancel a watching trigger, again and again as Airflow does, while Airflow says these task states."""
    engine = Engine("RUNNING")
    trigger = watching(engine, monkeypatch)
    trigger.task_instance = SimpleNamespace(dag_id="d", run_id="r", task_id="t", map_index=-1)

    def answer(**arguments: Any) -> Any:
        assert arguments == {"dag_id": "d", "run_ids": ["r"], "task_ids": ["t"], "map_index": -1}
        if isinstance(states, Exception):
            raise states
        return states

    monkeypatch.setattr(RuntimeTaskInstance, "get_task_states", staticmethod(answer))

    async def scene() -> None:
        async def watch() -> None:
            async for _ in trigger.run():
                pytest.fail("fired although the job runs")

        task = asyncio.create_task(watch())
        await asyncio.sleep(0.05)
        while not task.done():
            task.cancel()
            await asyncio.sleep(0.01)
        assert task.cancelled()

    asyncio.run(scene())
    return engine


@pytest.mark.parametrize(
    "states", [{"r": {"t": "failed"}}, {"r": {"t": "success"}}, {"r": {"t": "running"}}, {"r": {"t": None}}, {}]
)
def test_a_job_that_no_task_waits_for_is_cancelled(states: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = cancel_while(states, monkeypatch)
    assert engine.cancelled == [{"applicationId": "00app", "jobRunId": "00job"}]


@pytest.mark.parametrize("states", [{"r": {"t": "deferred"}}, ConnectionError("the supervisor has gone")])
def test_a_triggerer_that_goes_leaves_the_job(states: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cancel_while(states, monkeypatch).cancelled == []


def test_what_must_be_finished_is_not_interrupted() -> None:
    steps: list[str] = []

    async def work() -> None:
        for step in ("question", "answer"):
            await asyncio.sleep(0.05)
            steps.append(step)

    async def scene() -> None:
        task = asyncio.create_task(uninterrupted(work()))
        while not task.done():
            await asyncio.sleep(0.01)
            task.cancel()

    asyncio.run(scene())
    assert steps == ["question", "answer"]
