"""The first rows of a file or a table, column by column, as text."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spark_jobs.draft.sniff import DraftError, check_header, delimiter_of, encoding_of

if TYPE_CHECKING:
    import pyarrow as pa

MAXIMUM_ROWS = 20_000
MAXIMUM_CELLS = 1_000_000
START_BYTES = 1 << 18
"""Bytes by which encoding and delimiter are told."""
LONGEST_FIELD = 1 << 20


@dataclass(frozen=True)
class Sample:
    """What was read.

    :param source: name of the file or table
    :param columns: header → values; None and "" where there is none
    :param rows: number of rows read
    :param whole: whether these are all rows
    :param types: header → type, where the source declares one; a CSV file does not
    :param encoding: of the file, None for what is no CSV
    :param delimiter: of the file
    :param notes: what a person should know or decide about the file
    """

    source: str
    columns: dict[str, list[str | None]]
    rows: int
    whole: bool
    types: dict[str, str]
    encoding: str | None = None
    delimiter: str = ","
    notes: tuple[str, ...] = ()


def read_file(path: Path) -> Sample:
    """The first rows of a CSV (plain or .gz) or Parquet file.

    :raises DraftError: it cannot be read, is empty, or has no usable header
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
        if start == b"PAR1":
            return _read_parquet(path)
        return _read_csv(path)
    except (OSError, EOFError, zlib.error) as error:
        raise DraftError(f"{path} cannot be read: {error}") from error


def read_table(name: str) -> Sample:
    """The first rows of a table in the Glue catalog, which AWS's variables point at.

    :param name: ``database.table``
    :raises DraftError: there is none
    """
    import os

    from pyiceberg.catalog import load_catalog
    from pyiceberg.exceptions import NoSuchTableError

    # Without its region PyIceberg asks the network for it, for seconds.
    named = {"s3.endpoint": "AWS_ENDPOINT_URL", "s3.region": "AWS_REGION"}
    catalog = load_catalog(
        "lake", type="glue", **{key: os.environ[name] for key, name in named.items() if name in os.environ}
    )
    try:
        found = catalog.load_table(name).scan(limit=MAXIMUM_ROWS + 1).to_arrow()
    except (NoSuchTableError, ValueError) as error:
        raise DraftError(f"no table {name}: {error}") from error
    own = [column for column in found.column_names if column not in _system_columns()]
    return _of_arrow(found.select(own), name)


def _system_columns() -> set[str]:
    from groundwork.spec.contract import SYSTEM_COLUMNS

    return set(SYSTEM_COLUMNS)


def _read_parquet(path: Path) -> Sample:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    rows = _rows(len(file.schema_arrow.names)) + 1
    batch = next(file.iter_batches(batch_size=rows), None)
    import pyarrow as pa

    return _of_arrow(pa.Table.from_batches([batch] if batch else [], file.schema_arrow), path.name)


def _of_arrow(table: pa.Table, source: str) -> Sample:
    import pyarrow as pa

    rows = min(len(table), _rows(table.num_columns))
    columns: dict[str, list[str | None]] = {}
    types: dict[str, str] = {}
    for field in table.schema:
        if pa.types.is_nested(field.type):
            raise DraftError(f"column {field.name!r} is nested ({field.type}). Flatten it")
        values = table.column(field.name).slice(0, rows)
        columns[field.name] = [None if value is None else str(value) for value in values.to_pylist()]
        types[field.name] = _type(field.type)
    return Sample(source, columns, rows, len(table) <= rows, types)


def _type(arrow: Any) -> str:
    import pyarrow as pa

    known = (
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_date, "date"),
        (pa.types.is_timestamp, "timestamp"),
        (pa.types.is_floating, "double"),
        (lambda kind: pa.types.is_integer(kind) and kind.bit_width <= 32, "int"),
        (pa.types.is_integer, "bigint"),
    )
    if pa.types.is_decimal(arrow):
        return f"decimal({arrow.precision},{arrow.scale})"
    return next((name for fits, name in known if fits(arrow)), "string")


def _rows(columns: int) -> int:
    return max(1_000, min(MAXIMUM_ROWS, MAXIMUM_CELLS // max(1, columns)))


def _read_csv(path: Path) -> Sample:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as stream:
        start = stream.read(START_BYTES)
        encoding = encoding_of(start)
        more = bool(stream.read(1))
    beginning = start.decode(_codec(encoding.name), errors="replace").removeprefix("\ufeff")
    if more:
        beginning = beginning[: beginning.rfind("\n") + 1] or beginning
    if not beginning.strip():
        raise DraftError(f"{path} is empty. Give a file with a header line")
    delimiter = delimiter_of(beginning)
    csv.field_size_limit(LONGEST_FIELD)
    with (
        opened(path, "rb") as stream,
        io.TextIOWrapper(stream, _codec(encoding.name), newline="", errors="replace") as text,
    ):
        try:
            return _of_records(path, csv.reader(text, delimiter=delimiter), encoding.name, delimiter, encoding.doubt)
        except (csv.Error, EOFError, gzip.BadGzipFile) as error:
            raise DraftError(f"{path} is no readable CSV: {error}") from error


def _of_records(path: Path, records: Any, encoding: str, delimiter: str, doubt: str | None) -> Sample:
    header = [name.removeprefix("\ufeff") for name in next(records)]
    check_header(header)
    limit = _rows(len(header))
    columns: list[list[str | None]] = [[] for _ in header]
    ragged, rows, whole = 0, 0, True
    for record in records:
        if rows == limit:
            whole = False
            break
        if len(record) != len(header):
            ragged += bool(record)
            continue
        rows += 1
        for values, value in zip(columns, record, strict=True):
            values.append(value)
    if ragged > rows:
        raise DraftError(
            f"most rows have another number of fields than the first line, which has {len(header)}. Remove what stands "
            "before the header line"
        )
    notes = [f"encoding {encoding}: {doubt}"] if doubt else []
    named = dict(zip(header, columns, strict=True))
    return Sample(path.name, named, rows, whole, {}, encoding, delimiter, (*notes, *_notes(rows, ragged)))


def _notes(rows: int, ragged: int) -> Iterator[str]:
    if ragged:
        yield f"{ragged:,} of {rows + ragged:,} rows have more or fewer fields than the header; they are set aside"
    if not rows:
        yield "the file has no rows, so that every column is drafted as text"


def _codec(encoding: str) -> str:
    """Python's name; a byte order mark of UTF-8 is taken off."""
    return {"UTF-8": "utf-8-sig", "windows-1252": "cp1252"}.get(encoding, encoding)
