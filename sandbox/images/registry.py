"""Which address names which image. The sandbox's ECR: an address that was pushed keeps its content."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.images.contents import copy, digest
from sandbox.images.image import Image, ImageError
from sandbox.pages import Page, as_json

ADDRESS = re.compile(r"[a-z0-9][a-z0-9.:-]*(/[a-z0-9][a-z0-9._-]*)+:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
FIELDS = ("address", "folder", "python")


class ImageChanged(ImageError):
    """An address that was pushed comes with other content."""


@dataclass(frozen=True)
class Entry:
    """What the index knows of an address."""

    digest: str
    python: str


class ImageRegistry:
    """The images of one sandbox, kept over restarts.

    :param folder: holds the images by their digest, and the index
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self._index = folder / "index.json"
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        if self._index.exists():
            self._entries = {name: Entry(**each) for name, each in json.loads(self._index.read_text()).items()}

    def push(self, address: str, folder: Path, python: Path) -> Image:
        """Copy a folder and register the copy; the same again changes nothing.

        :param address: ``<registry>/<repository>:<tag>``
        :param folder: its files become the image's
        :param python: interpreter that the image's programs run under
        :raises ImageChanged: other content was pushed under this address
        :raises ImageError: a parameter that cannot be used
        """
        if not ADDRESS.fullmatch(address):
            raise ImageError(f"address: {address!r} is not <registry>/<repository>:<tag>")
        if not python.is_absolute() or not os.access(python, os.X_OK):
            raise ImageError(f"python: {str(python)!r} is not the absolute path of an interpreter")
        with self._lock:
            pushed = self._keep(folder, python)
            found = self._entries.get(address)
            if found is not None and found != pushed:
                raise ImageChanged(
                    f"{address} was pushed with other content ({found.digest[:12]}, this is {pushed.digest[:12]}): "
                    "tags are immutable, push it under a new one"
                )
            self._write({**self._entries, address: pushed})
        return self.find(address)

    def find(self, address: str) -> Image:
        """The image of an address.

        :raises ImageError: nobody pushed it
        """
        entry = self._entries.get(address)
        if entry is None:
            known = ", ".join(sorted(self._entries)) or "none"
            raise ImageError(
                f"no image was pushed to {address}; known are: {known}. Push it: "
                "sandbox.launcher.Sandbox.push_image(address, folder), or PUT /_sandbox/images"
            )
        return Image(address, entry.digest, self._folder / entry.digest, Path(entry.python))

    def answer(self, method: str, path: str, body: bytes) -> Page:
        """List the images (GET) or push one (PUT)."""
        if method == "GET":
            return as_json(200, {"images": [self._shown(each) for each in sorted(self._entries)]})
        if method != "PUT":
            return as_json(405, {"error": f"{path}: GET or PUT"})
        try:
            wanted = read_push(body)
            image = self.push(wanted["address"], Path(wanted["folder"]), Path(wanted["python"]))
        except ImageChanged as changed:
            return as_json(409, {"error": str(changed)})
        except (ImageError, ValueError, OSError) as wrong:
            return as_json(400, {"error": str(wrong)})
        return as_json(200, self._shown(image.address))

    def _shown(self, address: str) -> dict[str, str]:
        image = self.find(address)
        digest_text = f"sha256:{image.digest}"
        return {"address": address, "digest": digest_text, "folder": str(image.folder), "python": str(image.python)}

    def _keep(self, folder: Path, python: Path) -> Entry:
        """Copy first and look at the copy: the folder may be written to meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".push-") as scratch:
            copied = Path(scratch) / "image"
            copy(folder, copied)
            entry = Entry(digest(copied, python), str(python))
            if not (self._folder / entry.digest).exists():
                shutil.move(copied, self._folder / entry.digest)
        return entry

    def _write(self, entries: dict[str, Entry]) -> None:
        scratch = self._index.with_suffix(".new")
        scratch.write_text(json.dumps({name: vars(each) for name, each in sorted(entries.items())}, indent=1))
        scratch.replace(self._index)
        self._entries = entries


def read_push(body: bytes) -> dict[str, Any]:
    """The fields of a push.

    :raises ValueError: not JSON, or not with these fields as text
    """
    wanted = json.loads(body)
    if not isinstance(wanted, dict) or set(wanted) != set(FIELDS) or not all(type(x) is str for x in wanted.values()):
        raise ValueError(f"a push is an object with {', '.join(FIELDS)}, each a text")
    return wanted
