"""A file's lines on their way to one CloudWatch stream, while they are written."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

EVENT_BYTES = 200_000
BATCH_BYTES = 900_000
BATCH_EVENTS = 10_000
OVERHEAD_BYTES = 26


class LogStream:
    """One stream; it is made with its group when the first line comes.

    :param logs: client
    :param group: name of the log group
    :param name: name of the stream
    """

    def __init__(self, logs: Any, group: str, name: str):
        self._logs = logs
        self._group, self._name = group, name
        self._made = False
        self._sent: dict[Path, int] = {}

    def send(self, file: Path, *, last: bool = False) -> None:
        """Send the lines of a file that are new since the last call.

        :param file: what is written; where it is not there, nothing is new
        :param last: nobody writes it any more, so its last line is complete
        """
        new = self._new(file, last)
        if not new:
            return
        if not self._made:
            self._make()
        for batch in batches(new):
            self._logs.put_log_events(logGroupName=self._group, logStreamName=self._name, logEvents=batch)
        self._sent[file] = self._sent.get(file, 0) + len(new)

    def _new(self, file: Path, last: bool) -> bytes:
        if not file.exists():
            return b""
        with file.open("rb") as output:
            output.seek(self._sent.get(file, 0))
            new = output.read()
        return new if last else new[: new.rfind(b"\n") + 1]

    def _make(self) -> None:
        exists = self._logs.exceptions.ResourceAlreadyExistsException
        for create, arguments in (
            (self._logs.create_log_group, {"logGroupName": self._group}),
            (self._logs.create_log_stream, {"logGroupName": self._group, "logStreamName": self._name}),
        ):
            try:
                create(**arguments)
            except exists:
                continue
        self._made = True


def batches(text: bytes) -> list[list[dict[str, Any]]]:
    """Lines as log events, in batches that PutLogEvents takes."""
    at = int(time.time() * 1000)
    found: list[list[dict[str, Any]]] = [[]]
    size = 0
    for line in text.splitlines():
        if not line.strip():
            continue  # CloudWatch refuses an empty message
        message = line[:EVENT_BYTES].decode("utf-8", "replace")
        size += len(line) + OVERHEAD_BYTES
        if size > BATCH_BYTES or len(found[-1]) == BATCH_EVENTS:
            found.append([])
            size = len(line) + OVERHEAD_BYTES
        found[-1].append({"timestamp": at, "message": message})
    return [batch for batch in found if batch]
