"""Waits for files that nobody has looked at."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from airflow.providers.amazon.aws.hooks.s3 import S3Hook

from groundwork.hooks.aws_retries import retrying
from groundwork.hooks.landing import LandingObject, LandingPlace, listed, worth_a_look
from groundwork.triggers.patient import PatientTrigger


class LandingFilesTrigger(PatientTrigger):
    """Fires when a file or manifest lies at the place that is whole and not known, or when the deadline has passed.

    A listing that fails fires too: the task's own look then fails with the reason and is tried again.

    :param bucket: the landing bucket
    :param folder: key of the folder
    :param pattern: name pattern of the files
    :param manifest: name pattern of the deliveries' manifests
    :param settle_seconds: how long a file must have stayed the same
    :param known: fingerprints that need no look
    :param poll_seconds: pause between two looks
    :param deadline: seconds since the epoch
    :param region_name: AWS region
    """

    def __init__(
        self,
        *,
        bucket: str,
        folder: str,
        pattern: str,
        manifest: str | None,
        settle_seconds: int,
        known: list[str],
        poll_seconds: float,
        deadline: float,
        region_name: str,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Airflow's own is not typed
        self.place = LandingPlace(bucket, folder, pattern, manifest, settle_seconds)
        self.known = known
        self.poll_seconds = poll_seconds
        self.deadline = deadline
        self.region_name = region_name

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class and arguments, to be stored until a triggerer takes it."""
        return (
            "groundwork.triggers.landing_files.LandingFilesTrigger",
            {
                "bucket": self.place.bucket,
                "folder": self.place.folder,
                "pattern": self.place.pattern,
                "manifest": self.place.manifest,
                "settle_seconds": self.place.settle_seconds,
                "known": self.known,
                "poll_seconds": self.poll_seconds,
                "deadline": self.deadline,
                "region_name": self.region_name,
            },
        )

    async def event(self) -> dict[str, str]:
        """Look until there is something or the time is over."""
        return {"seen": await self._seen()}

    async def _seen(self) -> str:
        hook = S3Hook(aws_conn_id=None, region_name=self.region_name, config=retrying())
        known = frozenset(self.known)
        try:
            async with await hook.get_async_conn() as client:
                while not worth_a_look(self.place, await self._objects(client), known):
                    remaining = self.deadline - time.time()
                    if remaining <= 0:
                        return "nothing"
                    await asyncio.sleep(min(self.poll_seconds, remaining))
        except Exception as error:  # noqa: BLE001 - the task's own look meets it again and says it
            return f"{type(error).__name__}: {error}"
        return "files"

    async def _objects(self, client: Any) -> list[LandingObject]:
        paginator = client.get_paginator("list_objects_v2")
        pages = paginator.paginate(Bucket=self.place.bucket, Prefix=self.place.prefix)
        return [item async for page in pages for item in listed(page)]
