"""Zip archives with the same bytes for the same content, wherever and whenever they are made."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)
NEVER_SHIPPED = {"__pycache__", ".DS_Store"}


def tree(root: Path, subfolders: Iterable[str] = (".",)) -> dict[str, bytes]:
    """Content of the files under a folder, by their paths in it; caches and bytecode are left out.

    :param root: the folder
    :param subfolders: which parts of it; a file's name is a part too
    :raises FileNotFoundError: a part is not there
    """
    found = {}
    for part in subfolders:
        start = root / part
        if not start.exists():
            raise FileNotFoundError(f"{start} is not there, and has to be shipped")
        for path in [start] if start.is_file() else start.rglob("*"):
            if path.is_file() and not NEVER_SHIPPED.intersection(path.parts) and path.suffix != ".pyc":
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def write_zip(target: Path, content: Mapping[str, bytes]) -> None:
    """Write a zip in sorted order, without the clock and the umask in it.

    :param target: file to write
    :param content: the files by their paths in the archive
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(content):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o100644 << 16
            # Stored, not deflated: compressors differ between builds of zlib, and with them the bytes.
            entry.compress_type = zipfile.ZIP_STORED
            archive.writestr(entry, content[name])


def write_tree(target: Path, content: Mapping[str, bytes]) -> None:
    """Write files under a folder.

    :param target: the folder
    :param content: the files by their paths in it
    """
    for name, data in content.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
