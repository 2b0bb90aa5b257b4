"""Reading the text of an untrusted file that people write."""

from __future__ import annotations

from pathlib import Path

from groundwork.spec.errors import SpecError

MAXIMUM_BYTES = 1_000_000


def read_text(path: Path) -> str:
    """The file's text, without a byte order mark.

    :raises SpecError: it cannot be read, is too large or is not UTF-8
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise SpecError(f"cannot be read: {error.strerror}", file=path) from error
    if len(raw) > MAXIMUM_BYTES:
        raise SpecError(f"is larger than {MAXIMUM_BYTES:,} bytes", file=path, mend="Split it")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SpecError("is not UTF-8 text", file=path, line=line, mend="Save the file as UTF-8") from error
