"""The question that an approver is asked, as text: what was measured, against what, on which data, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.decisions.approval import who_may_answer

if TYPE_CHECKING:
    from groundwork.spec.model import Threshold
    from groundwork.spec.model_report import EvaluationReport, MetricValue, SliceResult
    from groundwork.spec.model_run import ModelRun
    from groundwork.spec.model_version import RegisteredVersion

MAXIMUM_SLICES = 8
MAXIMUM_EFFECTS = 8


def subject(run: ModelRun, version: RegisteredVersion) -> str:
    """The headline."""
    return f"Approve version {version.number} of {run.model.title}?"


def body(run: ModelRun, version: RegisteredVersion, report: EvaluationReport, page: str) -> str:
    """Markdown with what is needed to decide.

    :param report: the evaluation, as its digest names it
    :param page: where a person opens the evaluation's page
    """
    model, evaluated = run.model, version.version
    who = ", ".join(map(_name, who_may_answer(model.approval, evaluated.requested_by)))
    hours = model.approval.answer_within_hours
    parts = [
        f"{_plain(model.purpose)} **Limits:** {_plain(model.limitations)}",
        f"Asked for by {_name(evaluated.requested_by)}, who cannot answer. **Who may:** {who}, within {hours} hours.",
        f"[Evaluation with slices, calibration and what moves the answers]({page})",
        _metrics(model.evaluation.thresholds, report),
        _slices(report),
        _effects(report),
        _identity(version),
    ]
    return "\n\n".join(part for part in parts if part)


def _metrics(thresholds: tuple[Threshold, ...], report: EvaluationReport) -> str:
    declared: dict[str, str] = {threshold.metric: _bounds(threshold) for threshold in thresholds}
    rows = [
        f"| {_plain(each.metric)} | {_figure(each.model)} | {_figure(each.baseline)} "
        f"| {declared.get(each.metric, '')} |"
        for each in report.metrics
    ]
    head = f"On {report.rows} rows of the test part, {report.positive} of them true:"
    return "\n".join([head, "", "| metric | model | baseline | must be |", "|---|---|---|---|", *rows])


def _slices(report: EvaluationReport) -> str:
    judged = [each for each in report.slices if each.judged]
    if not judged:
        return ""
    worst = sorted(judged, key=lambda each: _auc(each.metrics) or 1.0)[:MAXIMUM_SLICES]
    rows = [_slice(each) for each in worst]
    head = f"{len(judged)} slices are large enough to be judged; the {len(worst)} with the lowest roc_auc:"
    return "\n".join([head, "", "| slice | rows | true | roc_auc |", "|---|---|---|---|", *rows])


def _slice(found: SliceResult) -> str:
    name = f"{found.feature} = {_plain(found.value) if found.value is not None else 'no value'}"
    return f"| {name} | {found.rows} | {found.positive} | {_figure(_auc(found.metrics))} |"


def _effects(report: EvaluationReport) -> str:
    largest = sorted(report.effects, key=lambda each: -each.mean_absolute_shap)[:MAXIMUM_EFFECTS]
    named = ", ".join(f"{effect.name} {effect.mean_absolute_shap:.3f}" for effect in largest)
    return f"What moves the answers most (mean |SHAP|, log-odds): {named}." if named else ""


def _identity(version: RegisteredVersion) -> str:
    """What the answer covers."""
    evaluated = version.version
    rows = [
        ("version", version.digest),
        ("model artifact", evaluated.artifact.sha256),
        ("evaluation", evaluated.evaluation.sha256),
        ("features", f"{evaluated.feature_table}, snapshot {evaluated.snapshot_id}"),
        ("container", evaluated.image),
        ("thresholds", evaluated.policy),
        ("package", version.package_arn),
    ]
    lines = [f"| {name} | {_plain(value)} |" for name, value in rows]
    head = "The answer covers exactly this, and nothing of it may change afterwards:"
    return "\n".join([head, "", "| | |", "|---|---|", *lines])


def _bounds(threshold: Threshold) -> str:
    parts = [
        f"at least {threshold.minimum:g}" if threshold.minimum is not None else "",
        f"at most {threshold.maximum:g}" if threshold.maximum is not None else "",
        f"{threshold.gain:g} better than the baseline" if threshold.gain is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def _auc(metrics: tuple[MetricValue, ...]) -> float | None:
    return next((each.model for each in metrics if each.metric == "roc_auc"), None)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _plain(text: str) -> str:
    """Text that opens no link, table cell or code in Markdown: a slice's value comes from the data."""
    kept = "".join(character for character in text if character not in "|`[]<>\\*\n\r!")
    return " ".join(kept.split())[:500]


def _name(text: str) -> str:
    """Bold: the UI gives every piece of code a block of its own, in the middle of a sentence too."""
    return f"**{_plain(text)}**"
