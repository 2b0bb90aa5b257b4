"""Rules that add or replace columns."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from groundwork.spec.base import Identifier
from groundwork.spec.rules.base import RuleBase, checked_expression


class Augment(RuleBase):
    """Adds or replaces a column by a Spark SQL expression.

    :param column: the column to write
    :param expression: deterministic scalar expression over columns that exist by then
    """

    kind: Literal["augment"]
    column: Identifier = Field(description="Column to write.")
    expression: str = Field(description="Deterministic Spark SQL scalar expression over columns that exist by then.")

    @field_validator("expression")
    @classmethod
    def _parses(cls, value: str) -> str:
        return checked_expression(value)
