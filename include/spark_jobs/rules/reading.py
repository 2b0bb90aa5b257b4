"""Landing text read as its declared type.

An empty field reads as null, except as string, where it stays ``''`` unless a rule says otherwise. What cannot be read
is null and a violation of ``readable_<column>``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.contract import Column as Declared

if TYPE_CHECKING:
    from pyspark.sql import Column


def read_as(text: Column, declared: Declared) -> Column:
    """The text as the declared type; null where it cannot be read."""
    from pyspark.sql import functions as F  # noqa: N812

    if declared.type == "string":
        return text
    # An empty field reads as null either way; Java, however, throws an exception for it, which takes ten times as long.
    text = F.when(text == "", None).otherwise(text)
    if declared.format and declared.type == "timestamp":
        return F.try_to_timestamp(text, F.lit(declared.format))
    if declared.format and declared.type == "date":
        return F.try_to_timestamp(text, F.lit(declared.format)).cast("date")
    return text.try_cast(declared.type)


def has_value(text: Column, declared: Declared) -> Column:
    """Whether there is something to read."""
    return text.isNotNull() if declared.type == "string" else text.isNotNull() & (text != "")
