"""A driver's output on its way to S3 and CloudWatch, in EMR's layout, while the job runs and once it ended."""

from __future__ import annotations

import gzip
import logging
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

STREAMS = ("stdout", "stderr")
DEFAULT_GROUP = "/aws/emr-serverless"
EVENT_BYTES = 200_000
BATCH_BYTES = 900_000
LOG = logging.getLogger(__name__)


class LogShipping:
    """The logs of one job run.

    :param folder: where the driver's ``stdout`` and ``stderr`` lie
    :param monitoring: the run's monitoring configuration
    :param place: ``applications/<id>/jobs/<id>``
    :param s3: client
    :param logs: client
    """

    def __init__(self, folder: Path, monitoring: dict[str, Any], place: str, s3: Any, logs: Any):
        self._folder = folder
        self._place = place
        self._s3, self._logs = s3, logs
        self._log_uri = monitoring.get("s3MonitoringConfiguration", {}).get("logUri")
        cloudwatch = monitoring.get("cloudWatchLoggingConfiguration", {})
        self._cloudwatch = cloudwatch if cloudwatch.get("enabled") else None
        self._uploaded: dict[str, int] = {}
        self._sent: dict[str, int] = {}
        self._complained = False
        self._turn = threading.Lock()

    def ship(self, *, last: bool = False) -> None:
        """Send what is new; a place that cannot be written is complained of once and does not fail the job.

        :param last: the driver has ended, so the last line is complete
        """
        with self._turn:
            self._ship(last)

    def _ship(self, last: bool) -> None:
        try:
            for stream in STREAMS:
                file = self._folder / stream
                size = file.stat().st_size if file.exists() else 0
                if self._log_uri and (last or size != self._uploaded.get(stream, 0)):
                    self._upload(stream, file)
                    self._uploaded[stream] = size
                if self._cloudwatch and size:
                    self._send(stream, file, last)
        except (ClientError, BotoCoreError, OSError) as error:
            if not self._complained:
                LOG.warning("logs of %s cannot be delivered: %s", self._place, error)
            self._complained = True

    def _upload(self, stream: str, file: Path) -> None:
        address = urlsplit(self._log_uri)
        prefix = address.path.strip("/")
        key = "/".join(part for part in (prefix, self._place, "SPARK_DRIVER", f"{stream}.gz") if part)
        content = file.read_bytes() if file.exists() else b""
        self._s3.put_object(Bucket=address.netloc, Key=key, Body=gzip.compress(content, 1, mtime=0))

    def _send(self, stream: str, file: Path, last: bool) -> None:
        assert self._cloudwatch is not None
        kinds = self._cloudwatch.get("logTypes", {"SPARK_DRIVER": list(STREAMS)})
        if stream.upper() not in [kind.upper() for kind in kinds.get("SPARK_DRIVER", [])]:
            return
        with file.open("rb") as output:
            output.seek(self._sent.get(stream, 0))
            new = output.read()
        if not last:
            new = new[: new.rfind(b"\n") + 1]
        if not new:
            return
        group = self._cloudwatch.get("logGroupName", DEFAULT_GROUP)
        prefix = self._cloudwatch.get("logStreamNamePrefix", "")
        name = f"{prefix}/{self._place}/SPARK_DRIVER/{stream}"
        if stream not in self._sent:
            self._create(group, name)
        for batch in batches(new):
            self._logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=batch)
        self._sent[stream] = self._sent.get(stream, 0) + len(new)

    def _create(self, group: str, name: str) -> None:
        exists = self._logs.exceptions.ResourceAlreadyExistsException
        for create, arguments in (
            (self._logs.create_log_group, {"logGroupName": group}),
            (self._logs.create_log_stream, {"logGroupName": group, "logStreamName": name}),
        ):
            try:
                create(**arguments)
            except exists:
                continue


def batches(text: bytes) -> list[list[dict[str, Any]]]:
    """Lines as log events, in batches that PutLogEvents takes."""
    at = int(time.time() * 1000)
    found: list[list[dict[str, Any]]] = [[]]
    size = 0
    for line in text.splitlines():
        if not line.strip():
            continue  # CloudWatch refuses an empty message
        message = line[:EVENT_BYTES].decode("utf-8", "replace")
        size += len(line) + 26
        if size > BATCH_BYTES or len(found[-1]) == 10_000:
            found.append([])
            size = len(line) + 26
        found[-1].append({"timestamp": at, "message": message})
    return [batch for batch in found if batch]
