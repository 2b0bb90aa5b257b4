"""Rules that protect people: what is hidden, how long a row is kept, what it is used for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from groundwork.spec.base import Identifier
from groundwork.spec.pattern import checked_pattern
from groundwork.spec.rules.base import NUMBERS, TEXT, TIMES, RuleBase


class Comply(RuleBase):
    """What all rules of this kind have; ``method`` says which one it is."""

    kind: Literal["comply"]


class Hide(Comply):
    """Changes columns so that they say less about a person; null stays null.

    :param columns: the columns
    """

    method: str
    columns: tuple[Identifier, ...] = Field(min_length=1, description="Columns to hide.")

    @property
    def reads(self) -> frozenset[str]:
        """The columns that are hidden."""
        return frozenset(self.columns)

    @property
    def types(self) -> tuple[str, ...]:
        """Types of a column that the method can be used on; every one where there are none."""
        return TEXT


class Redact(Hide):
    """Replaces every value by ``***``."""

    method: Literal["redact"]


class Mask(Hide):
    """Replaces characters of a text, so that its form and some of it stay.

    :param keep_first: so many characters at the beginning stay; a text that is no longer than what is kept is masked
        from end to end
    :param keep_last: so many at the end stay
    :param pattern: regular expression (Java); each match in what is not kept becomes one ``character``. Every single
        character where left out
    :param character: what stands for it
    """

    method: Literal["mask"]
    keep_first: int = Field(default=0, ge=0, le=100, description="Characters at the beginning that stay.")
    keep_last: int = Field(default=0, ge=0, le=100, description="Characters at the end that stay.")
    pattern: str = Field(
        default=".", min_length=1, description="What of the rest is masked; each match by one character."
    )
    character: str = Field(default="*", min_length=1, max_length=1, description="What stands for a masked character.")

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        return checked_pattern(value)


class Tokenise(Hide):
    """Replaces every value by a keyed HMAC-SHA-256 in 64 hexadecimal digits: equal values stay equal."""

    method: Literal["tokenise"]

    @property
    def narrow(self) -> bool:
        """The key is known to Python's workers alone."""
        return False


class Generalise(Hide):
    """Makes values coarser, in exactly one of three ways.

    :param band_width: numbers become the lower end of a band of this width; bands are counted from 0
    :param prefix_length: of a text so many characters stay
    :param to: dates and times become the first day of their month, quarter or year
    """

    method: Literal["generalise"]
    band_width: int | float | None = Field(
        default=None, gt=0, description="Numbers become the lower end of their band."
    )
    prefix_length: int | None = Field(default=None, ge=1, description="So many characters of a text stay.")
    to: Literal["month", "quarter", "year"] | None = Field(
        default=None, description="Dates and times become the first day of it."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Generalise:
        if sum(way is not None for way in (self.band_width, self.prefix_length, self.to)) != 1:
            raise ValueError("write exactly one of bandWidth, prefixLength and to")
        return self

    @property
    def types(self) -> tuple[str, ...]:
        """Types that this way of making coarser can be used on."""
        return NUMBERS if self.band_width is not None else TIMES if self.to else TEXT

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """What this way of making coarser can be used on."""
        return dict.fromkeys(self.columns, self.types)


class Remove(Hide):
    """Leaves columns out of the table."""

    method: Literal["remove"]

    @property
    def types(self) -> tuple[str, ...]:
        """Any."""
        return ()


class Retain(Comply):
    """Drops and counts rows that are older than they may be kept. A row without a date is not known to be and stays.

    :param column: date or timestamp that a row's age is counted from
    :param days: how old a row may be at the moment that the run was planned
    """

    method: Literal["retain"]
    column: Identifier = Field(description="Date or timestamp that the age is counted from.")
    days: int = Field(gt=0, description="How many days old a row may be when the run is planned.")

    @property
    def reads(self) -> frozenset[str]:
        """The column with the date."""
        return frozenset({self.column})

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """A date to count from."""
        return {self.column: TIMES}


class Consent(Comply):
    """Uses rows, or some of their columns, only where the person has agreed to the purpose.

    :param purpose: what the data is used for
    :param given: column that says what was agreed to: a boolean, or a text that lists purposes
    :param separator: what stands between the purposes of a text
    :param columns: columns that are null without consent; where none is named, the row is dropped and counted
    """

    method: Literal["consent"]
    purpose: str = Field(min_length=1, description="What the data is used for.")
    given: Identifier = Field(description="Boolean, or text that lists the purposes agreed to.")
    separator: str = Field(default=",", min_length=1, max_length=1, description="Stands between purposes.")
    columns: tuple[Identifier, ...] = Field(
        default=(), description="Null without consent; left out: the row is dropped."
    )

    @model_validator(mode="after")
    def _one_purpose(self) -> Consent:
        if self.separator in self.purpose:
            raise ValueError(
                f"purpose {self.purpose!r} holds the separator {self.separator!r}; write one rule a purpose"
            )
        if self.given in self.columns:
            raise ValueError(
                f"column {self.given!r} says what was agreed to and cannot be covered by it; remove it later"
            )
        return self

    @property
    def reads(self) -> frozenset[str]:
        """The column with the consent, and those it covers."""
        return frozenset((self.given, *self.columns))

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """Something that can say yes, or list purposes."""
        return {self.given: ("boolean", *TEXT)}


Compliance = Annotated[Redact | Mask | Tokenise | Generalise | Remove | Retain | Consent, Field(discriminator="method")]
