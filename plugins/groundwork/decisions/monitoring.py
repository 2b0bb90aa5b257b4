"""What follows from a look at a serving model: nothing, attention, another training, or a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from groundwork.spec.decision import Decision
from groundwork.spec.model import LARGER_IS_BETTER, Monitor
from groundwork.spec.model_report import DriftReport, FeatureDrift

Finding = Literal["drift", "performance"]
"""What a look has found: distributions that have moved, or answers that have become worse."""
MAXIMUM_NAMED = 5


@dataclass(frozen=True)
class RetrainRequest:
    """A training that was asked for and has led to no release and no rejection yet.

    :param look: number of the look that asked for it
    :param looks_since: later looks
    :param version: number of the version that came of it; None where none was registered
    """

    look: int
    looks_since: int
    version: int | None = None


@dataclass(frozen=True)
class _Finding:
    """What one question has come to.

    :param found: whether there is something; None where nothing can be said
    """

    found: bool | None
    reasons: tuple[str, ...] = ()


def decide_monitoring(
    monitor: Monitor,
    report: DriftReport,
    evaluated: Mapping[str, float | None],
    earlier: Sequence[Decision] = (),
    request: RetrainRequest | None = None,
) -> Decision:
    """``healthy``, ``watch``, ``retrain`` or ``human_review``.

    ========================================================  ==========================================================
    what the look shows                                       outcome
    ========================================================  ==========================================================
    more unusable rows than declared, or nothing readable     human_review
    fewer rows than the smallest sample                       watch; it neither adds to a row of looks nor breaks it
    nothing moved                                             healthy
    a feature above ``watch``, too few above ``act``          watch
    drift, and the performance is good                        watch
    drift, performance declared, its labels have not come     watch, then human_review
    drift, no performance declared                            watch, then retrain
    performance lost                                          watch, then retrain
    ========================================================  ==========================================================

    "Then" is after ``consecutive`` looks in a row. While a training that was asked for is unanswered, it is not asked
    for again; where no version came of it in as many looks, a person has to see why.

    :param monitor: declared thresholds
    :param report: what was measured
    :param evaluated: metrics of the version on its test part
    :param earlier: decisions of earlier looks at the same release, oldest first
    :param request: the training that is asked for already
    """
    measured = _measured(report, evaluated)
    declared = monitor.model_dump(mode="json", by_alias=True)

    def decided(
        outcome: str, reasons: tuple[str, ...], findings: Sequence[Finding] = (), concluded: bool = True
    ) -> Decision:
        found = {"concluded": concluded, "findings": list(findings)}
        return Decision(outcome=outcome, reasons=reasons, measured={**measured, **found}, declared=declared)

    if unusable := _unusable(monitor, report):
        return decided("human_review", unusable)
    rows = report.captured - report.invalid
    if rows < monitor.minimum_requests:
        reason = f"{rows} usable rows, at least {monitor.minimum_requests} must be there before anything is concluded"
        return decided("watch", (reason,), concluded=False)
    drift, performance = _drift(monitor, report), _performance(monitor, report, evaluated)
    findings: list[Finding] = ["drift"] if drift.found else []
    findings += ["performance"] if performance.found else []
    outcome, why = _outcome(monitor, drift, performance, _rows_of_looks(findings, earlier), request)
    if outcome == "healthy":
        return decided(outcome, ())
    return decided(outcome, (*performance.reasons, *drift.reasons, *why), findings)


def _unusable(monitor: Monitor, report: DriftReport) -> tuple[str, ...]:
    total, unusable = report.captured + report.unreadable, report.unreadable + report.invalid
    if not total or unusable / total <= monitor.maximum_invalid:
        return ()
    if total < monitor.minimum_requests and report.captured:
        return ()
    reason = (
        f"{unusable} of {total} captured rows ({unusable / total:.2%}) are unusable, at most "
        f"{monitor.maximum_invalid:.2%} may be: {report.unreadable} unreadable, {report.invalid} without what the "
        "model needs; see who sends them"
    )
    return (reason,)


def _drift(monitor: Monitor, report: DriftReport) -> _Finding:
    limits = monitor.drift
    everything = [*report.features, *([report.prediction] if report.prediction else [])]
    drifted = [feature for feature in report.features if feature.psi > limits.act]
    share = len(drifted) / len(report.features) if report.features else 0.0
    reasons = []
    if drifted and share >= limits.features:
        reasons.append(
            f"{len(drifted)} of {len(report.features)} features ({share:.0%}) have drifted above {limits.act:g}, "
            f"from {limits.features:.0%} on it counts: {_named(drifted)}"
        )
    if report.prediction and report.prediction.psi > limits.act:
        reasons.append(f"the predictions have drifted: {report.prediction.psi:.3f}, at most {limits.act:g} may be")
    if reasons:
        return _Finding(True, tuple(reasons))
    watched = [feature for feature in everything if feature.psi > limits.watch]
    return _Finding(False, (f"above {limits.watch:g}: {_named(watched)}",) if watched else ())


def _performance(monitor: Monitor, report: DriftReport, evaluated: Mapping[str, float | None]) -> _Finding:
    declared = monitor.performance
    if declared is None:
        return _Finding(None)
    metric = declared.metric
    if report.labelled < declared.minimum_labels:
        return _Finding(
            None, (f"{report.labelled} labels have come, with at least {declared.minimum_labels} {metric} is judged",)
        )
    now, before = report.performance.get(metric), evaluated.get(metric)
    if now is None or before is None:
        where = "on the labelled requests" if now is None else "in the evaluation"
        return _Finding(None, (f"{metric} is not defined {where}, so nothing is said about it",))
    loss = before - now if metric in LARGER_IS_BETTER else now - before
    if loss <= declared.maximum_loss:
        return _Finding(False)
    reason = (
        f"{metric} is {now:.4f} on {report.labelled} labelled requests and was {before:.4f} on the test part: "
        f"{loss:.4f} worse, at most {declared.maximum_loss:g} may be"
    )
    return _Finding(True, (reason,))


def _rows_of_looks(findings: Sequence[Finding], earlier: Sequence[Decision]) -> dict[str, int]:
    """Finding → how many looks in a row have found it, this one included; looks that concluded nothing do not count."""
    concluded = [decision.measured.get("findings", ()) for decision in earlier if decision.measured.get("concluded")]
    rows: dict[str, int] = {}
    for finding in findings:
        rows[finding] = 1
        for found in reversed(concluded):
            if finding not in found:
                break
            rows[finding] += 1
    return rows


def _outcome(
    monitor: Monitor,
    drift: _Finding,
    performance: _Finding,
    rows: Mapping[str, int],
    request: RetrainRequest | None,
) -> tuple[str, tuple[str, ...]]:
    if performance.found:
        return _after_a_row("retrain", rows["performance"], monitor, request)
    if drift.found and performance.found is None:
        then = "retrain" if monitor.performance is None else "human_review"
        return _after_a_row(then, rows["drift"], monitor, request)
    if drift.found:
        return "watch", ("the answers are as good as on the test part, so the drift is watched",)
    # Labels that have not come are no finding: they come later by nature.
    return ("watch", ()) if drift.reasons else ("healthy", ())


def _after_a_row(
    outcome: str, row: int, monitor: Monitor, request: RetrainRequest | None
) -> tuple[str, tuple[str, ...]]:
    """What is found at one look is watched; what ``consecutive`` looks agree on has consequences."""
    if row < monitor.consecutive:
        return "watch", (f"look {row} of {monitor.consecutive} in a row that must agree",)
    if outcome != "retrain" or request is None:
        return outcome, (f"{row} looks in a row agree, {monitor.consecutive} must",)
    if request.version is not None:
        waits = f"version {request.version} came of it and is neither released nor rejected"
        return "watch", (f"look {request.look} asked for a training; {waits}",)
    asked = f"look {request.look} asked for a training, and no version has been registered since"
    if request.looks_since + 1 < monitor.consecutive:
        return "watch", (asked,)
    return "human_review", (f"{asked}; see why the training gives none",)


def _measured(report: DriftReport, evaluated: Mapping[str, float | None]) -> dict[str, Any]:
    worst = sorted(report.features, key=lambda feature: -feature.psi)[:MAXIMUM_NAMED]
    return {
        "captured": report.captured,
        "unreadable": report.unreadable,
        "invalid": report.invalid,
        "labelled": report.labelled,
        "worst": {feature.name: feature.psi for feature in worst},
        "prediction": report.prediction.psi if report.prediction else None,
        "performance": dict(report.performance),
        "evaluated": dict(evaluated),
    }


def _named(features: Sequence[FeatureDrift]) -> str:
    worst = sorted(features, key=lambda feature: -feature.psi)
    more = f" and {len(worst) - MAXIMUM_NAMED} more" if len(worst) > MAXIMUM_NAMED else ""
    return ", ".join(f"{feature.name} {feature.psi:.3f}" for feature in worst[:MAXIMUM_NAMED]) + more
