"""Whether a batch may be published, overridden or taken back."""

from __future__ import annotations

from collections.abc import Sequence

from groundwork.spec.decision import Decision
from groundwork.spec.report import Counts, ExpectationResult, RuleResult
from groundwork.spec.ruleset import Gate

MINIMUM_REASON = 10


def decide_publication(
    counts: Counts, gate: Gate, rules: Sequence[RuleResult], expectations: Sequence[ExpectationResult]
) -> Decision:
    """``publish`` or ``block``.

    Blocked by any one of: a larger share of quarantined rows than declared, fewer rows left than declared, a violated
    rule whose action is ``fail``, a critical expectation that was not met.

    :param counts: where the batch's rows went
    :param gate: declared thresholds
    :param rules: what each rule did
    :param expectations: what each check found
    """
    share = counts.quarantined / counts.raw if counts.raw else 0.0
    reasons = []
    if share > gate.maximum_quarantined:
        # Both counts, because a share just above the threshold rounds to the threshold.
        reasons.append(
            f"{counts.quarantined} of {counts.raw} rows ({share:.2%}) are quarantined, "
            f"at most {gate.maximum_quarantined:.2%} may be"
        )
    if counts.published < gate.minimum_published:
        reasons.append(f"{counts.published} rows are left to publish, at least {gate.minimum_published} must be")
    reasons += [
        f"rule {rule.rule} fails the batch: {rule.violations} rows break it"
        for rule in rules
        if rule.action == "fail" and rule.violations
    ]
    failed = [result for result in expectations if not result.success and result.severity == "critical"]
    reasons += [f"check {result.name} is not met: {_found(result)}" for result in failed]
    return Decision(
        outcome="block" if reasons else "publish",
        reasons=tuple(reasons),
        measured={
            "quarantinedShare": share,
            **counts.model_dump(),
            "failedChecks": [result.name for result in failed],
        },
        declared=gate.model_dump(by_alias=True),
    )


def _found(result: ExpectationResult) -> str:
    if result.unexpected_count is not None:
        return f"{result.unexpected_count} of {result.element_count} values are unexpected"
    return f"observed {result.observed_value}"


def decide_override(state: str | None, reason: str, blocked_reasons: Sequence[str]) -> Decision:
    """``publish`` or ``refuse``: whether a person may publish a blocked batch.

    :param state: the ledger's state of the batch's publication; None where there is none
    :param reason: the person's reason
    :param blocked_reasons: why the gate blocked it; kept with the record
    """
    reasons = []
    if state != "blocked":
        reasons.append(f"the batch is {state or 'not refined yet'}, only a blocked one can be overridden")
    if len(reason.strip()) < MINIMUM_REASON:
        reasons.append(f"the reason has {len(reason.strip())} characters, at least {MINIMUM_REASON} are asked for")
    return Decision(
        outcome="refuse" if reasons else "publish",
        reasons=tuple(reasons),
        measured={"state": state, "blockedReasons": list(blocked_reasons)},
        declared={"minimumReason": MINIMUM_REASON},
    )


def decide_undo(state: str | None, reason: str, is_latest: bool) -> Decision:
    """``undo`` or ``refuse``: whether a person may take a publish back.

    :param state: the ledger's state of the batch's publication; None where there is none
    :param reason: the person's reason
    :param is_latest: whether no later publish stands on top of it
    """
    reasons = []
    if state != "published":
        reasons.append(f"the batch is {state or 'not refined yet'}, only a published one can be undone")
    elif not is_latest:
        reasons.append("later batches were published on top of it; undo those first")
    if len(reason.strip()) < MINIMUM_REASON:
        reasons.append(f"the reason has {len(reason.strip())} characters, at least {MINIMUM_REASON} are asked for")
    return Decision(
        outcome="refuse" if reasons else "undo",
        reasons=tuple(reasons),
        measured={"state": state, "isLatest": is_latest},
        declared={"minimumReason": MINIMUM_REASON},
    )
