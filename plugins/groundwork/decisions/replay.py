"""Whether quarantined rows of a batch may be taken up again."""

from __future__ import annotations

from groundwork.decisions.person import decide_request
from groundwork.spec.decision import Decision


def decide_replay(state: str | None, quarantined: int, reason: str) -> Decision:
    """``replay`` or ``refuse``.

    :param state: the ledger's state of the batch's publication; None where there is none
    :param quarantined: rows of the batch that wait in quarantine
    :param reason: the person's reason
    """
    against = []
    if state != "published":
        mend = "; refine_data with replay takes a blocked batch up again, whole" if state == "blocked" else ""
        against.append(f"the batch is {state or 'not refined yet'}, only rows of a published one are replayed{mend}")
    elif not quarantined:
        against.append("none of its rows waits in quarantine")
    return decide_request("replay", against, reason, {"state": state, "quarantined": quarantined})
