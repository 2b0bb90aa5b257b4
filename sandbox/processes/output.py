"""What a process has written: the ends of its two streams."""

from __future__ import annotations

from pathlib import Path

STREAMS = ("stdout", "stderr")
TAIL_BYTES = 64 * 1024


def tail(file: Path) -> list[str]:
    """The last lines of a file; none when it is not there."""
    return read_end(file, TAIL_BYTES).decode("utf-8", "replace").splitlines()


def read_end(file: Path, most: int) -> bytes:
    """The last bytes of a file; none when it is not there."""
    try:
        with file.open("rb") as output:
            output.seek(max(0, output.seek(0, 2) - most))
            return output.read()
    except OSError:
        return b""
