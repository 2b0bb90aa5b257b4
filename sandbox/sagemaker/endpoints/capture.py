"""Captured requests on their way to S3: many a file, by count and by seconds, and never later than a drain."""

from __future__ import annotations

import logging
import random
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.sagemaker.endpoints.capture_event import Exchange, capture_line
from sandbox.sagemaker.endpoints.limits import EndpointLimits

MOST_WAITING = 20_000
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where lines go together.

    :param destination: DestinationS3Uri
    :param hour: ``yyyy/MM/dd/HH`` of the requests
    """

    destination: str
    endpoint: str
    variant: str
    hour: str


class Capture:
    """Lines that wait to be written.

    What waits lies in memory: a crash of the sandbox loses the last ``capture_seconds`` of it. A place that cannot be
    written is tried again; more than ``MOST_WAITING`` lines of it are not kept.

    :param s3: client
    :param limits: how many lines, and how long
    :param chance: decides which requests are sampled
    """

    def __init__(self, s3: Any, limits: EndpointLimits, chance: random.Random):
        self._s3 = s3
        self._limits = limits
        self._chance = chance
        self._waiting: dict[Place, list[tuple[datetime, bytes]]] = {}
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._full, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._write_on, name="capture", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def close(self) -> None:
        """Write the rest."""
        self._closing.set()
        self._full.set()
        self._thread.join()
        self.flush()

    def take(self, config: dict[str, Any] | None, endpoint: str, variant: str, exchange: Exchange) -> None:
        """Keep an exchange, where capture is on and chance has it.

        :param config: the endpoint's DataCaptureConfig; None for none
        """
        if config is None or not config.get("EnableCapture", True):
            return
        if self._chance.random() * 100 >= config["InitialSamplingPercentage"]:
            return
        place = Place(config["DestinationS3Uri"], endpoint, variant, exchange.at.strftime("%Y/%m/%d/%H"))
        line = capture_line(config, exchange)
        with self._lock:
            waiting = self._waiting.setdefault(place, [])
            waiting.append((exchange.at, line))
            if len(waiting) % self._limits.capture_events == 0:
                self._full.set()

    def flush(self, endpoint: str = "") -> None:
        """Write what waits.

        :param endpoint: of this endpoint alone; empty for all
        """
        with self._writing:  # so that who asked for a flush finds everything written, by whomever
            with self._lock:
                places = [place for place in self._waiting if endpoint in ("", place.endpoint)]
                taken = {place: self._waiting.pop(place) for place in places}
            for place, lines in taken.items():
                try:
                    self._put(place, lines)
                except (ClientError, BotoCoreError) as error:
                    LOG.warning("captured requests of %s cannot be written: %s", place.endpoint, error)
                    self._keep(place, lines)

    def _keep(self, place: Place, lines: list[tuple[datetime, bytes]]) -> None:
        with self._lock:
            kept = [*lines, *self._waiting.get(place, [])]
            if len(kept) > MOST_WAITING:
                LOG.error("%s captured requests of %s are lost", len(kept) - MOST_WAITING, place.endpoint)
            self._waiting[place] = kept[-MOST_WAITING:]

    def _put(self, place: Place, lines: list[tuple[datetime, bytes]]) -> None:
        address = urlsplit(place.destination)
        name = f"{lines[0][0]:%M-%S}-{lines[0][0].microsecond // 1000:03d}-{uuid.uuid4()}.jsonl"
        parts = (address.path.strip("/"), place.endpoint, place.variant, place.hour, name)
        key = "/".join(part for part in parts if part)
        self._s3.put_object(Bucket=address.netloc, Key=key, Body=joined(line for _, line in lines))

    def _write_on(self) -> None:
        while not self._closing.is_set():
            self._full.wait(self._limits.capture_seconds)
            self._full.clear()
            try:
                self.flush()
            except Exception:  # one bad place must not end the writing of the others
                LOG.exception("writing captured requests went wrong")


def joined(lines: Iterable[bytes]) -> bytes:
    """Lines as a file."""
    return b"".join(line + b"\n" for line in lines)
