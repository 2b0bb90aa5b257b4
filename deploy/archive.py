"""Zip archives with the same bytes for the same content, wherever and whenever they are made."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)
IGNORE_FILE = ".airflowignore"


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
            if path.is_file() and is_shipped(path.relative_to(root)):
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def is_shipped(path: Path) -> bool:
    """Whether a file belongs to the source: bytecode, tools' caches and editors' files do not.

    :param path: relative, so that where the checkout lies has no say
    """
    hidden = any(part.startswith(".") and part != IGNORE_FILE for part in path.parts)
    return not hidden and "__pycache__" not in path.parts and path.suffix != ".pyc"


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
