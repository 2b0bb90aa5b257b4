"""Landing files are cut into records as the control plane has followed their quotes."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from groundwork.hooks.landing_quotes import QuoteCheck
from groundwork.spec.contract import Column, Landing
from spark_jobs.landing import _options

FILES = 150
COLUMN = Column(name="x", header="x", type="string")
LANDING = Landing(location="s3://{landing}/a/*.csv", columns=(COLUMN,))


def records(text: str) -> int:
    """How many records a text has, character by character: line ends outside quotes end one, empty ones are none."""
    found, length, inside, place = 0, 0, False, 0
    while place < len(text):
        letter = text[place]
        if inside and text[place : place + 2] == '""':
            place += 1
        elif letter == '"' and (inside or not place or text[place - 1] in ",\n"):
            inside = not inside
        ends = letter == "\n" and not inside
        found += ends and length > 0
        length = 0 if ends else length + 1
        place += 1
    return found + (length > 0)


def test_spark_finds_the_records_between_the_quotes_that_collection_has_followed(spark: Any, tmp_path: Path) -> None:
    """What ``QuoteCheck`` calls closed swallows no record, whatever stands between, before and behind the quotes."""
    from pyspark.sql import functions as F  # noqa: N812

    dice = random.Random(7)
    expected = {}
    for number in range(FILES):
        text = "x,y\n" + "".join(dice.choice('""",\na b') for _ in range(dice.randint(1, 25)))
        check = QuoteCheck(",")
        check.read(text)
        if check.unclosed() is None and records(text) > 1:
            (tmp_path / f"{number}.csv").write_text(text)
            expected[f"{number}.csv"] = records(text) - 1
    assert len(expected) > FILES / 2
    schema = "_c0 string, _c1 string, _malformed string"
    read = spark.read.schema(schema).options(**_options(LANDING)).csv(f"file:{tmp_path}")
    found = read.groupBy(F.input_file_name().alias("file")).count().collect()
    assert {row["file"].rpartition("/")[2]: row["count"] for row in found} == expected
