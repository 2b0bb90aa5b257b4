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

from spark_jobs.draft.sniff import delimiter_of, encoding_of
from spark_jobs.errors import SPARK_ERRORS, JobError, cause
from spark_jobs.landing import escaped
from spark_jobs.profile.inference import infer

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

START = 2_000_000
"""Bytes at a file's beginning that say how it is written."""
SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", ":": "colons"}
LOOKED_AT = 5_000
"""Records at the beginning whose texts say what a column reads as."""


@dataclass(frozen=True)
class Source:
    """A file or a table, opened.

    :param read_as: column of texts → type that they read as
    :param about: where its rows come from, in words
    :param classifications: column → classification, where a contract says it
    """

    frame: DataFrame
    about: str
    read_as: dict[str, str] = field(default_factory=dict)
    classifications: dict[str, str] = field(default_factory=dict)


def open_file(spark: SparkSession, path: Path) -> Source:
    """A CSV file (also ``.gz``) with a header line, or a Parquet file or folder.

    :raises JobError: it is not there, is empty, or is neither
    :raises DraftError: its text is in an encoding that is not read
    """
    check_file(path)
    uri = f"file:{escaped(str(path.resolve()))}"
    if path.is_dir() or _suffix(path) == ".parquet":
        try:
            return Source(spark.read.parquet(uri), "Parquet")
        except SPARK_ERRORS as error:
            raise JobError(f"{path} holds no Parquet that can be read: {cause(error)}") from error
    return _csv(spark, path, uri)


def check_file(path: Path) -> None:
    """See that a file is there and of a kind that is read, before Spark is started for it.

    :raises JobError: it is not
    """
    if not path.exists():
        raise JobError(f"{path} is not there")
    if not path.is_dir() and _suffix(path) not in SUFFIXES:
        raise JobError(f"{path} is no .csv, .tsv, .txt or .parquet (.gz may follow): name a file of these kinds")


def _suffix(path: Path) -> str:
    return next((suffix.lower() for suffix in reversed(path.suffixes) if suffix != ".gz"), "")


def _csv(spark: SparkSession, path: Path, uri: str) -> Source:
    start, quoted = _start(path)
    encoding = encoding_of(start).name
    text = start.decode(encoding, errors="replace").removeprefix("\ufeff")
    delimiter = delimiter_of(text)
    records = _records(text, delimiter, cut=len(start) == START)
    if not records:
        raise JobError(f"{path} has no header line: it is empty")
    names = _names(records[0])
    # Files without a quote have no quoted line breaks, and are read in parallel.
    reader = spark.read.schema(", ".join(f"_{place} string" for place in range(len(names))))
    reader = reader.options(header=True, sep=delimiter, encoding=encoding, multiLine=quoted, quote='"', escape='"')
    frame = reader.options(maxColumns=20_480, enforceSchema=True).csv(uri).toDF(*names)
    between = DELIMITERS.get(delimiter, delimiter)
    return Source(frame, f"CSV with {between} between its fields, {encoding}", _types(names, records[1:]))


def _start(path: Path) -> tuple[bytes, bool]:
    """The file's beginning, and whether there is a quote anywhere in it."""
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as stream:
            start = stream.read(START)
            return start, b'"' in start or any(b'"' in part for part in iter(lambda: stream.read(START), b""))
    except (OSError, EOFError) as error:
        raise JobError(f"{path} cannot be read: {error}") from error


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
