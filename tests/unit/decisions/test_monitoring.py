"""What follows from a look, with cases worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.decisions.monitoring import RetrainRequest, decide_monitoring
from groundwork.spec.decision import Decision
from groundwork.spec.model import Drift, Monitor, Performance
from groundwork.spec.model_report import DriftReport, FeatureDrift

MONITOR = Monitor(
    minimum_requests=1000,
    drift=Drift(watch=0.1, act=0.25, features=0.5),
    performance=Performance(metric="roc_auc", maximum_loss=0.05, minimum_labels=100),
    consecutive=2,
    maximum_invalid=0.01,
)
UNLABELLED = MONITOR.model_copy(update={"performance": None})
EVALUATED = {"roc_auc": 0.75}
CALM, WATCHED, MOVED = 0.02, 0.2, 0.5


def report(*psi: float, prediction: float = CALM, auc: float | None = 0.75, **changes: Any) -> DriftReport:
    def drift(name: str, value: float) -> FeatureDrift:
        return FeatureDrift(name=name, psi=value, nulls=0, reference_nulls=0)

    content = {
        "model": "late_arrival",
        "first": None,
        "last": None,
        "files": 1,
        "captured": 2000,
        "unreadable": 0,
        "invalid": 0,
        "labelled": 500,
        "features": tuple(drift(f"f{number}", value) for number, value in enumerate(psi)),
        "prediction": drift("probability", prediction),
        "performance": {"roc_auc": auc},
    }
    return DriftReport(**{**content, **changes})


def decide(report: DriftReport, *earlier: Decision, monitor: Monitor = MONITOR, **more: Any) -> Decision:
    return decide_monitoring(monitor, report, EVALUATED, earlier, **more)


LOST = report(CALM, CALM, auc=0.6)
DRIFTED = report(MOVED, CALM)
QUIET = report(CALM, CALM)


def test_nothing_moved() -> None:
    decision = decide(QUIET)
    assert (decision.outcome, decision.reasons) == ("healthy", ())
    assert decision.measured["concluded"] is True
    assert decision.measured["findings"] == []
    assert decision.measured["evaluated"] == {"roc_auc": 0.75}


def test_too_few_rows_conclude_nothing_and_neither_add_to_a_row_nor_break_it() -> None:
    few = decide(report(MOVED, MOVED, auc=0.5, captured=999))
    assert few.outcome == "watch"
    assert few.reasons == ("999 usable rows, at least 1000 must be there before anything is concluded",)
    assert few.measured["concluded"] is False
    assert decide(report(MOVED, MOVED, captured=0)).outcome == "watch"
    assert decide(report(CALM, captured=1000)).outcome == "healthy"
    assert decide(LOST, decide(LOST), few).outcome == "retrain"
    assert decide(LOST, few, few).outcome == "watch"


@pytest.mark.parametrize(
    ("captured", "unreadable", "invalid", "outcome"),
    [
        (2000, 0, 20, "healthy"),  # exactly 1 %
        (2000, 0, 21, "human_review"),
        (1980, 20, 0, "healthy"),
        (1979, 21, 0, "human_review"),
        (1990, 10, 11, "human_review"),  # together
        (0, 3, 0, "human_review"),  # nothing can be read at all
        (100, 5, 5, "watch"),  # too few to say
        (0, 0, 0, "watch"),
    ],
)
def test_unusable_rows(captured: int, unreadable: int, invalid: int, outcome: str) -> None:
    decision = decide(report(CALM, captured=captured, unreadable=unreadable, invalid=invalid))
    assert decision.outcome == outcome


def test_unusable_rows_are_told_in_figures() -> None:
    decision = decide(report(CALM, captured=1980, unreadable=20, invalid=80))
    (reason,) = decision.reasons
    assert reason == (
        "100 of 2000 captured rows (5.00%) are unusable, at most 1.00% may be: 20 unreadable, 80 without what the "
        "model needs; see who sends them"
    )


def test_what_is_above_watch_is_named_worst_first() -> None:
    decision = decide(report(0.15, 0.2, CALM))
    assert (decision.outcome, decision.reasons) == ("watch", ("above 0.1: f1 0.200, f0 0.150",))
    assert decision.measured["findings"] == []
    assert decide(report(0.1)).outcome == "healthy"  # exactly the threshold
    assert decide(report(CALM, prediction=0.2)).reasons == ("above 0.1: probability 0.200",)


def test_a_smaller_share_of_drifted_features_is_watched() -> None:
    decision = decide(report(MOVED, CALM, CALM))  # a third, and half must have drifted
    assert decision.outcome == "watch"
    assert decision.measured["findings"] == []


def test_drift_with_a_good_performance_is_watched_however_long() -> None:
    first = decide(DRIFTED)
    assert first.reasons == (
        "1 of 2 features (50%) have drifted above 0.25, from 50% on it counts: f0 0.500",
        "the answers are as good as on the test part, so the drift is watched",
    )
    assert decide(DRIFTED, *[first] * 9).outcome == "watch"


def test_drifted_predictions_are_drift() -> None:
    decision = decide(report(CALM, prediction=0.3))
    assert decision.measured["findings"] == ["drift"]
    assert decision.reasons[0] == "the predictions have drifted: 0.300, at most 0.25 may be"


def test_a_lost_performance_is_watched_once_and_then_has_consequences() -> None:
    first = decide(LOST)
    assert first.outcome == "watch"
    assert first.reasons == (
        "roc_auc is 0.6000 on 500 labelled requests and was 0.7500 on the test part: 0.1500 worse, at most 0.05 may be",
        "look 1 of 2 in a row that must agree",
    )
    second = decide(LOST, first)
    assert second.outcome == "retrain"
    assert second.reasons[-1] == "2 looks in a row agree, 2 must"
    assert decide(LOST, first, decide(QUIET)).outcome == "watch"
    assert decide(LOST, decide(DRIFTED)).outcome == "watch"  # another finding


@pytest.mark.parametrize(
    ("metric", "now", "before", "found"),
    [
        ("roc_auc", 0.75, 0.75, False),
        ("roc_auc", 0.9, 0.75, False),
        ("roc_auc", 0.25, 0.5, False),  # exactly the maximum
        ("roc_auc", 0.2, 0.5, True),
        ("brier_score", 0.5, 0.25, False),
        ("brier_score", 0.6, 0.25, True),
        ("brier_score", 0.1, 0.25, False),
    ],
)
def test_worse_is_down_or_up_by_metric(metric: Any, now: float, before: float, found: bool) -> None:
    monitor = MONITOR.model_copy(update={"performance": Performance(metric=metric, maximum_loss=0.25)})
    decision = decide_monitoring(monitor, report(CALM, performance={metric: now}), {metric: before})
    assert decision.measured["findings"] == (["performance"] if found else [])


def test_without_labels_drift_becomes_a_persons_matter() -> None:
    blind = report(MOVED, labelled=99)
    first = decide(blind)
    assert first.outcome == "watch"
    assert first.reasons[0] == "99 labels have come, with at least 100 roc_auc is judged"
    assert decide(blind, first).outcome == "human_review"
    assert decide(report(CALM, labelled=0)).outcome == "healthy"


def test_a_metric_that_is_not_defined_says_nothing() -> None:
    first = decide(report(MOVED, auc=None))
    assert first.reasons[0] == "roc_auc is not defined on the labelled requests, so nothing is said about it"
    assert decide(report(MOVED, auc=None), first).outcome == "human_review"
    unknown = decide_monitoring(MONITOR, report(MOVED), {"roc_auc": None})
    assert unknown.reasons[0] == "roc_auc is not defined in the evaluation, so nothing is said about it"


def test_where_no_performance_is_declared_drift_alone_asks_for_a_training() -> None:
    first = decide(DRIFTED, monitor=UNLABELLED)
    assert first.outcome == "watch"
    assert decide(DRIFTED, first, monitor=UNLABELLED).outcome == "retrain"


def test_a_training_that_is_asked_for_is_not_asked_for_again() -> None:
    earlier = [decide(LOST), decide(LOST, decide(LOST))]
    waiting = decide(LOST, *earlier, request=RetrainRequest(look=2, looks_since=0))
    assert waiting.outcome == "watch"
    assert waiting.reasons[-1] == "look 2 asked for a training, and no version has been registered since"
    overdue = decide(LOST, *earlier, waiting, request=RetrainRequest(look=2, looks_since=1))
    assert overdue.outcome == "human_review"
    assert overdue.reasons[-1].endswith("see why the training gives none")
    challenger = decide(LOST, *earlier, waiting, request=RetrainRequest(look=2, looks_since=7, version=4))
    assert challenger.outcome == "watch"
    assert challenger.reasons[-1] == (
        "look 2 asked for a training; version 4 came of it and is neither released nor rejected"
    )


def test_one_look_is_enough_where_one_is_declared() -> None:
    assert decide(LOST, monitor=MONITOR.model_copy(update={"consecutive": 1})).outcome == "retrain"


@given(
    psi=st.lists(st.sampled_from([CALM, WATCHED, MOVED]), min_size=1, max_size=5),
    auc=st.sampled_from([0.5, 0.75, None]),
    labelled=st.sampled_from([0, 500]),
    captured=st.sampled_from([0, 999, 1000, 5000]),
    unusable=st.sampled_from([0, 5, 100]),
    looks=st.lists(st.sampled_from([LOST, DRIFTED, QUIET]), max_size=4),
)
def test_invariants(
    psi: list[float], auc: float | None, labelled: int, captured: int, unusable: int, looks: list[DriftReport]
) -> None:
    earlier: list[Decision] = []
    for look in looks:
        earlier.append(decide(look, *earlier))
    seen = report(*psi, auc=auc, labelled=labelled, captured=captured, unreadable=unusable)
    decision = decide(seen, *earlier)
    assert (decision.outcome == "healthy") == (not decision.reasons)
    if decision.outcome == "retrain":  # never by one look, by few rows, or while the answers are good
        assert auc == 0.5
        assert labelled == 500
        assert captured >= 1000
        assert earlier[-1].measured["findings"] == ["performance"]
