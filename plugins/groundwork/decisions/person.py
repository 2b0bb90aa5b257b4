"""What a person asks for: nothing may stand against it, and the person says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from groundwork.spec.decision import Decision

MINIMUM_REASON = 10


def decide_request(outcome: str, against: Sequence[str], reason: str, measured: Mapping[str, Any]) -> Decision:
    """``outcome`` or ``refuse``.

    :param outcome: what the person asks for
    :param against: what stands against it, one sentence each
    :param reason: the person's reason
    :param measured: what was looked at
    """
    reasons = (*against, *_too_short(reason))
    return Decision(
        outcome="refuse" if reasons else outcome,
        reasons=reasons,
        measured=dict(measured),
        declared={"minimumReason": MINIMUM_REASON},
    )


def _too_short(reason: str) -> list[str]:
    length = len(reason.strip())
    if length >= MINIMUM_REASON:
        return []
    return [f"the reason has {length} characters, at least {MINIMUM_REASON} are asked for"]
