"""The offline store: events as Parquet, in SageMaker's layout, a file an hour of event time and a flush."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.featurestore.event_time import moment
from sandbox.featurestore.group import FeatureGroup
from sandbox.featurestore.record_store import RecordStore, Waiting, present

LOG = logging.getLogger(__name__)


class OfflineStore:
    """Writes what waits. An event is in one file exactly, also when the sandbox dies between two steps.

    :param store: holds what waits
    :param s3: client
    """

    def __init__(self, store: RecordStore, s3: Any):
        self._store = store
        self._s3 = s3

    def flush(self, group: FeatureGroup) -> bool:
        """Write all that waits of a group, and say whether that went well; what failed waits on."""
        waiting = self._store.waiting(group.key)
        for name, events in by_file(waiting.pop("", [])).items():
            self._store.assign(name, [each.number for each in events])
            waiting[name] = events
        try:
            for name, events in waiting.items():
                self._put(group, name, events)
                self._store.written(group.key, name)
        except (ClientError, BotoCoreError) as error:
            LOG.warning("the offline store of %s cannot be written: %s", group.name, error)
            return False
        return True

    def _put(self, group: FeatureGroup, name: str, events: list[Waiting]) -> None:
        address = urlsplit(f"{group.offline_uri}/{name}")
        self._s3.put_object(Bucket=address.netloc, Key=address.path.lstrip("/"), Body=parquet(group, events))


def by_file(events: Iterable[Waiting]) -> dict[str, list[Waiting]]:
    """Events by the file that they go into: its hour, its latest event, and a name that its events give it."""
    hours: dict[str, list[Waiting]] = {}
    for each in events:
        hours.setdefault(f"{moment(each.event.at):year=%Y/month=%m/day=%d/hour=%H}", []).append(each)
    files = {}
    for hour, within in hours.items():
        latest = max(moment(each.event.at) for each in within)
        digest = hashlib.sha256(f"{hour} {within[0].number} {within[-1].number}".encode()).hexdigest()[:16]
        files[f"{hour}/{latest:%Y%m%dT%H%M%SZ}_{digest}.parquet"] = within
    return files


def parquet(group: FeatureGroup, events: list[Waiting]) -> bytes:
    """Events as a Parquet file: the group's features, and the three columns of the store."""
    import pyarrow as arrow  # late: half a second that a sandbox without an offline store does not pay
    from pyarrow import parquet as files

    readers = {
        "Integral": (arrow.int64(), int),
        "Fractional": (arrow.float64(), float),
        "String": (arrow.string(), str),
    }
    columns, fields = [], []
    for name, feature_type in group.types.items():
        kind, read = readers[feature_type]
        found = [each.event.values.get(name) for each in events]
        columns.append(arrow.array([None if value is None else read(value) for value in found], kind))
        fields.append(arrow.field(name, kind))
    stamp = arrow.timestamp("us", "UTC")
    for name, kind, values in (
        ("write_time", stamp, [present()] * len(events)),
        ("api_invocation_time", stamp, [each.called_at for each in events]),
        ("is_deleted", arrow.bool_(), [each.event.deleted for each in events]),
    ):
        columns.append(arrow.array(values, kind))
        fields.append(arrow.field(name, kind))
    buffer = io.BytesIO()
    files.write_table(arrow.Table.from_arrays(columns, schema=arrow.schema(fields)), buffer)
    return buffer.getvalue()
