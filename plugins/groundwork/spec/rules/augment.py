"""Rules that add or replace a column."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from groundwork.spec.base import Frozen, Identifier
from groundwork.spec.expression import columns_of
from groundwork.spec.rules.base import NUMBERS, TIMES, RuleBase, checked_expression

Part = Literal[
    "year", "quarter", "month", "day", "weekday", "day_of_year", "iso_year", "iso_week", "hour", "minute", "date"
]
FORMS = ("expression", "buckets", "date_part", "surrogate_key")


class Buckets(Frozen):
    """Sorts numbers into labelled ranges; a number that equals an edge belongs to the range above it.

    :param of: the numeric column
    :param edges: rising bounds between the ranges
    :param labels: one for each range, from the lowest to the highest: one more than there are edges
    """

    of: Identifier = Field(description="Numeric column.")
    edges: tuple[int | float, ...] = Field(
        min_length=1, description="Rising bounds; an edge belongs to the range above."
    )
    labels: tuple[str, ...] = Field(description="One for each range, from the lowest on: one more than edges.")

    @model_validator(mode="after")
    def _fitting(self) -> Buckets:
        if any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError("edges do not rise; write them from the lowest to the highest, each once")
        if len(self.labels) != len(self.edges) + 1:
            raise ValueError(
                f"{len(self.edges)} edges make {len(self.edges) + 1} ranges; write a label for each of them"
            )
        return self


class DatePart(Frozen):
    """Takes a part of a date or time.

    :param of: column of type date or timestamp
    :param part: ``weekday`` is 1 for Monday to 7 for Sunday, ``iso_year`` the year that ``iso_week`` belongs to,
        ``date`` the day itself
    :param time_zone: name of the zone whose clocks and calendar count, of a timestamp; UTC where left out
    """

    of: Identifier = Field(description="Column of type date or timestamp.")
    part: Part = Field(description="What to take; weekday is 1 (Monday) to 7, iso_year goes with iso_week.")
    time_zone: str = Field(default="UTC", description="Zone whose clocks count, for a timestamp.")

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no time zone; write its name, as in Europe/Berlin")
        return value


class SurrogateKey(Frozen):
    """Makes one key of several columns: equal values make equal keys, and null is a value of its own.

    Each value is written as its length in characters, ``:`` and its text, null as ``~``; so no two lists of values are
    written alike. The digest of all of it in UTF-8 is the key.

    :param of: the columns, in the order that makes the key
    :param digest: ``sha256`` gives 64 hexadecimal digits, ``xxhash64`` a 64-bit integer, for joins and not for secrecy
    """

    of: tuple[Identifier, ...] = Field(min_length=1, description="Columns that make the key, in this order.")
    digest: Literal["sha256", "xxhash64"] = Field(default="sha256", description="64 hexadecimal digits, or a bigint.")


class Augment(RuleBase):
    """Adds or replaces a column, in exactly one of four ways.

    :param column: the column to write
    :param expression: deterministic scalar expression over columns that exist by then
    """

    kind: Literal["augment"]
    column: Identifier = Field(description="Column to write.")
    expression: str | None = Field(
        default=None, description="Deterministic Spark SQL scalar expression over columns that exist by then."
    )
    buckets: Buckets | None = Field(default=None, description="Labelled ranges of a number.")
    date_part: DatePart | None = Field(default=None, description="A part of a date or time.")
    surrogate_key: SurrogateKey | None = Field(default=None, description="One key of several columns.")

    @field_validator("expression")
    @classmethod
    def _parses(cls, value: str | None) -> str | None:
        return None if value is None else checked_expression(value)

    @model_validator(mode="after")
    def _one_form(self) -> Augment:
        if sum(getattr(self, form) is not None for form in FORMS) != 1:
            raise ValueError("write exactly one of expression, buckets, datePart and surrogateKey")
        return self

    @property
    def reads(self) -> frozenset[str]:
        """Columns that the new one is made of."""
        if self.expression is not None:
            return columns_of(self.expression)
        if self.surrogate_key is not None:
            return frozenset(self.surrogate_key.of)
        form = self.buckets or self.date_part
        assert form is not None, "exactly one form is declared"
        return frozenset({form.of})

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """A number for ranges, a date or time for a part of it."""
        if self.buckets is not None:
            return {self.buckets.of: NUMBERS}
        return {self.date_part.of: TIMES} if self.date_part is not None else {}
