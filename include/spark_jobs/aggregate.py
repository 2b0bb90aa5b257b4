"""Many figures of one frame in few passes, grouped by what Spark can generate code for.

A single ``min`` of a string or an approximate distinct count takes a whole aggregate out of generated code, and then
28 numeric figures that cost 0.5 s become several seconds (5 million rows). A small frame is one pass all the same:
there a pass costs more than its work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

SMALL = 50_000
WIDTH = 200
"""Figures a pass; a generated method of many more is too long for the JVM to compile."""


def aggregate(
    frame: DataFrame, generated: Mapping[str, Column], interpreted: Mapping[str, Column], rows: int
) -> dict[str, Any]:
    """All figures by their names.

    :param generated: aggregates that Spark generates code for: counts, sums, minima of numbers and dates
    :param interpreted: those that it does not: minima of text, approximate distinct counts
    :param rows: about how many rows the frame has
    """
    groups = [{**generated, **interpreted}] if rows <= SMALL or not generated else [generated, interpreted]
    found: dict[str, Any] = {}
    for group in groups:
        figures = list(group.items())
        for start in range(0, len(figures), WIDTH):
            part = figures[start : start + WIDTH]
            row = frame.agg(*(column.alias(str(index)) for index, (_, column) in enumerate(part))).first()
            assert row is not None, "a global aggregate has one row"
            found |= {name: row[index] for index, (name, _) in enumerate(part)}
    return found
