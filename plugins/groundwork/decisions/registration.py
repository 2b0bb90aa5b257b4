"""Whether a trained model may be registered, so that a person is asked to approve it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from groundwork.spec.decision import Decision
from groundwork.spec.model import LARGER_IS_BETTER, Evaluation, Threshold
from groundwork.spec.model_report import FeatureEffect, MetricValue, SliceResult


def decide_registration(
    evaluation: Evaluation,
    metrics: Sequence[MetricValue],
    slices: Sequence[SliceResult],
    effects: Sequence[FeatureEffect],
) -> Decision:
    """``register`` or ``refuse``.

    Refused by any one of: a metric beyond its threshold or not defined, less gained over the baseline than declared, a
    judged slice beyond its threshold, a feature that alone separates the labels suspiciously well. A slice that is too
    small, or has one class, is not judged.

    :param evaluation: declared thresholds
    :param metrics: on the test part
    :param slices: on its groups
    :param effects: of each feature
    """
    judged = [each for each in slices if each.judged]
    reasons = [
        *threshold_problems(evaluation.thresholds, _by_name(metrics), "on the test part"),
        *_slice_problems(evaluation, judged),
        *_leaks(evaluation, effects),
    ]
    return Decision(
        outcome="refuse" if reasons else "register",
        reasons=tuple(reasons),
        measured={
            "metrics": {value.metric: value.model for value in metrics},
            "baseline": {value.metric: value.baseline for value in metrics},
            "slices": len(slices),
            "judgedSlices": len(judged),
            "largestSingleAuc": max((each.single_auc for each in effects if each.single_auc is not None), default=None),
        },
        declared=evaluation.model_dump(mode="json", by_alias=True),
    )


def _by_name(metrics: Sequence[MetricValue]) -> dict[str, MetricValue]:
    return {value.metric: value for value in metrics}


def _slice_problems(evaluation: Evaluation, judged: Sequence[SliceResult]) -> Iterator[str]:
    thresholds = evaluation.slices.thresholds if evaluation.slices else ()
    for each in judged:
        where = f"for {each.feature} {'without a value' if each.value is None else each.value} ({each.rows} rows)"
        yield from threshold_problems(thresholds, _by_name(each.metrics), where)


def _leaks(evaluation: Evaluation, effects: Sequence[FeatureEffect]) -> list[str]:
    """A feature that knows the answer all by itself was most probably made from it."""
    return [
        f"{effect.name} alone separates the labels with an AUC of {effect.single_auc:.3f}, above "
        f"{evaluation.suspicious_auc:g}: it probably knows what shall be predicted. See where it comes from"
        for effect in effects
        if effect.single_auc is not None and effect.single_auc > evaluation.suspicious_auc
    ]


def threshold_problems(thresholds: Sequence[Threshold], values: Mapping[str, MetricValue], where: str) -> Iterator[str]:
    """What is wrong with metrics, one sentence each.

    :param thresholds: declared
    :param values: metric → what was measured
    :param where: on which rows, for the sentences
    """
    for threshold in thresholds:
        name, value = threshold.metric, values.get(threshold.metric)
        if value is None or value.model is None:
            yield f"{name} is not defined {where}, and a threshold asks for it"
            continue
        if threshold.minimum is not None and value.model < threshold.minimum:
            yield f"{name} is {value.model:.4f} {where}, at least {threshold.minimum:g} is asked for"
        if threshold.maximum is not None and value.model > threshold.maximum:
            yield f"{name} is {value.model:.4f} {where}, at most {threshold.maximum:g} is allowed"
        if threshold.gain is not None:
            yield from _gained(threshold.gain, value, where)


def _gained(wanted: float, value: MetricValue, where: str) -> Iterator[str]:
    if value.model is None or value.baseline is None:
        yield f"{value.metric} has no baseline {where} to be compared with, and a gain of {wanted:g} is asked for"
        return
    gain = value.model - value.baseline if value.metric in LARGER_IS_BETTER else value.baseline - value.model
    if gain < wanted:
        against = f"{value.model:.4f} against the baseline's {value.baseline:.4f}"
        yield f"{value.metric} is {against} {where}: a gain of {gain:.4f}, at least {wanted:g} is asked for"
