"""Where moto is not AWS enough: a catalogue that compares and swaps, polls that let others in, no fake delivery."""

from __future__ import annotations

import time
from typing import Any

from moto.core.common_models import BaseModel
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.glue.responses import GlueResponse
from moto.s3 import models as s3_models
from moto.s3 import responses as s3_responses
from moto.s3 import utils as s3_utils
from moto.sns.responses import SNSResponse
from moto.sqs import models as sqs_models

from sandbox.locks import pause

POLL_SECONDS = 0.05


class ConcurrentModification(JsonRESTError):
    """What Glue answers to an update of a version that is no longer the newest."""

    code = 400

    def __init__(self, table: str, wanted: str, current: str):
        message = f"Update table failed due to concurrent modifications: {table} is at version {current}, not {wanted}."
        super().__init__("ConcurrentModificationException", message)


def update_table(self: GlueResponse) -> ActionResult:
    """UpdateTable that refuses a stale VersionId: two Iceberg commits on one version must not both succeed.

    Reading and writing are one step, because a request holds the lock of its service.
    """
    wanted = self.parameters.get("VersionId")
    database, table_input = self.parameters["DatabaseName"], self.parameters["TableInput"]
    table = self.glue_backend.get_table(database, table_input["Name"])
    current = str(table.as_dict()["VersionId"])
    if wanted is not None and str(wanted) != current:
        raise ConcurrentModification(f"{database}.{table_input['Name']}", str(wanted), current)
    table.update(table_input)
    if self.parameters.get("SkipArchive"):  # Iceberg asks for it: its own metadata has the history
        table.delete_version(current)
    return EmptyResult()


class PollingQueues(sqs_models.SQSBackend):
    """Queues whose long poll does not hold up every other message."""

    @property
    def _url_module(self) -> Any:
        from moto.sqs import urls

        return urls

    def receive_message(
        self, queue_name: str, count: int, wait_seconds_timeout: int, *rest: Any, **named: Any
    ) -> list[Any]:
        """As moto's, but waits with the lock released."""
        until = time.monotonic() + wait_seconds_timeout
        while True:
            messages: list[Any] = super().receive_message(queue_name, count, 0, *rest, **named)
            if messages or time.monotonic() >= until:
                return messages
            pause("messaging", POLL_SECONDS)


COMPUTED = ("CRC32", "SHA1", "SHA256")
_moto_build = s3_models.MultipartChecksumBuilder.build
_moto_subscribe = SNSResponse.subscribe


def subscribe(self: SNSResponse) -> Any:
    """Subscribe a queue; a mail address or a web hook would be accepted and never called."""
    protocol = self._get_param("Protocol")
    if protocol != "sqs":
        raise NotImplementedError(f"protocol {protocol} (only sqs is delivered)")
    return _moto_subscribe(self)


def compute_checksum(body: bytes, algorithm: str, encode_base64: bool = True) -> bytes:
    """As moto's, which would pass a CRC32 off as the kinds that no installed library computes."""
    if algorithm not in COMPUTED:
        raise NotImplementedError(f"checksum {algorithm} (there are {', '.join(COMPUTED)})")
    checksum: bytes = s3_utils.compute_checksum(body, algorithm, encode_base64)
    return checksum


def build_checksum(self: s3_models.MultipartChecksumBuilder) -> Any:
    """The checksum of a completed upload; none where nobody asked for one and the default is not computed here."""
    return _moto_build(self) if self.checksum_algorithm in COMPUTED else None


def untracked(cls: type, *_: Any, **__: Any) -> Any:
    """Moto keeps every object ever made in a list of its dashboard; a server that lives for days must not."""
    return object.__new__(cls)


def install() -> None:
    """Replace the parts of moto; call it before the first request."""
    BaseModel.__new__ = staticmethod(untracked)
    s3_models.compute_checksum = s3_responses.compute_checksum = compute_checksum
    s3_models.MultipartChecksumBuilder.build = build_checksum
    GlueResponse.update_table = update_table
    SNSResponse.subscribe = subscribe
    sqs_models.sqs_backends.backend = PollingQueues
