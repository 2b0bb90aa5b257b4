"""Files as people have them, opened for a profile."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from spark_jobs.draft.sniff import DraftError
from spark_jobs.errors import JobError
from spark_jobs.profile.source import open_file

TEXT = 'id;name;name;amount;\n1;"Ä; b";x;1.5;u\n2;"two\nlines";;2;v\n3;"a ""q""";y;n/a;w\n'
NAMES = ["id", "name", "name_3", "amount", "column_5"]


def rows(source: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in source.frame.collect()]


@pytest.mark.parametrize(
    ("encoding", "suffix"),
    [("utf-8-sig", "csv"), ("cp1252", "csv"), ("utf-16", "txt"), ("utf-8", "csv.gz")],
)
def test_delimiter_encoding_quotes_and_names(spark: Any, tmp_path: Path, encoding: str, suffix: str) -> None:
    file = tmp_path / f"odd [1].{suffix}"
    file.write_bytes(gzip.compress(TEXT.encode()) if suffix.endswith("gz") else TEXT.encode(encoding))
    source = open_file(spark, file)
    assert source.frame.columns == NAMES
    assert rows(source) == [
        ("1", "Ä; b", "x", "1.5", "u"), ("2", "two\nlines", None, "2", "v"), ("3", 'a "q"', "y", "n/a", "w"),
    ]  # fmt: skip
    assert "semicolons" in source.about


def test_texts_are_read_as_what_most_of_them_are(spark: Any, tmp_path: Path) -> None:
    file = tmp_path / "typed.csv"
    lines = [
        f"{number},{number}.5,0{number},2013-01-{number:02d},{'NA' if number == 9 else number}"
        for number in range(1, 29)
    ]
    file.write_text("\n".join(["whole,part,code,day,mostly", *lines]))
    assert open_file(spark, file).read_as == {"whole": "int", "part": "double", "day": "date", "mostly": "int"}


def test_parquet_has_its_own_types(spark: Any, tmp_path: Path) -> None:
    spark.range(2).write.parquet(f"file:{tmp_path}/some.parquet")
    source = open_file(spark, tmp_path / "some.parquet")
    assert (source.frame.dtypes, source.read_as, source.frame.count()) == ([("id", "bigint")], {}, 2)


def test_a_folder_without_parquet_is_refused(spark: Any, tmp_path: Path) -> None:
    with pytest.raises(JobError, match="holds no Parquet that can be read"):
        open_file(spark, tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "error", "says"),
    [
        ("empty.csv", b"", JobError, "it is empty"),
        ("zip.csv", b"PK\x03\x04\0\0\x07\x08abc", DraftError, "this is no text"),
        ("sheet.xlsx", b"PK", JobError, "name a file of these kinds"),
        ("half.csv.gz", gzip.compress(b"a,b\n1,2\n")[:-9], JobError, "cannot be read"),
        ("gone.csv", None, JobError, "is not there"),
    ],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, name: str, content: bytes | None, error: type[Exception], says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=says):
        open_file(None, tmp_path / name)  # type: ignore[arg-type]
