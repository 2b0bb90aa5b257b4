"""An input object cut into requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.sagemaker.errors import JobFailure

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Batch:
    """What is sent in one request.

    :param first: number of its first record, from 1; 0 for a whole object
    :param records: how many there are
    """

    body: bytes
    first: int = 0
    records: int = 1

    def __str__(self) -> str:
        """For errors."""
        if not self.first:
            return "the object"
        return f"record {self.first}" if self.records == 1 else f"records {self.first}–{self.first + self.records - 1}"


def cut(content: bytes, *, by_line: bool, single: bool, most_bytes: int) -> Iterator[Batch]:
    """Cut an object.

    :param by_line: a record is a line; otherwise the object is sent whole
    :param single: a record a request; otherwise as many as fit
    :param most_bytes: of a request; 0 for any
    :raises JobFailure: a record is larger than that
    """
    if not by_line:
        yield checked(Batch(content), most_bytes)
        return
    lines: list[bytes] = []
    size, first = 0, 1
    for line in (each for each in content.splitlines(keepends=True) if each.strip()):
        checked(Batch(line, first + len(lines)), most_bytes)
        if lines and (single or (most_bytes and size + len(line) > most_bytes)):
            yield Batch(b"".join(lines), first, len(lines))
            first, lines, size = first + len(lines), [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield Batch(b"".join(lines), first, len(lines))


def checked(batch: Batch, most_bytes: int) -> Batch:
    """The batch, where it may be sent."""
    if most_bytes and len(batch.body) > most_bytes:
        raise JobFailure(
            f"ClientError: {batch} has {len(batch.body)} bytes, more than MaxPayloadInMB "
            f"({most_bytes / MEGABYTE:g}) allows"
        )
    return batch
