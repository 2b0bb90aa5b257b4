"""When a trigger may fire."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

WORKER_LEAVES_SECONDS = 3.0
"""For the worker of a task that defers to end, and for the scheduler to read that it has: about two of its turns."""


class PatientTrigger(BaseTrigger):
    """Fires once, and not in its first three seconds.

    Airflow 3.2.1 fails a task whose trigger fires before the scheduler has read that the task's worker left: it takes
    the late word for a task that was killed (apache/airflow#66374). What is over when the task defers, or soon after,
    would lose a try that way. Within ``airflow dags test`` there is no scheduler, and nothing is waited for.
    """

    @abstractmethod
    async def event(self) -> dict[str, Any]:
        """What is to be told, once there is something."""

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait for what is to be told, and tell it."""
        began = time.monotonic()
        event = await self.event()
        if self.task_instance is not None:
            await asyncio.sleep(max(0.0, began + WORKER_LEAVES_SECONDS - time.monotonic()))
        yield TriggerEvent(event)
