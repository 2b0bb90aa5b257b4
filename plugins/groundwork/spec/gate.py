"""When a batch may be published: thresholds of its own, and what is unusual beside the product's earlier batches."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, model_validator

from groundwork.spec.base import Frozen, problem_at

Share = Literal["quarantined_share", "dropped_share", "violated_share", "missing_share", "unexpected_share"]
"""Figures that are a share (0–1) of rows; only their rise is unusual."""
Figure = Share | Literal["rows", "distinct", "mean", "observed_value", "age_hours"]
SHARES: frozenset[str] = frozenset(get_args(Share))
OF_WHAT: dict[str, str] = {
    "violated_share": "rule",
    "missing_share": "column",
    "unexpected_share": "check",
    "distinct": "column",
    "mean": "column",
    "observed_value": "check",
}
"""Figure → what its ``of`` names; a figure that is not here is of the batch as a whole."""
LEAST_SHARE = 0.01
LEAST_PART = 0.1


def figure_key(figure: str, of: str | None = None) -> str:
    """What a figure is called in a batch's history: ``rows``, ``mean(amount)``."""
    return figure if of is None else f"{figure}({of})"


class Anomaly(Frozen):
    """A figure that is held against the same figure of the product's earlier batches.

    :param figure: what is compared
    :param of: the column, rule or check that it is a figure of
    :param then: ``warn`` publishes with a warning, ``block`` publishes nothing
    :param tolerance: how many robust standard deviations (1.4826 times the median absolute deviation) from the median
        of the earlier batches are still usual
    :param floor: distance from the median that is usual in any case: of a share in rows of a hundredth (0.01 = one
        percentage point), of any other figure as a part of the median; 0.01 and 0.1 where left out
    """

    figure: Figure = Field(description="What is compared with earlier batches.")
    of: str | None = Field(default=None, description="Column, rule or check that it is a figure of.")
    then: Literal["warn", "block"] = Field(default="warn", description="What an unusual figure leads to.")
    tolerance: float = Field(default=5.0, gt=0, le=100, description="Robust standard deviations that are usual.")
    floor: float | None = Field(default=None, ge=0, description="Distance from the median that is always usual.")

    @model_validator(mode="after")
    def _of_something(self) -> Anomaly:
        wanted = OF_WHAT.get(self.figure)
        if wanted and not self.of:
            raise ValueError(f"{self.figure} is of a {wanted}; name it: of: <{wanted}>")
        if self.of and not wanted:
            raise ValueError(f"{self.figure} is of the whole batch; leave 'of' out")
        return self

    @property
    def key(self) -> str:
        """The figure's name in a batch's history."""
        return figure_key(self.figure, self.of)

    @property
    def least(self) -> float:
        """The floor, declared or usual."""
        if self.floor is not None:
            return self.floor
        return LEAST_SHARE if self.figure in SHARES else LEAST_PART


class Gate(Frozen):
    """When a batch may be published.

    :param maximum_quarantined: share (0–1) of the batch's rows that may be quarantined
    :param minimum_published: rows that must remain
    :param when_late: what follows where the newest event is older than the contract's SLA promises
    :param minimum_history: published batches that must be there before any is called unusual
    :param anomalies: figures that are compared with earlier batches
    """

    maximum_quarantined: float = Field(default=0.05, ge=0, le=1, description="Share of rows that may be quarantined.")
    minimum_published: int = Field(default=1, ge=0, description="Rows that must remain.")
    when_late: Literal["warn", "block"] = Field(
        default="warn", description="What follows where the newest event is older than the contract's latency."
    )
    minimum_history: int = Field(
        default=8, ge=4, le=60, description="Published batches before anything is called unusual."
    )
    anomalies: tuple[Anomaly, ...] = Field(
        default=(Anomaly(figure="rows"), Anomaly(figure="quarantined_share")),
        max_length=50,
        description="Figures that are compared with those of earlier batches.",
    )

    @model_validator(mode="after")
    def _each_once(self) -> Gate:
        seen: set[str] = set()
        for index, anomaly in enumerate(self.anomalies):
            if anomaly.key in seen:
                raise problem_at(f"{anomaly.key} stands twice; keep one of the two", "anomalies", index)
            seen.add(anomaly.key)
        return self
