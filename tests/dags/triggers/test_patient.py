"""When a trigger fires."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest

from groundwork.triggers import patient
from groundwork.triggers.patient import PatientTrigger


class After(PatientTrigger):
    """Has something to tell after so many seconds."""

    def __init__(self, seconds: float, task: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.seconds = seconds
        self.task_instance = task

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "", {}

    async def event(self) -> dict[str, Any]:
        await asyncio.sleep(self.seconds)
        return {"seconds": self.seconds}


def fired_after(trigger: After) -> float:
    """Seconds until its only event."""

    async def events() -> list[Any]:
        return [event.payload async for event in trigger.run()]

    began = time.monotonic()
    assert asyncio.run(events()) == [{"seconds": trigger.seconds}]
    return time.monotonic() - began


def test_what_is_over_at_once_is_told_when_the_worker_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient, "WORKER_LEAVES_SECONDS", 0.5)
    task = SimpleNamespace(task_id="t")
    assert 0.5 <= fired_after(After(0.0, task)) < 1.0
    assert 0.6 <= fired_after(After(0.6, task)) < 1.0, "the wait counts from the start"
    assert fired_after(After(0.0, None)) < 0.4, "in `airflow dags test` no scheduler looks"
