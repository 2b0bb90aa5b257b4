"""Waits for an endpoint without holding a worker."""

from __future__ import annotations

import asyncio
from typing import Any

from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook
from botocore.exceptions import BotoCoreError, ClientError

from groundwork.hooks.endpoint import FINAL, is_missing
from groundwork.triggers.job import LONGEST_PAUSE, is_transient
from groundwork.triggers.patient import PatientTrigger


class EndpointTrigger(PatientTrigger):
    """Fires once, when an endpoint is on its way nowhere, is gone, or can be watched no longer.

    The event holds ``word``, SageMaker's own, empty where there is no endpoint, ``unknown`` where nobody can say; and
    ``detail``. A cancelled trigger leaves the endpoint as it is: what was begun there cannot be taken back by waiting
    for it no longer, and the next try attaches.

    :param region_name: AWS region
    :param endpoint: name of the endpoint
    :param poll_seconds: pause between two looks
    """

    def __init__(self, *, region_name: str, endpoint: str, poll_seconds: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.region_name = region_name
        self.endpoint = endpoint
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class and arguments."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "region_name": self.region_name,
            "endpoint": self.endpoint,
            "poll_seconds": self.poll_seconds,
        }

    async def event(self) -> dict[str, str]:
        """Watch the endpoint until it rests."""
        async with await self._connect() as client:
            return await self._watch(client)

    async def _connect(self) -> Any:
        """A client that does not try again by itself, because every look is followed by another one anyway."""
        hook = SageMakerHook(
            aws_conn_id=None, region_name=self.region_name, config={"retries": {"total_max_attempts": 1}}
        )
        return await hook.get_async_conn()

    async def _watch(self, client: Any) -> dict[str, str]:
        troubles = 0
        while True:
            try:
                answer = await client.describe_endpoint(EndpointName=self.endpoint)
            except (ClientError, BotoCoreError, OSError) as error:
                if isinstance(error, ClientError) and is_missing(error):
                    return {"word": "", "detail": "the endpoint is not there"}
                if not is_transient(error):
                    return {"word": "unknown", "detail": str(error)}
                troubles += 1
                pause = min(self.poll_seconds * 2**troubles, LONGEST_PAUSE)
                self.log.warning("the endpoint cannot be looked at, again in %.0f s: %s", pause, error)
                await asyncio.sleep(pause)
                continue
            if answer["EndpointStatus"] in FINAL:
                return {"word": answer["EndpointStatus"], "detail": answer.get("FailureReason", "")}
            troubles = 0
            await asyncio.sleep(self.poll_seconds)
