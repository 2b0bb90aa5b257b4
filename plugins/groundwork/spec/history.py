"""What is kept of every batch, so that later ones can be held against it."""

from __future__ import annotations

from pydantic import Field

from groundwork.spec.base import Frozen, Instant

HISTORY_BATCHES = 60
"""Earlier batches that a run is frozen with: eight weeks of daily ones, so that each weekday has its own."""
WHOLE = ("rows", "quarantined_share", "dropped_share")
"""Figures that a report draws whatever the gate looks at."""


class BatchFigures(Frozen):
    """The figures of one batch (``<stage>.figures.json`` beside its report).

    :param sequence: rises with every batch of the product
    :param at: its newest event, or when it was acquired where the contract declares no event time; its weekday is the
        batch's
    :param figures: by their names (``gate.figure_key``)
    """

    batch_id: str
    sequence: int = Field(ge=1)
    at: Instant
    figures: dict[str, float]

    def only(self, keys: frozenset[str]) -> BatchFigures:
        """With these figures alone, as a frozen run holds it."""
        kept = {key: value for key, value in self.figures.items() if key in keys}
        return self.model_copy(update={"figures": kept})


def figures_uri(report_uri: str) -> str:
    """Where a batch's figures stand, by the address of its report."""
    return f"{report_uri.removesuffix('.report.json')}.figures.json"
