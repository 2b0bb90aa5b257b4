"""Rules that every row has to meet."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from groundwork.spec.expression import columns_of
from groundwork.spec.rules.base import Action, RuleBase, checked_expression


class Require(RuleBase):
    """A predicate every row has to meet; null counts as met only with ``null_passes``.

    :param predicate: Spark SQL boolean expression
    :param otherwise: what happens to a row that does not meet it
    :param null_passes: whether a predicate that is null counts as met
    """

    kind: Literal["require"]
    predicate: str = Field(description="Spark SQL boolean expression.")
    otherwise: Action = Field(default="quarantine", description="What happens to a row that does not meet it.")
    null_passes: bool = Field(default=False, description="Whether a predicate that is null counts as met.")

    @field_validator("predicate")
    @classmethod
    def _parses(cls, value: str) -> str:
        return checked_expression(value)

    @property
    def reads(self) -> frozenset[str]:
        """Columns that the predicate holds a row against."""
        return columns_of(self.predicate)
