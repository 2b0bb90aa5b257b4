"""Whether another product was published recently enough to be looked up."""

from __future__ import annotations

from datetime import datetime

from groundwork.spec.decision import Decision
from groundwork.spec.rules.enrich import Enrich


def decide_look_up(rule: Enrich, committed_at: datetime, planned_at: datetime) -> Decision:
    """``look_up`` or ``refuse``.

    :param rule: what looks the product up, and says how old it may be
    :param committed_at: when the pinned snapshot was made
    :param planned_at: when the run was planned
    """
    hours = (planned_at - committed_at).total_seconds() / 3600
    most = rule.maximum_age_hours
    reasons = []
    if most is not None and hours > most:
        reasons.append(
            f"rule {rule.name!r} looks up {rule.product!r}, which was last published {hours:.1f} hours before this run "
            f"was planned; at most {most:g} are declared. Nothing was published: publish {rule.product} first, then "
            "start a new run"
        )
    return Decision(
        outcome="refuse" if reasons else "look_up",
        reasons=tuple(reasons),
        measured={"hours": hours},
        declared={"maximumAgeHours": most},
    )
