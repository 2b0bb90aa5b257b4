"""Rules that keep one row of each key."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundwork.spec.base import Frozen, Identifier
from groundwork.spec.rules.base import Action, RuleBase


class OrderBy(Frozen):
    """A column that rows of one key are put in order by; nulls come last either way."""

    column: Identifier = Field(description="Column to compare.")
    descending: bool = Field(default=False, description="Largest or newest first.")


class Deduplicate(RuleBase):
    """Keeps the first row of each key. Rows that an earlier rule sets aside or drops do not compete for it.

    A row whose key holds a null is no duplicate of any other.

    :param by: columns that make the key
    :param order: what is compared to find the first row; where all of it is equal, or nothing is declared, the row that
        comes first by file name and record number
    :param otherwise: what happens to the other rows of the key
    """

    kind: Literal["deduplicate"]
    by: tuple[Identifier, ...] = Field(min_length=1, description="Columns that make the key.")
    order: tuple[OrderBy, ...] = Field(default=(), description="How the first row is found; then by file and record.")
    otherwise: Action = Field(default="drop", description="What happens to the other rows of the key.")

    @property
    def narrow(self) -> bool:
        """It shuffles the rows by their keys."""
        return False

    @property
    def reads(self) -> frozenset[str]:
        """Columns that decide."""
        return frozenset((*self.by, *(item.column for item in self.order)))
