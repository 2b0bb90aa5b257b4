"""A driver's output on its way to S3 and CloudWatch, in EMR's layout, while the job runs and once it ended."""

from __future__ import annotations

import gzip
import logging
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.processes.log_stream import LogStream
from sandbox.processes.output import STREAMS

DEFAULT_GROUP = "/aws/emr-serverless"
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
        self._s3 = s3
        self._log_uri = monitoring.get("s3MonitoringConfiguration", {}).get("logUri")
        self._streams = log_streams(monitoring.get("cloudWatchLoggingConfiguration", {}), place, logs)
        self._uploaded: dict[str, int] = {}
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
                if stream in self._streams:
                    self._streams[stream].send(file, last=last)
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


def log_streams(cloudwatch: dict[str, Any], place: str, logs: Any) -> dict[str, LogStream]:
    """The CloudWatch stream of each of the driver's streams that shall go there."""
    if not cloudwatch.get("enabled"):
        return {}
    kinds = cloudwatch.get("logTypes", {"SPARK_DRIVER": list(STREAMS)})
    wanted = {kind.upper() for kind in kinds.get("SPARK_DRIVER", [])}
    group = cloudwatch.get("logGroupName", DEFAULT_GROUP)
    prefix = cloudwatch.get("logStreamNamePrefix", "")
    return {
        stream: LogStream(logs, group, f"{prefix}/{place}/SPARK_DRIVER/{stream}")
        for stream in STREAMS
        if stream.upper() in wanted
    }
