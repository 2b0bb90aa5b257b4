"""Whether a model may be registered, threshold by threshold."""

from __future__ import annotations

import pytest

from groundwork.decisions.registration import decide_registration
from groundwork.spec.model import Evaluation, Slices, Threshold
from groundwork.spec.model_report import FeatureEffect, MetricValue, SliceResult

EVALUATION = Evaluation(
    thresholds=(
        Threshold(metric="roc_auc", minimum=0.7, gain=0.01),
        Threshold(metric="brier_score", maximum=0.2, gain=0.0),
    ),
    slices=Slices(columns=("carrier",), minimum_rows=100, thresholds=(Threshold(metric="roc_auc", minimum=0.6),)),
)
GOOD = (
    MetricValue(metric="roc_auc", model=0.75, baseline=0.70),
    MetricValue(metric="brier_score", model=0.15, baseline=0.16),
)
AGAINST = "against the baseline's"
EFFECTS = (FeatureEffect(name="load", mean_absolute_shap=1.0, single_auc=0.72),)


def sliced(value: str | None = "AA", area: float | None = 0.7, judged: bool = True) -> SliceResult:
    return SliceResult(
        feature="carrier",
        value=value,
        rows=200 if judged else 3,
        positive=20,
        judged=judged,
        metrics=(MetricValue(metric="roc_auc", model=area),),
    )


def reasons(metrics=GOOD, slices=(), effects=EFFECTS) -> tuple[str, ...]:
    decision = decide_registration(EVALUATION, metrics, slices, effects)
    assert decision.outcome == ("refuse" if decision.reasons else "register")
    return decision.reasons


def test_what_reaches_every_threshold_is_registered_with_figures_and_thresholds():
    decision = decide_registration(EVALUATION, GOOD, (sliced(), sliced("B6", None, judged=False)), EFFECTS)
    assert decision.outcome == "register"
    assert decision.reasons == ()
    assert decision.measured["metrics"] == {"roc_auc": 0.75, "brier_score": 0.15}
    assert decision.measured["baseline"] == {"roc_auc": 0.70, "brier_score": 0.16}
    assert (decision.measured["slices"], decision.measured["judgedSlices"]) == (2, 1)
    assert decision.declared["thresholds"][0]["minimum"] == 0.7


def test_thresholds_themselves_are_reached():
    exactly = (
        MetricValue(metric="roc_auc", model=0.7, baseline=0.5),
        MetricValue(metric="brier_score", model=0.2, baseline=0.2),
    )
    assert reasons(exactly) == ()


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        (
            (MetricValue(metric="roc_auc", model=0.6999, baseline=0.5), GOOD[1]),
            "roc_auc is 0.6999 on the test part, at least 0.7 is asked for",
        ),
        (
            (GOOD[0], MetricValue(metric="brier_score", model=0.21, baseline=0.3)),
            "brier_score is 0.2100 on the test part, at most 0.2 is allowed",
        ),
        (
            (MetricValue(metric="roc_auc", model=0.75, baseline=0.745), GOOD[1]),
            f"roc_auc is 0.7500 {AGAINST} 0.7450 on the test part: a gain of 0.0050, at least 0.01 is asked for",
        ),
        (
            (GOOD[0], MetricValue(metric="brier_score", model=0.16, baseline=0.15)),
            f"brier_score is 0.1600 {AGAINST} 0.1500 on the test part: a gain of -0.0100, at least 0 is asked for",
        ),
        (
            (MetricValue(metric="roc_auc", model=0.75), GOOD[1]),
            "roc_auc has no baseline on the test part to be compared with, and a gain of 0.01 is asked for",
        ),
        (
            (MetricValue(metric="roc_auc", model=None), GOOD[1]),
            "roc_auc is not defined on the test part, and a threshold asks for it",
        ),
        ((GOOD[0],), "brier_score is not defined on the test part, and a threshold asks for it"),
    ],
)
def test_what_misses_one_is_refused_with_the_figure(metrics, reason):
    assert reasons(metrics) == (reason,)


def test_judged_slices_count_and_others_do_not():
    assert reasons(slices=(sliced(area=0.59),)) == (
        "roc_auc is 0.5900 for carrier AA (200 rows), at least 0.6 is asked for",
    )
    assert reasons(slices=(sliced(None, area=0.59),)) == (
        "roc_auc is 0.5900 for carrier without a value (200 rows), at least 0.6 is asked for",
    )
    assert reasons(slices=(sliced(area=0.1, judged=False), sliced(area=None, judged=False))) == ()


def test_a_planted_leak_is_refused():
    leak = FeatureEffect(name="arrival_delay", mean_absolute_shap=4.0, single_auc=0.98)
    edge = FeatureEffect(name="edge", mean_absolute_shap=0.1, single_auc=0.9)
    none = FeatureEffect(name="none", mean_absolute_shap=0.1, single_auc=None)
    (reason,) = reasons(effects=(leak, edge, none))
    assert reason.startswith(
        "arrival_delay alone separates the labels with an AUC of 0.980, above 0.9: it probably knows what shall be"
    )


def test_every_reason_is_told():
    bad = (
        MetricValue(metric="roc_auc", model=0.5, baseline=0.6),
        MetricValue(metric="brier_score", model=0.3, baseline=0.2),
    )
    assert len(reasons(bad, (sliced(area=0.5),))) == 5
