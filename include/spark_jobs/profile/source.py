"""A file on this machine as a frame: CSV as texts with what they read as, Parquet with its own types."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from spark_jobs.errors import JobError
from spark_jobs.profile.inference import infer

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

START = 2_000_000
"""Bytes at a file's beginning that say how it is written."""
DELIMITERS = ",;\t|"
LOOKED_AT = 5_000
"""Records at the beginning whose texts say what a column reads as."""


@dataclass(frozen=True)
class Source:
    """A file, opened.

    :param read_as: column of texts → type that they read as
    :param about: how it was read, in words
    """

    frame: DataFrame
    about: str
    read_as: dict[str, str] = field(default_factory=dict)


def open_file(spark: SparkSession, path: Path) -> Source:
    """A CSV file (also ``.gz``) with a header line, or a Parquet file or folder.

    :raises JobError: it is not there, is empty, or is neither
    """
    if not path.exists():
        raise JobError(f"{path} is not there")
    uri = path.resolve().as_uri()
    suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
    if path.is_dir() or suffixes[-1:] == [".parquet"]:
        return Source(spark.read.parquet(uri), "Parquet")
    if suffixes[-1:] not in ([".csv"], [".tsv"], [".txt"]):
        raise JobError(f"{path} is no .csv, .tsv, .txt or .parquet (.gz may follow): name a file of these kinds")
    return _csv(spark, path, uri)


def _csv(spark: SparkSession, path: Path, uri: str) -> Source:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as stream:
        start = stream.read(START)
        quoted = b'"' in start or any(b'"' in part for part in iter(lambda: stream.read(START), b""))
    encoding = _encoding(start)
    whole = start.decode(encoding, errors="replace").removeprefix("\ufeff")
    delimiter = _delimiter(whole)
    records = _records(whole, delimiter, cut=len(start) == START)
    if not records:
        raise JobError(f"{path} has no header line: it is empty")
    names = _names(records[0])
    # Files without a quote have no quoted line breaks, and are read in parallel.
    reader = spark.read.schema(", ".join(f"_{place} string" for place in range(len(names))))
    reader = reader.options(header=True, sep=delimiter, encoding=encoding, multiLine=quoted, quote='"', escape='"')
    frame = reader.options(maxColumns=20_480, enforceSchema=True).csv(uri).toDF(*names)
    shown = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[delimiter]
    return Source(frame, f"CSV with {shown}, {encoding}", _types(names, records[1:]))


def _encoding(start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    try:
        start[: len(start) - 4 if len(start) == START else None].decode()
    except UnicodeDecodeError as error:
        # The beginning may end within a character.
        return "UTF-8" if error.start > START - 8 else "windows-1252"
    return "UTF-8"


def _delimiter(text: str) -> str:
    """The one that cuts the first records into most fields, of equal number."""

    def fields(delimiter: str) -> tuple[bool, int]:
        widths = Counter(len(record) for record in _records(text, delimiter, cut=True)[:50])
        width, records = widths.most_common(1)[0] if widths else (1, 0)
        return width > 1 and records >= 0.8 * widths.total(), width

    return max(DELIMITERS, key=fields)


def _records(text: str, delimiter: str, *, cut: bool) -> list[list[str]]:
    """Records at the beginning; the last one is left out where the text is cut and it may not be whole."""
    found = []
    csv.field_size_limit(START)
    for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if record:
            found.append(record)
        if len(found) > LOOKED_AT:
            return found
    return found[:-1] if cut and len(found) > 1 else found


def _names(header: Sequence[str]) -> list[str]:
    """The header's names, told apart where they are empty or stand twice."""
    seen: set[str] = set()
    found = []
    for place, given in enumerate(header, start=1):
        name = given.strip() or f"column_{place}"
        while name.lower() in seen:
            name += f"_{place}"
        seen.add(name.lower())
        found.append(name)
    return found


def _types(names: Sequence[str], records: Sequence[Sequence[str]]) -> dict[str, str]:
    found = {}
    for place, name in enumerate(names):
        inferred = infer(Counter(record[place] for record in records if place < len(record)))
        if inferred is not None:
            found[name] = inferred.type
    return found
