"""The triggers of endpoints and approvals: what they fire, what they wait out, and that they come back."""

from __future__ import annotations

import asyncio
from typing import Any, Self

import pytest
from airflow.models.trigger import Trigger
from airflow.triggers.base import BaseTrigger
from botocore.exceptions import ClientError

from groundwork.hooks.model_approval import ApprovalState
from groundwork.triggers.endpoint import EndpointTrigger
from groundwork.triggers.model_approval import ModelApprovalTrigger

ENDPOINT: dict[str, Any] = {"region_name": "eu-west-1", "endpoint": "e", "poll_seconds": 1}
APPROVAL: dict[str, Any] = {
    "package_arn": "arn:package/3",
    "model": "m",
    "ledger_table": "groundwork-sandbox",
    "region_name": "eu-west-1",
    "poll_seconds": 1,
}


def refused(code: str, status: int = 400, message: str = "…") -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Describe")


def fired(trigger: BaseTrigger) -> Any:
    async def first() -> Any:
        return [event.payload async for event in trigger.run()]

    (payload,) = asyncio.run(first())
    return payload


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses that are asked for, and not made."""
    made: list[float] = []

    async def pause(seconds: float) -> None:
        made.append(seconds)

    for module in ("endpoint", "model_approval"):
        monkeypatch.setattr(f"groundwork.triggers.{module}.asyncio.sleep", pause)
    return made


class SageMaker:
    """Answers in a row."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to close."""

    async def describe_endpoint(self, **arguments: str) -> dict[str, Any]:
        assert arguments == {"EndpointName": "e"}
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"EndpointStatus": answer, "FailureReason": f"it is {answer}"}


def watching(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> EndpointTrigger:
    trigger = EndpointTrigger(**ENDPOINT)

    async def connect() -> SageMaker:
        return SageMaker(*answers)

    monkeypatch.setattr(trigger, "_connect", connect)
    return trigger


@pytest.mark.parametrize(("kind", "arguments"), [(EndpointTrigger, ENDPOINT), (ModelApprovalTrigger, APPROVAL)])
def test_a_trigger_comes_back_from_the_database(kind: Any, arguments: dict[str, Any]) -> None:
    path, kept = kind(**arguments).serialize()
    assert path == f"{kind.__module__}.{kind.__name__}"
    row = Trigger(classpath=path, kwargs=kept)
    assert kind(**row.kwargs).serialize() == (path, arguments)


@pytest.mark.parametrize("word", ["InService", "Failed", "OutOfService", "UpdateRollbackFailed"])
def test_it_fires_when_the_endpoint_rests(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    moving = ("Creating", "Updating", "SystemUpdating", "RollingBack")
    assert fired(watching(monkeypatch, *moving, word)) == {"word": word, "detail": f"it is {word}"}


def test_an_endpoint_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = refused("ValidationException", message='Could not find endpoint "e".')
    assert fired(watching(monkeypatch, "Deleting", gone))["word"] == ""


def test_passing_troubles_are_waited_out_and_others_are_told(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    trouble = [refused("ThrottlingException")] * 2
    assert fired(watching(monkeypatch, *trouble, "Updating", "InService"))["word"] == "InService"
    assert pauses == [2, 4, 1]
    event = fired(watching(monkeypatch, refused("AccessDeniedException", 403)))
    assert event["word"] == "unknown"
    assert "AccessDeniedException" in event["detail"]


def looking(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> ModelApprovalTrigger:
    trigger = ModelApprovalTrigger(**APPROVAL)
    left = list(answers)

    def look() -> ApprovalState:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    monkeypatch.setattr(trigger, "_look", look)
    return trigger


def test_an_approval_is_waited_for_and_a_status_without_record_is_told_once(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = ApprovalState("waiting", "nobody has decided")
    forged = ApprovalState("waiting", "SageMaker shows Approved, and no record says by whom", True)
    approved = ApprovalState("approved", "approved by operator")
    trigger = looking(monkeypatch, waiting, forged, forged, refused("SlowDown", 503), approved)
    assert fired(trigger) == {"phase": "approved", "detail": "approved by operator"}
    assert capsys.readouterr().out.count("no record says by whom") == 1
    assert pauses == [1, 1, 1, 2]


def test_a_rejection_and_a_lasting_trouble_fire_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fired(looking(monkeypatch, ApprovalState("rejected", "no")))["phase"] == "rejected"
    assert fired(looking(monkeypatch, refused("AccessDeniedException", 403)))["phase"] == "unknown"
