"""Rules that hide personal data."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundwork.spec.base import Identifier
from groundwork.spec.rules.base import RuleBase


class Comply(RuleBase):
    """Hides personal data.

    :param columns: columns to hide
    :param method: ``redact`` replaces by ``***``, ``tokenise`` by a keyed HMAC-SHA-256 (equal values stay equal),
        ``year`` keeps only the year of a date (1 January), ``remove`` leaves the column out of the table
    """

    kind: Literal["comply"]
    columns: tuple[Identifier, ...] = Field(min_length=1, description="Columns to hide.")
    method: Literal["redact", "tokenise", "year", "remove"] = Field(
        description="redact: ***; tokenise: keyed HMAC; year: only the year of a date; remove: leave the column out."
    )
