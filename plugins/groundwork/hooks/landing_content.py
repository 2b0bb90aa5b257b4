"""What one landing file is, seen in a single pass that needs the same memory for any size."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from groundwork.decisions.schema import decide_header
from groundwork.hooks.landing_quotes import QuoteCheck
from groundwork.spec.contract import Landing

# A gzip member can grow a thousandfold; it is unpacked in steps of this size.
STEP_BYTES = 1 << 20
HEADER_CHARACTERS = 1 << 18
# Says nothing that the contract does not say: Excel writes one into every CSV.
BYTE_ORDER_MARK = "\ufeff"
SIGNATURES = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip (or Excel)",
    b"PAR1": "Parquet",
    b"\xff\xfe": "UTF-16LE text",
    b"\xfe\xff": "UTF-16BE text",
}


@dataclass(frozen=True)
class Content:
    """What was seen.

    :param sha256: of the bytes as they lie there
    :param reasons: why the file cannot be loaded; empty when it can
    """

    sha256: str
    size: int
    reasons: tuple[str, ...]


class _Refused(ValueError):
    """The content cannot be loaded."""


def inspect(chunks: Iterable[bytes], landing: Landing, *, gzip: bool) -> Content:
    """Reads a file once: digest, gzip's own checks, encoding, NUL characters, open quotes and the header line.

    :param chunks: the file's bytes; all of them are read, also when the file is refused early
    :param landing: how the file should be written
    :param gzip: whether it should be compressed
    """
    digest = _Digest(chunks)
    reasons: tuple[str, ...] = ()
    try:
        reasons = _text_problems(_unpacked(digest) if gzip else iter(digest), landing)
    except _Refused as error:
        reasons = (str(error),)
    for _ in digest:
        pass
    if digest.size == 0:
        reasons = ("the file is empty",)
    elif reasons and (kind := _other_format(digest.first, landing, gzip=gzip)):
        reasons = (*reasons, f"its first bytes are those of {kind}")
    return Content(digest.hexdigest, digest.size, reasons)


class _Digest:
    """Passes bytes on and remembers their digest."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._total = hashlib.sha256()
        self.size = 0
        self.first = b""

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._total.update(chunk)
            self.size += len(chunk)
            if len(self.first) < 4:
                self.first = (self.first + chunk[:4])[:4]
            yield chunk

    @property
    def hexdigest(self) -> str:
        return self._total.hexdigest()


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a gzip file, which may consist of several members.

    :raises _Refused: it is truncated or damaged
    """
    member = zlib.decompressobj(wbits=31)
    begun = False
    for chunk in chunks:
        rest = chunk
        while rest:
            begun = True
            try:
                yield member.decompress(rest, STEP_BYTES)
            except zlib.error as error:
                raise _Refused(f"the gzip file is damaged ({error}); deliver it again") from error
            rest = member.unconsumed_tail
            if member.eof:
                rest = member.unused_data.lstrip(b"\0")
                member, begun = zlib.decompressobj(wbits=31), False
    # With its output limited, zlib may hold back the last bytes although it has been given all of its input.
    yield member.flush()
    if begun and not member.eof:
        raise _Refused("the gzip file is truncated; deliver it again")


def _text_problems(chunks: Iterable[bytes], landing: Landing) -> tuple[str, ...]:
    head = ""
    lines = 1
    position = 0
    decoder = codecs.getincrementaldecoder(landing.encoding)()
    quotes = QuoteCheck(landing.delimiter)
    for final, chunk in _with_last(chunks):
        try:
            text = decoder.decode(chunk, final=final)
        except UnicodeDecodeError as error:
            line = lines + error.object[: error.start].count(b"\n")
            raise _Refused(
                f"line {line}, byte {position + error.start - len(error.object) + len(chunk) + 1} is not "
                f"{landing.encoding}; save the file as {landing.encoding} or declare its encoding"
            ) from error
        if "\0" in text:
            line = lines + text[: text.index("\0")].count("\n")
            raise _Refused(f"line {line} holds a NUL character; this is not a text file in {landing.encoding}")
        quotes.read(text if head else text.removeprefix(BYTE_ORDER_MARK))
        if len(head) < HEADER_CHARACTERS:
            head += text[: HEADER_CHARACTERS - len(head)]
        lines += text.count("\n")
        position += len(chunk)
    return _header_problems(head, landing) or _quote_problems(quotes)


def _with_last(chunks: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    for chunk in chunks:
        yield False, chunk
    yield True, b""


def _header_problems(head: str, landing: Landing) -> tuple[str, ...]:
    text = head.removeprefix(BYTE_ORDER_MARK)
    if not text.strip():
        return ("the file has no header line",)
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=landing.delimiter, strict=True))
    except csv.Error as error:
        return (f"the header line cannot be read: {error}",)
    return decide_header(header, landing).reasons


def _quote_problems(quotes: QuoteCheck) -> tuple[str, ...]:
    line = quotes.unclosed()
    if line is None:
        return ()
    return (f"line {line}: a quote is opened and never closed, so what follows it cannot be told apart",)


def _other_format(first: bytes, landing: Landing, *, gzip: bool) -> str | None:
    expected = {"gzip"} if gzip else {f"{landing.encoding} text"}
    return next(
        (kind for mark, kind in SIGNATURES.items() if first.startswith(mark) and kind not in expected),
        None,
    )
