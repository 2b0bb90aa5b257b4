"""Whether a batch may be published, overridden or taken back."""

from __future__ import annotations

from collections.abc import Sequence

from groundwork.decisions.anomaly import unusual_figures
from groundwork.decisions.person import decide_request
from groundwork.spec.decision import Decision
from groundwork.spec.gate import Gate
from groundwork.spec.history import BatchFigures
from groundwork.spec.report import Counts, ExpectationResult, RuleResult


def decide_publication(
    counts: Counts,
    gate: Gate,
    rules: Sequence[RuleResult],
    expectations: Sequence[ExpectationResult],
    *,
    undeclared_personal: Sequence[str] = (),
    latency_hours: float | None = None,
    batch: BatchFigures | None = None,
    history: Sequence[BatchFigures] = (),
) -> Decision:
    """``publish``, ``publish_with_warnings`` or ``block``.

    Blocked by any one of: a larger share of quarantined rows than declared, fewer rows left than declared, a violated
    rule whose action is ``fail``, a critical check that was not met, a column that holds personal data and neither says
    nor hides it, and whatever the gate declares to block. Warned of are checks of severity warning that were not
    met, late data and unusual figures. A rule whose action is ``warn`` counts rows and changes nothing, as does a check
    that only informs: what is so in every batch is no news; the rise of a rule's share is a figure that a gate may
    declare. Reasons that block come first.

    :param counts: where the batch's rows went
    :param gate: declared thresholds
    :param rules: what each rule did
    :param expectations: what each check found
    :param undeclared_personal: columns whose values look personal, though they are neither classified so nor exempted
    :param latency_hours: how old the newest event may be by the contract; None where it promises nothing
    :param batch: the batch's figures
    :param history: figures of earlier published batches
    """
    share = counts.quarantined / counts.raw if counts.raw else 0.0
    age = batch.figures.get("age_hours") if batch else None
    late = _late(age, latency_hours)
    unusual = unusual_figures(gate, batch, history) if batch else ()
    blocking = [
        *_thresholds(counts, gate, share),
        *_blocking_findings(rules, expectations, undeclared_personal),
        *(late if gate.when_late == "block" else ()),
        *(found.reason for found in unusual if found.blocks),
    ]
    warning = [
        *_not_met(expectations, "warning"),
        *(late if gate.when_late == "warn" else ()),
        *(found.reason for found in unusual if not found.blocks),
    ]
    return Decision(
        outcome="block" if blocking else "publish_with_warnings" if warning else "publish",
        reasons=(*blocking, *warning),
        measured={
            "quarantinedShare": share,
            **counts.model_dump(),
            "failedChecks": [item.name for item in _unmet(expectations, "critical")],
            "undeclaredPersonal": list(undeclared_personal),
            "ageHours": age,
            "earlierBatches": len(history),
            "warnings": len(warning),
        },
        declared={**gate.model_dump(mode="json", by_alias=True), "latencyHours": latency_hours},
    )


def _thresholds(counts: Counts, gate: Gate, share: float) -> list[str]:
    reasons = []
    if share > gate.maximum_quarantined:
        # Both counts, because a share just above the threshold rounds to the threshold.
        reasons.append(
            f"{counts.quarantined} of {counts.raw} rows ({share:.2%}) are quarantined, "
            f"at most {gate.maximum_quarantined:.2%} may be"
        )
    if counts.published < gate.minimum_published:
        reasons.append(f"{counts.published} rows are left to publish, at least {gate.minimum_published} must be")
    return reasons


def _blocking_findings(
    rules: Sequence[RuleResult], expectations: Sequence[ExpectationResult], undeclared_personal: Sequence[str]
) -> list[str]:
    reasons = [
        f"rule {rule.rule} fails the batch: {rule.violations} rows break it"
        for rule in rules
        if rule.action == "fail" and rule.violations
    ]
    reasons += _not_met(expectations, "critical")
    return reasons + [
        f"column {column} looks personal, and the contract neither classifies nor exempts it"
        for column in undeclared_personal
    ]


def _not_met(expectations: Sequence[ExpectationResult], severity: str) -> list[str]:
    return [f"check {result.name} {_found(result)}" for result in _unmet(expectations, severity)]


def _unmet(expectations: Sequence[ExpectationResult], severity: str) -> list[ExpectationResult]:
    """A text that people judge is neither met nor unmet."""
    return [item for item in expectations if item.executed and not item.success and item.severity == severity]


def _found(result: ExpectationResult) -> str:
    if result.exception:
        return f"could not be carried out: {result.exception}"
    if result.unexpected_count is not None:
        return f"is not met: {result.unexpected_count} of {result.element_count} values are unexpected"
    return f"is not met: observed {result.observed_value}"


def _late(age: float | None, latency_hours: float | None) -> list[str]:
    if latency_hours is None or age is None or age <= latency_hours:
        return []
    promised = f"at most {_hours(latency_hours)} are promised"
    return [f"the newest event is {_hours(age)} older than the acquisition, {promised}"]


def _hours(hours: float) -> str:
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"


def decide_override(
    state: str | None, reason: str, blocked_reasons: Sequence[str], *, blocked_replay: bool = False
) -> Decision:
    """``publish`` or ``refuse``: whether a person may publish what the gate holds back.

    :param state: the ledger's state of the batch's publication; None where there is none
    :param reason: the person's reason
    :param blocked_reasons: why the gate blocked it; kept with the record
    :param blocked_replay: what it holds back is a replay of quarantined rows of the published batch
    """
    against = []
    if state != "blocked" and not (state == "published" and blocked_replay):
        replay = ", and no replay of its quarantined rows is blocked" if state == "published" else ""
        against.append(f"the batch is {state or 'not refined yet'}{replay}; only a blocked one can be overridden")
    return decide_request("publish", against, reason, {"state": state, "blockedReasons": list(blocked_reasons)})


def decide_undo(state: str | None, reason: str, is_latest: bool) -> Decision:
    """``undo`` or ``refuse``: whether a person may take a publish back.

    :param state: the ledger's state of the batch's publication; None where there is none
    :param reason: the person's reason
    :param is_latest: whether no later publish stands on top of it
    """
    against = []
    if state != "published":
        against.append(f"the batch is {state or 'not refined yet'}, only a published one can be undone")
    elif not is_latest:
        against.append("later batches were published on top of it; undo those first")
    return decide_request("undo", against, reason, {"state": state, "isLatest": is_latest})
