"""Metrics against values worked out by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, roc_auc_score

from groundwork.spec.model_report import CalibrationBin
from model_code.evaluation.scores import calibration_bins, calibration_error, scores


def test_four_rows_by_hand():
    found = scores(np.array([False, True, False, True]), np.array([0.1, 0.4, 0.6, 0.8]))
    # Of the four pairs of a positive and a negative row three are in order.
    assert found["roc_auc"] == pytest.approx(3 / 4)
    # Precision is 1 at the first positive and 2/3 at the second.
    assert found["average_precision"] == pytest.approx((1 + 2 / 3) / 2)
    assert found["brier_score"] == pytest.approx((0.01 + 0.36 + 0.36 + 0.04) / 4)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.4, 0.4, 0.8]).mean())
    # Fewer rows than bins: each is one.
    assert found["calibration_error"] == pytest.approx((0.1 + 0.6 + 0.6 + 0.2) / 4)


def test_calibration_error_by_hand():
    bins = (CalibrationBin(rows=30, predicted=0.2, observed=0.3), CalibrationBin(rows=10, predicted=0.8, observed=0.6))
    assert calibration_error(bins) == pytest.approx(0.75 * 0.1 + 0.25 * 0.2)


def test_bins_are_scikit_learns_where_they_can_be_compared():
    chance = np.random.default_rng(3)
    probability = chance.permutation(np.linspace(0.01, 0.99, 1000))
    label = chance.random(1000) < probability
    observed, predicted = calibration_curve(label, probability, n_bins=10, strategy="quantile")
    bins = calibration_bins(label, probability)
    assert [each.rows for each in bins] == [100] * 10
    np.testing.assert_allclose([each.observed for each in bins], observed)
    np.testing.assert_allclose([each.predicted for each in bins], predicted)
    found = scores(label, probability)
    assert found["roc_auc"] == roc_auc_score(label, probability)
    assert found["brier_score"] == brier_score_loss(label, probability)


def test_what_is_not_defined_is_none():
    assert set(scores(np.array([], dtype=bool), np.array([])).values()) == {None}
    one = scores(np.array([True, True]), np.array([0.5, 0.9]))
    assert (one["roc_auc"], one["average_precision"]) == (None, None)
    assert one["brier_score"] == pytest.approx((0.25 + 0.01) / 2)
    assert one["log_loss"] == pytest.approx(-np.log([0.5, 0.9]).mean())
