"""Rules that take columns from another product."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundwork.spec.base import Identifier
from groundwork.spec.rules.base import RuleBase


class Enrich(RuleBase):
    """Takes columns from another published product, pinned to one snapshot for the whole run.

    :param product: the product to look up
    :param match: column here → column there; together they must be unique there
    :param take: new column here → column there
    :param missing: what happens to a row without a match; ``keep`` leaves the taken columns null
    """

    kind: Literal["enrich"]
    product: Identifier = Field(description="Published product to look up.")
    match: dict[Identifier, Identifier] = Field(min_length=1, description="Column here: column there.")
    take: dict[Identifier, Identifier] = Field(min_length=1, description="New column here: column there.")
    missing: Literal["keep", "quarantine", "drop", "warn", "fail"] = Field(
        default="quarantine", description="What happens to a row without a match; keep leaves the new columns null."
    )
