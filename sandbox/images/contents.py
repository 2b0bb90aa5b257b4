"""The files of an image: copied once, and named by what is in them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sandbox.images.image import ImageError

MOST_BYTES = 500_000_000
CACHE = "__pycache__"  # left by the interpreter, different on every machine


def copy(folder: Path, target: Path) -> None:
    """Copy the files of a folder.

    :param folder: what shall be an image
    :param target: where to; must not be there
    :raises ImageError: not a folder, too large, or with something else than files in it
    """
    if not folder.is_absolute() or not folder.is_dir():
        raise ImageError(f"folder: {str(folder)!r} is not the absolute path of a folder")
    size = 0
    for file in files(folder):
        size += file.stat().st_size
        if size > MOST_BYTES:
            raise ImageError(f"folder: {folder} is larger than {MOST_BYTES // 1_000_000} MB: is it the right one?")
    if not size:
        raise ImageError(f"folder: {folder} holds nothing to run")
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns(CACHE))


def files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, caches left out, in an order that is the same everywhere.

    :raises ImageError: something is neither file nor folder
    """
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != CACHE)
        for name in sorted([*names, *folders]):
            path = Path(place) / name
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise ImageError(f"folder: {path} is a link or a device; an image holds files and folders")
        yield from (Path(place) / name for name in sorted(names))


def digest(folder: Path, python: Path) -> str:
    """sha256 of names and contents of an image's files, and of its interpreter's path."""
    whole = hashlib.sha256(f"{python}\n".encode())
    for file in files(folder):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        whole.update(f"{content} {file.relative_to(folder).as_posix()}\0".encode())
    return whole.hexdigest()
