"""Does what Feature Store was asked for: makes and ends groups, keeps records, writes the offline store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.clients import own_client
from sandbox.errors import Answer
from sandbox.featurestore.group import FeatureGroup
from sandbox.featurestore.offline import OfflineStore
from sandbox.featurestore.record_calls import RecordCalls
from sandbox.featurestore.record_store import RecordStore
from sandbox.sagemaker.models import SageMakerBackend
from sandbox.services import Call
from sandbox.settings import Settings

OFFLINE_SECONDS = 5.0
LOG = logging.getLogger(__name__)


class FeatureStore:
    """The feature groups of one sandbox.

    :param settings: the sandbox
    :param backends: the records of every account and region
    :param offline_seconds: longest way of an event into the offline store
    """

    def __init__(
        self,
        settings: Settings,
        backends: Callable[[], Iterator[SageMakerBackend]],
        offline_seconds: float = OFFLINE_SECONDS,
    ):
        self._backends = backends
        self._offline_seconds = offline_seconds
        self._s3 = own_client(settings, "s3")
        self._store = RecordStore(settings.state / "feature-records.sqlite")
        self._offline = OfflineStore(self._store, self._s3)
        self._calls = RecordCalls(self._find, self._store)
        self._writing = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._write_on, name="feature store", daemon=True)

    def start(self) -> None:
        """Begin to write; a group that was being made or ended is so now."""
        self._thread.start()
        for backend in self._backends():
            for group in backend.feature_groups:
                if group.status == "Creating":  # at once: it may hold records that were acknowledged
                    self._create(group)
                elif group.status == "Deleting":
                    self.delete(backend, group)

    def stop(self) -> None:
        """Write the rest."""
        self._closing.set()
        self._thread.join()
        self._flush()
        self._store.close()

    def answer(self, call: Call, environ: dict[str, Any], body: bytes) -> Answer:
        """Carry out a call of the runtime."""
        return self._calls.answer(call, environ, body)

    def size(self, group: FeatureGroup) -> int:
        """Bytes of a group's online records."""
        return self._store.size(group.key)

    def create(self, group: FeatureGroup) -> None:
        """Make a group; returns at once."""
        threading.Thread(target=self._create, args=(group,), name=f"make {group.name}", daemon=True).start()

    def delete(self, backend: SageMakerBackend, group: FeatureGroup) -> None:
        """End a group and forget its online records; returns at once."""
        threading.Thread(target=self._delete, args=(backend, group), name=f"end {group.name}", daemon=True).start()

    def _create(self, group: FeatureGroup) -> None:
        if group.is_offline:
            bucket = urlsplit(group.offline_uri).netloc
            try:
                self._s3.head_bucket(Bucket=bucket)
            except (ClientError, BotoCoreError) as error:
                group.failure_reason = f"The bucket {bucket} of the offline store cannot be reached: {error}"
                group.status = "CreateFailed"
                return
        group.status = "Created"

    def _delete(self, backend: SageMakerBackend, group: FeatureGroup) -> None:
        with self._writing:
            if group.is_offline and group.failure_reason == "" and not self._offline.flush(group):
                group.failure_reason = "The last records cannot be written to the offline store: see server.log."
                group.status = "DeleteFailed"
                return
            self._store.drop(group.key)
        backend.feature_groups.remove(group.name)
        backend.tags.forget(group.arn)

    def _find(self, region: str, name: str) -> FeatureGroup | None:
        for backend in self._backends():
            if backend.region_name == region and name in backend.feature_groups:
                return backend.feature_groups.get(name)
        return None

    def _write_on(self) -> None:
        while not self._closing.wait(self._offline_seconds):
            try:
                self._flush()
                self._store.purge()
            except Exception:  # one bad group must not end the writing of the others
                LOG.exception("writing the offline store went wrong")

    def _flush(self) -> None:
        with self._writing:
            waiting = set(self._store.groups_waiting())
            for backend in self._backends():
                for group in backend.feature_groups:
                    if group.key in waiting:
                        self._offline.flush(group)
