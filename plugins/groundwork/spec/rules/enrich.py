"""Rules that take columns from another product."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal

from pydantic import Field, model_validator

from groundwork.spec.base import Identifier, problem_at
from groundwork.spec.rules.base import RuleBase

Default = str | bool | int | float
READERS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "string": str,
}


def fits(default: Default, type_: str) -> bool:
    """Whether a default is a value of a column's type; dates and times are texts in ISO's form.

    :param type_: the column's Spark type
    """
    kind = type_.partition("(")[0]
    if isinstance(default, bool) or kind == "boolean":
        return isinstance(default, bool) and kind == "boolean"
    if kind in READERS:
        try:
            return isinstance(default, str) and READERS[kind](default) is not None
        except ValueError:
            return False
    return isinstance(default, int) or (isinstance(default, float) and kind in ("double", "decimal"))


class Enrich(RuleBase):
    """Takes columns from another published product, pinned to one snapshot for the whole run.

    :param product: the product to look up
    :param match: column here → column there; together they must be unique there
    :param take: new column here → column there
    :param missing: what happens to a row without a match; ``keep`` leaves the taken columns null, ``default`` writes
        ``defaults`` into them
    :param defaults: taken column → value of a row without a match; null where it is not named
    :param maximum_age_hours: how old the pinned snapshot may be when the run is planned; any age where left out
    """

    kind: Literal["enrich"]
    product: Identifier = Field(description="Published product to look up.")
    match: dict[Identifier, Identifier] = Field(min_length=1, description="Column here: column there.")
    take: dict[Identifier, Identifier] = Field(min_length=1, description="New column here: column there.")
    missing: Literal["keep", "default", "quarantine", "drop", "warn", "fail"] = Field(
        default="quarantine", description="What happens to a row without a match; keep leaves the new columns null."
    )
    defaults: dict[Identifier, Default] = Field(
        default_factory=dict, description="New column: value where there is no match, with missing: default."
    )
    maximum_age_hours: float | None = Field(
        default=None, gt=0, description="The run is refused when the other product was published longer ago."
    )

    @model_validator(mode="after")
    def _defaults_go_with_default(self) -> Enrich:
        if bool(self.defaults) != (self.missing == "default"):
            raise problem_at("missing: default and defaults go together; write both or neither", "missing")
        if unknown := sorted(self.defaults.keys() - self.take.keys()):
            raise problem_at(f"gives {unknown[0]!r} a default but does not take it; name it under take", "defaults")
        return self

    @property
    def narrow(self) -> bool:
        """It reads another table."""
        return False

    @property
    def reads(self) -> frozenset[str]:
        """Columns that are looked up."""
        return frozenset(self.match)
