"""What is seen of a file in one pass."""

from __future__ import annotations

import gzip
import hashlib
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.hooks.landing_content import inspect
from groundwork.spec.contract import Column, Completeness, Evolution, Landing


def landing(**changes: object) -> Landing:
    """Two columns, id and name."""
    columns = tuple(Column(name=name, header=name, type="string", required=True) for name in ("id", "name"))
    content = {"location": "s3://{landing}/a/*.csv", "completeness": Completeness(settle_seconds=0), "columns": columns}
    return Landing.model_validate({**content, **changes})


GOOD = b"id,name\n1,one\n2,two\n"


def pieces(content: bytes, size: int = 7) -> Iterator[bytes]:
    """Small chunks, so that characters and gzip members are cut."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


def reasons(content: bytes, *, zipped: bool = False, **changes: object) -> str:
    """Why a file is refused, as one text."""
    return "; ".join(inspect(pieces(content), landing(**changes), gzip=zipped).reasons)


def test_a_good_file_has_its_digest_and_size() -> None:
    seen = inspect(pieces(GOOD), landing(), gzip=False)
    assert (seen.reasons, seen.size) == ((), 20)
    assert seen.sha256 == hashlib.sha256(GOOD).hexdigest()


def test_digest_and_size_are_those_of_the_compressed_bytes() -> None:
    packed = gzip.compress(GOOD)
    seen = inspect(pieces(packed), landing(), gzip=True)
    assert (seen.reasons, seen.size, seen.sha256) == ((), len(packed), hashlib.sha256(packed).hexdigest())


def test_a_gzip_file_of_several_members_is_whole() -> None:
    assert reasons(gzip.compress(b"id,name\n") + gzip.compress(b"1,one\n"), zipped=True) == ""


@pytest.mark.parametrize("kept", [1, 5, 12, -1, -8])
def test_truncated_gzip(kept: int) -> None:
    assert "gzip file is truncated; deliver it again" in reasons(gzip.compress(GOOD * 50)[:kept], zipped=True)


def test_damaged_gzip_is_read_to_its_end_all_the_same() -> None:
    packed = bytearray(gzip.compress(GOOD * 50))
    packed[-6] ^= 0xFF  # the checksum
    seen = inspect(pieces(bytes(packed)), landing(), gzip=True)
    assert "gzip file is damaged" in seen.reasons[0]
    assert seen.sha256 == hashlib.sha256(packed).hexdigest()


def test_text_that_should_be_gzip() -> None:
    assert "damaged" in reasons(GOOD, zipped=True)


def test_gzip_that_should_be_text() -> None:
    assert "its first bytes are those of gzip" in reasons(gzip.compress(GOOD))


def test_excel_file() -> None:
    assert "zip (or Excel)" in reasons(b"PK\x03\x04\x14\x00\x06\x00\x00\x00!\x00" + GOOD)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"   \n"])
def test_empty_file_and_file_without_header(content: bytes) -> None:
    assert reasons(content) == ("the file is empty" if not content else "the file has no header line")


def test_empty_gzip_is_no_whole_gzip() -> None:
    assert reasons(b"", zipped=True) == "the file is empty"
    assert reasons(gzip.compress(b""), zipped=True) == "the file has no header line"


def test_byte_order_mark_is_no_part_of_the_header() -> None:
    assert reasons(b"\xef\xbb\xbf" + GOOD) == ""


def test_other_encoding_names_line_and_byte() -> None:
    # id,name\n is 8 bytes, "1,caf" 5 more: the é of ISO-8859-1 is byte 14 and in line 2.
    found = reasons("id,name\n1,café\n".encode("latin-1"))
    assert found.startswith("line 2, byte 14 is not UTF-8; save the file as UTF-8 or declare its encoding")


def test_declared_encoding_is_used() -> None:
    assert reasons("id,name\n1,café\n".encode("latin-1"), encoding="ISO-8859-1") == ""
    assert reasons(b"id,name\n1,\x81\n", encoding="windows-1252").startswith("line 2, byte 11 is not windows-1252")


def test_utf_16_is_recognised_and_read_when_declared() -> None:
    content = b"\xff\xfe" + "id,name\n1,one\n".encode("utf-16-le")
    assert "UTF-16LE text" in reasons(content)
    assert reasons(content, encoding="UTF-16LE") == ""


def test_character_cut_at_the_end() -> None:
    assert "line 2" in reasons("id,name\n1,é".encode()[:-1])


def test_nul_character() -> None:
    assert reasons(b"id,name\n1,one\n2,\0\n") == ("line 3 holds a NUL character; this is not a text file in UTF-8")


def test_other_delimiter() -> None:
    assert "is the delimiter ','?" in reasons(b"id;name\n1;one\n")
    assert reasons(b"id;name\n1;one\n", delimiter=";") == ""


def test_added_missing_and_reordered_columns() -> None:
    assert reasons(b"id,name,extra\n") == "columns the contract does not know: extra"
    assert (
        reasons(b"id\n") == "the header has one column 'id'; is the delimiter ','?; declared columns are missing: name"
    )
    assert reasons(b"name,id\none,1\n") == ""
    assert reasons(b"id,name,extra\n", evolution=Evolution(added="ignore")) == ""


def test_quoted_header_with_line_break_and_open_quote() -> None:
    assert reasons(b'"id","name"\n1,one\n') == ""
    assert "cannot be read" in reasons(b'id,"name\n1,one\n')


def test_a_gzip_bomb_needs_no_memory() -> None:
    # 64 MB of one line; packed 64 kB.
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(
        [packer.compress(b"id,name\n"), *(packer.compress(b"1,a\n" * 250_000) for _ in range(64)), packer.flush()]
    )
    tracemalloc.start()
    try:
        assert inspect([packed], landing(), gzip=True).reasons == ()
        assert tracemalloc.get_traced_memory()[1] < 24_000_000
    finally:
        tracemalloc.stop()


OPEN = "a quote is opened and never closed, so what follows it cannot be told apart"


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (b'1,one\n2,"two\n', 3),
        (b'1,one\n2,"two', 3),
        (b'1,"', 2),
        (b'1,"two""', 2),
        (b'1,"two""\n2,three\n', 2),
        (b'1,"one\n2,two\n3,three\n', 2),
        (b'1,"a\n\nb"\n"2","\n', 5),
        (b'"1,one\r\n', 2),
    ],
)
def test_a_quote_that_is_never_closed_names_its_line(rows: bytes, line: int) -> None:
    for size in (1, 2, 3, 1000):
        seen = inspect(pieces(b"id,name\n" + rows, size), landing(), gzip=False)
        assert seen.reasons == (f"line {line}: {OPEN}",), size
    assert reasons((b"id,name\n" + rows).replace(b",", b";"), delimiter=";") == f"line {line}: {OPEN}"
    wide = "\ufeff".encode("utf-16-le") + (b"id,name\n" + rows).decode().encode("utf-16-le")
    assert reasons(wide, encoding="UTF-16LE") == f"line {line}: {OPEN}"


@pytest.mark.parametrize(
    "rows",
    [
        b'1,"one"',
        b'1,"o""ne"\n',
        b'1,""\n',
        b'1,""""\n2,""\n',
        b'1,"a\nb"\n2,x\n',
        b'1,6" pipe\n',  # a quote within an unquoted field is a character
        b'1, "one\n',  # so is one behind a blank
        b'1,"one" of two\n',
        b'1,"one"two"\n2,x\n',
    ],
)
def test_quotes_that_are_closed_or_none(rows: bytes) -> None:
    for size in (1, 2, 3, 1000):
        assert inspect(pieces(b"\xef\xbb\xbf" + b'"id","name"\n' + rows, size), landing(), gzip=False).reasons == ()


def opened_in(text: str) -> int | None:
    """The line in which a quote stays open, character by character."""
    opened = None
    place, line = 0, 1
    while place < len(text):
        letter = text[place]
        line += letter == "\n"
        if opened is not None and text[place : place + 2] == '""':
            place += 1
        elif opened is not None and letter == '"':
            opened = None
        elif opened is None and letter == '"' and (not place or text[place - 1] in ",\r\n"):
            opened = line
        place += 1
    return opened


@given(st.text('",\n\ra', max_size=40), st.integers(1, 12))
def test_open_quotes_are_found_in_whatever_pieces_they_come(text: str, size: int) -> None:
    line = opened_in("id,name\n" + text)
    found = inspect(pieces(b"id,name\n" + text.encode(), size), landing(), gzip=False)
    assert found.reasons == (() if line is None else (f"line {line}: {OPEN}",))


PLAIN = st.characters(blacklist_categories=["Cs"], blacklist_characters='\0"')


@given(st.text(PLAIN, max_size=60), st.integers(1, 9))
def test_any_text_in_any_chunks_reads_as_its_encoding(text: str, size: int) -> None:
    content = b"id,name\n" + text.encode()
    assert inspect(pieces(content, size), landing(), gzip=False).reasons == ()
    assert inspect(pieces(gzip.compress(content), size), landing(), gzip=True).reasons == ()
