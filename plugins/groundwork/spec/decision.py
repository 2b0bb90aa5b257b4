"""The record of a decision."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from groundwork.spec.base import Frozen


class Decision(Frozen):
    """What was decided, why, on which figures, against which thresholds.

    :param outcome: one word of the decision's own vocabulary
    :param reasons: one sentence each; empty only where the outcome is the favourable one
    :param measured: figures that were looked at
    :param declared: thresholds they were held against
    """

    outcome: str
    reasons: tuple[str, ...] = ()
    measured: dict[str, Any] = Field(default_factory=dict)
    declared: dict[str, Any] = Field(default_factory=dict)
