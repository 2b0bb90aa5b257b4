"""How a CSV file is written: its encoding, its delimiter, and whether it begins with a header line."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

DELIMITERS = ",;\t|:"
ONE_BYTE = ("windows-1252", "ISO-8859-1")
FOREIGN = re.compile(
    r"cp1251|koi8|cp125[035-8]|iso8859_[2-9]|mac_|shift|euc|gb|big5|johab|hz|cp932|cp949|iso2022|cp86|cp855"
)
"""Encodings whose letters are others than those of Western Europe, as charset-normalizer names them."""
VALUE = re.compile(r"[+-]?[\d.,]*\d[\d.,%]*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\S+@\S+\.\S+|true|false", re.IGNORECASE)
LOOKED_AT = 200


class DraftError(Exception):
    """Nothing can be drafted; the message says why, and the mend."""


@dataclass(frozen=True)
class Encoding:
    """A text's encoding.

    :param name: as a contract names it
    :param doubt: why a person should look; None where it is certain
    """

    name: str
    doubt: str | None = None


def encoding_of(start: bytes) -> Encoding:
    """The encoding of a file, by its byte order mark, else by what its bytes can be.

    :param start: the file's first bytes
    :raises DraftError: it is binary, or in an encoding that Groundwork does not read
    """
    for mark, name in (
        (codecs.BOM_UTF8, "UTF-8"),
        (codecs.BOM_UTF16_LE, "UTF-16LE"),
        (codecs.BOM_UTF16_BE, "UTF-16BE"),
    ):
        if start.startswith(mark):
            return Encoding(name)
    if b"\0" in start:
        return _two_bytes(start)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return _one_byte(start)
    return Encoding("UTF-8")


def _two_bytes(start: bytes) -> Encoding:
    """UTF-16 without a mark: of Latin letters every second byte is 0."""
    odd, even = start[1::2].count(0) / len(start[1::2] or b" "), start[::2].count(0) / len(start[::2])
    if max(odd, even) < 0.3:
        raise DraftError("this is no text: it holds zero bytes. Give a CSV or Parquet file")
    return Encoding("UTF-16LE" if odd > even else "UTF-16BE", "it has no byte order mark")


def _one_byte(start: bytes) -> Encoding:
    from charset_normalizer import from_bytes

    best = from_bytes(start).best()
    guess = best.encoding if best else ""
    if FOREIGN.match(guess) and not _western(start):
        convert = f"iconv -f {guess.replace('_', '-')} -t UTF-8 FILE > NEW"
        raise DraftError(f"this looks like {guess}, which is not read. Convert it: {convert}")
    name = ONE_BYTE[0] if _decodes(start, "cp1252") else ONE_BYTE[1]
    return Encoding(name, "it is not UTF-8; look whether accented letters come out right")


def _decodes(start: bytes, codec: str) -> bool:
    try:
        start.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _western(start: bytes) -> bool:
    """Letters with accents stand among others in Western Europe; elsewhere most letters are above 127."""
    high = sum(byte > 127 for byte in start)
    letters = sum(65 <= byte <= 90 or 97 <= byte <= 122 for byte in start)
    return high < 0.15 * (high + letters)


def delimiter_of(text: str) -> str:
    """The character that parts most lines into the same number of fields, two at least; a comma where none does.

    :param text: the file's beginning, whole lines
    """
    scored = {delimiter: _score(text, delimiter) for delimiter in DELIMITERS}
    best = max(scored, key=lambda delimiter: scored[delimiter])
    return best if scored[best] > (0.0, 0) else ","


def _score(text: str, delimiter: str) -> tuple[float, int]:
    """Share of the records with the most common number of fields, and that number; 0 where it is one."""
    try:
        widths = Counter(
            len(record) for record, _ in zip(records(text, delimiter), range(LOOKED_AT), strict=False) if record
        )
    except csv.Error:
        return (0.0, 0)
    if not widths:
        return (0.0, 0)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (round(count / widths.total(), 1), width) if width > 1 else (0.0, 0)


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The text's records."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def check_header(header: list[str]) -> None:
    """Refuse what cannot be a header line.

    :raises DraftError: it has values instead of names, an empty name, or a name twice
    """
    if any(VALUE.fullmatch(name.strip()) for name in header):
        names = ",".join(f"column_{number}" for number in range(1, len(header) + 1))
        raise DraftError(
            "the first line reads like data, and files are read by the names in their header. Put one in front: "
            f"{names if len(names) < 200 else names[:200] + '…'}"
        )
    if empty := [str(number) for number, name in enumerate(header, start=1) if not name.strip()]:
        raise DraftError(f"columns without a name in the header: number {', '.join(empty[:20])}. Name them")
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise DraftError(f"columns stand twice in the header: {', '.join(twice[:20])}. Name them differently")
