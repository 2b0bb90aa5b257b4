"""S3 object bodies as files: a body costs disk, not memory, and is there again after a restart."""

from __future__ import annotations

import copy
import hashlib
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from moto.s3 import models as s3_models
from moto.s3 import responses as s3_responses


class BodyFolder:
    """Files under random names, in 256 folders.

    :param root: folder that holds nothing else
    """

    def __init__(self, root: Path):
        self.root = root

    def write(self, value: bytes) -> str:
        """Store a body and return its name."""
        name = uuid4().hex
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(value)
        return name

    def read(self, name: str, offset: int, size: int) -> bytes:
        """A part of a body."""
        with self._path(name).open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def remove(self, names: Iterable[str]) -> None:
        """Delete bodies that nothing refers to any more."""
        for name in names:
            self._path(name).unlink(missing_ok=True)

    def sweep(self, kept: set[str]) -> int:
        """Delete what is not among the kept names (a crash came between body and record); return how many."""
        orphans = [path for path in self.root.glob("??/*") if path.name not in kept]
        for path in orphans:
            path.unlink()
        return len(orphans)

    def _path(self, name: str) -> Path:
        return self.root / name[:2] / name


class StoredKey(s3_models.FakeKey):
    """An S3 object version, or an uploaded part, whose body is a file."""

    folder: BodyFolder
    multipart: s3_models.FakeMultipart | None
    _etag: str | None

    def __init__(self, name: Any, value: bytes, *rest: Any, **named: Any):
        self.body, self.offset = "", 0
        super().__init__(name, value, *rest, **named)
        self._value_buffer.close()
        if self.multipart:
            self.multipart = self._sliced(self.multipart)

    @property
    def value(self) -> bytes:
        """The whole body."""
        return self.folder.read(self.body, self.offset, self.contentsize)

    @value.setter
    def value(self, new: bytes | str) -> None:
        content = new.encode() if isinstance(new, str) else new
        self.body = self.folder.write(content)
        self.contentsize = len(content)
        if self._etag is None:
            self._etag = hashlib.md5(content, usedforsecurity=False).hexdigest()

    @property
    def etag(self) -> str:
        """Quoted, as S3 sends it."""
        return f'"{self._etag}"'

    def bodies(self) -> Iterator[str]:
        """Names of the files it needs."""
        yield self.body
        if self.multipart:
            yield from (part.body for part in self.multipart.parts.values() if isinstance(part, StoredKey))

    def dispose(self, garbage: bool = False) -> None:
        """The record of the object decides when its body goes, not the collector of this process."""

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_value_buffer", "lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.lock = threading.Lock()

    def _sliced(self, upload: s3_models.FakeMultipart) -> s3_models.FakeMultipart:
        """Parts of a completed upload as slices of the whole: keeping their own files would double the disk."""
        whole = copy.copy(upload)
        whole.parts = {number: copy.copy(part) for number, part in sorted(upload.parts.items())}
        if sum(part.contentsize for part in whole.parts.values()) != self.contentsize:
            return whole  # completed with some of its parts only
        offset = 0
        for part in whole.parts.values():
            part.body, part.offset = self.body, offset
            offset += part.contentsize
        return whole


def install(folder: BodyFolder) -> None:
    """Make moto store bodies in the folder; call it before the first request."""
    StoredKey.folder = folder
    s3_models.FakeKey = s3_responses.FakeKey = StoredKey
