"""Metrics over labelled rows are scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from model_code.evaluation.scores import scores
from spark_jobs.monitor.performance import performance


def measured(spark: Any, rows: list[tuple[float, bool]]) -> tuple[int, dict[str, float | None]]:
    return performance(spark.createDataFrame(rows, "probability double, label boolean"))


def test_with_ties_as_scikit_learn_has_them(spark: Any) -> None:
    random = np.random.default_rng(5)
    # Few distinct probabilities, the ends of the interval among them.
    probabilities = random.choice([0.0, 0.1, 0.1, 0.35, 0.5, 0.8, 1.0], 400)
    labels = random.random(400) < 0.2 + 0.6 * probabilities
    count, found = measured(spark, [(float(p), bool(y)) for p, y in zip(probabilities, labels, strict=True)])
    assert count == 400
    assert found["roc_auc"] == pytest.approx(roc_auc_score(labels, probabilities), rel=1e-12)
    assert found["average_precision"] == pytest.approx(average_precision_score(labels, probabilities), rel=1e-12)
    assert found["log_loss"] == pytest.approx(log_loss(labels, probabilities), rel=1e-9)
    assert found["brier_score"] == pytest.approx(brier_score_loss(labels, probabilities), rel=1e-12)


def test_without_ties_as_the_evaluation_has_them(spark: Any) -> None:
    random = np.random.default_rng(7)
    for rows in (4, 10, 137):
        probabilities = random.permutation(np.linspace(0.01, 0.97, rows))
        labels = random.random(rows) < probabilities
        labels[:2] = [True, False]
        count, found = measured(spark, [(float(p), bool(y)) for p, y in zip(probabilities, labels, strict=True)])
        assert count == rows
        assert found == pytest.approx(scores(labels, probabilities), rel=1e-9)


def test_a_probability_in_two_bins_counts_in_each_with_its_mean_label(spark: Any) -> None:
    # Eleven rows: the first bin has two of them, the others one. Of three rows at 0.2 one is true.
    rows = [(0.2, True), (0.2, False), (0.2, False), *((0.5, place % 2 == 0) for place in range(8))]
    _, found = measured(spark, rows)
    assert found["calibration_error"] == pytest.approx(3 * abs(0.2 - 1 / 3) / 11)


def test_one_class_has_no_auc_and_no_rows_have_nothing(spark: Any) -> None:
    count, found = measured(spark, [(0.25, False), (0.5, False)])
    assert (count, found["roc_auc"], found["average_precision"]) == (2, None, None)
    assert (found["brier_score"], found["calibration_error"]) == (0.15625, 0.375)
    assert measured(spark, []) == (0, dict.fromkeys(found))
