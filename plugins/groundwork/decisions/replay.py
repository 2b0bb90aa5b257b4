"""Whether quarantined rows of a batch may be taken up again."""

from __future__ import annotations

from groundwork.decisions.publication import MINIMUM_REASON, too_short
from groundwork.spec.decision import Decision


def decide_replay(state: str | None, quarantined: int, reason: str) -> Decision:
    """``replay`` or ``refuse``.

    :param state: the ledger's state of the batch's publication; None where there is none
    :param quarantined: rows of the batch that wait in quarantine
    :param reason: the person's reason
    """
    reasons = []
    if state != "published":
        mend = "; refine_data with replay takes a blocked batch up again, whole" if state == "blocked" else ""
        reasons.append(f"the batch is {state or 'not refined yet'}, only rows of a published one are replayed{mend}")
    elif not quarantined:
        reasons.append("none of its rows waits in quarantine")
    reasons += too_short(reason)
    return Decision(
        outcome="refuse" if reasons else "replay",
        reasons=tuple(reasons),
        measured={"state": state, "quarantined": quarantined},
        declared={"minimumReason": MINIMUM_REASON},
    )
