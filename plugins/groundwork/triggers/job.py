"""Waits for a job without holding a worker."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError, CredentialRetrievalError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

from groundwork.hooks.job_engine import JobState
from groundwork.triggers.patient import PatientTrigger

LONGEST_PAUSE = 30.0
LAST_SECONDS = 60.0
TRANSIENT_CODES = {
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
}


class JobTrigger(PatientTrigger):
    """Fires once, when the job has ended or can be watched no longer.

    The event holds ``phase`` (``succeeded``, ``failed``, ``cancelled`` or ``unknown``) and ``detail``. The engine's
    passing troubles are waited out. When the trigger is cancelled, so is the job, unless the task still waits for it:
    then only the triggerer goes, and another one will watch.

    :param region_name: AWS region
    :param job_id: the engine's id of the job
    :param poll_seconds: pause between two looks
    """

    # Every look is followed by another one anyway, so no call is tried again by itself.
    client_config: ClassVar[dict[str, Any]] = {"retries": {"total_max_attempts": 1}}

    def __init__(self, *, region_name: str, job_id: str, poll_seconds: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.region_name = region_name
        self.job_id = job_id
        self.poll_seconds = poll_seconds

    @abstractmethod
    def _arguments(self) -> dict[str, Any]:
        """Arguments of the kind of trigger, beside those of all."""

    @abstractmethod
    async def _connect(self) -> Any:
        """A client of the engine's service."""

    @abstractmethod
    async def _look(self, client: Any) -> JobState:
        """How the job is."""

    @abstractmethod
    async def _cancel(self, client: Any) -> None:
        """Ask for its end."""

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class and arguments."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "region_name": self.region_name,
            "job_id": self.job_id,
            "poll_seconds": self.poll_seconds,
            **self._arguments(),
        }

    async def event(self) -> dict[str, str]:
        """Watch the job to its end."""
        try:
            async with await self._connect() as client:
                return await self._watch(client)
        except asyncio.CancelledError:
            await uninterrupted(self._cancel_unless_awaited())
            raise

    async def _watch(self, client: Any) -> dict[str, str]:
        troubles = 0
        while True:
            try:
                state = await self._look(client)
            except (ClientError, BotoCoreError, OSError) as error:
                if not is_transient(error):
                    return {"phase": "unknown", "detail": str(error)}
                troubles += 1
                pause = min(self.poll_seconds * 2**troubles, LONGEST_PAUSE)
                self.log.warning("the engine cannot be asked, again in %.0f s: %s", pause, error)
                await asyncio.sleep(pause)
                continue
            if state.phase != "running":
                return {"phase": state.phase, "detail": state.detail}
            troubles = 0
            await asyncio.sleep(self.poll_seconds)

    async def _cancel_unless_awaited(self) -> None:
        """Cancel the job when it is certain that no task waits for it; the sweeper sees to what is left."""
        if self.task_instance is None:
            return  # `airflow dags test` runs the trigger within the task and ends it as soon as it has fired
        try:
            state = await self._task_state()
            if state == "deferred":
                self.log.info("the task still waits for job %s, which goes on", self.job_id)
                return
            self.log.info("the task is %s; cancelling job %s", state or "cleared or gone", self.job_id)
            async with await self._connect() as client:
                await self._cancel(client)
        except Exception as error:  # noqa: BLE001 - whatever keeps us from knowing, the job goes on
            self.log.warning("job %s is left to the sweeper: %s", self.job_id, error)

    async def _task_state(self) -> str | None:
        """The task's state; None when it waits for its next turn or is gone."""
        from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
        from asgiref.sync import sync_to_async

        task: Any = self.task_instance
        states = await sync_to_async(RuntimeTaskInstance.get_task_states)(
            dag_id=task.dag_id, task_ids=[task.task_id], run_ids=[task.run_id], map_index=task.map_index
        )
        found = list(states.get(task.run_id, {}).values())
        return str(found[0]) if found and found[0] else None


async def uninterrupted(work: Coroutine[Any, Any, None]) -> None:
    """Do something to its end, or for a minute.

    Airflow cancels a trigger again every second until it has gone. A cancel while a question to the triggerer's
    supervisor is on its way would leave the answer to the next question, and that ends the triggerer.
    """
    task = asyncio.create_task(work)
    until = time.monotonic() + LAST_SECONDS
    while not task.done() and time.monotonic() < until:
        with suppress(asyncio.CancelledError):
            await asyncio.wait({task}, timeout=1)


def is_transient(error: Exception) -> bool:
    """Whether the same request may succeed later: throttled, a server's own trouble, or no connection."""
    if not isinstance(error, ClientError):
        return isinstance(error, HTTPClientError | NoConnection | CredentialRetrievalError | OSError)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error.response["Error"]["Code"] in TRANSIENT_CODES
