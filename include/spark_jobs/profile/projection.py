"""A frame as the scan reads it: values that Arrow carries, with keys, lengths and what does not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spark_jobs.profile.column_state import BOOLEAN, NUMBER, TEXT, TIME
from spark_jobs.profile.scan import Read

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

CARRIED = 256
"""Characters of a text that are carried; longer ones are told apart by their keys and measured whole."""
NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double")
TIMES = {"date": "date", "timestamp": "timestamp", "timestamp_ntz": "timestamp"}
HOLDS_OTHERS = ("array", "struct", "map")


@dataclass(frozen=True)
class Projected:
    """A column of the frame and how it is read.

    :param type: what it is profiled as
    :param value: its expression
    """

    name: str
    type: str
    value: Column
    read: Read


def projected(frame: DataFrame, read_as: Mapping[str, str]) -> list[Projected]:
    """The frame's columns.

    :param read_as: text column → type that its texts are read as
    """
    found = []
    for place, (name, declared) in enumerate(frame.dtypes):
        type_ = read_as.get(name, declared)
        kind = _kind(type_)
        others = {TEXT: ("key", "length")}.get(kind, ("key",) if type_.startswith("decimal") else ())
        others = (*others, "unreadable") if name in read_as else others
        found.append(Projected(name, type_, _value(name, declared, type_), Read(place, kind, others)))
    return found


def carried(frame: DataFrame, columns: list[Projected]) -> DataFrame:
    """What the scan's batches hold."""
    from pyspark.sql import functions as F  # noqa: N812

    made = []
    for column in columns:
        value, place = column.value, column.read.place
        parts = {
            "value": _carried(column),
            "key": F.when(value.isNotNull(), F.xxhash64(value)),
            "length": F.length(value),
            "unreadable": F.col(quoted(column.name)).isNotNull() & value.isNull(),
        }
        made += [parts[part].alias(f"{part}{place}") for part in ("value", *column.read.others)]
    return frame.select(*made)


def quoted(name: str) -> str:
    """A column's name as Spark reads it whatever stands in it."""
    return "`" + name.replace("`", "``") + "`"


def _kind(type_: str) -> str:
    if type_ in NUMBERS or type_.startswith("decimal"):
        return NUMBER
    if type_ in TIMES:
        return TIME
    return BOOLEAN if type_ == "boolean" else TEXT


def _value(name: str, declared: str, type_: str) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    value = F.col(quoted(name))
    if declared != type_:
        return value.try_cast(type_)
    if type_ in TIMES:
        # What Python's calendar does not hold counts as its first or last moment.
        first, last = (F.lit(moment).cast(TIMES[type_]) for moment in ("0001-01-01", "9999-12-31"))
        moment = value.cast(TIMES[type_])
        return F.when(moment.isNotNull(), F.greatest(first, F.least(last, moment)))
    if type_.startswith(HOLDS_OTHERS):
        return F.to_json(value)
    if type_ == "binary":
        return F.hex(value)
    return value if _kind(type_) != TEXT or type_ == "string" else value.cast("string")


def _carried(column: Projected) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    return F.left(column.value, F.lit(CARRIED)) if column.read.kind == TEXT else column.value
