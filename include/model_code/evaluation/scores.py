"""How good probabilities are, by the metrics that a model's file can set thresholds for."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from groundwork.spec.model_report import CalibrationBin

BINS = 10
Vector = Any
"""One number, or one label, a row (numpy)."""


def scores(label: Vector, probability: Vector) -> dict[str, float | None]:
    """Every metric; None where it is not defined: without rows, and of one class those that compare classes.

    ``roc_auc``, ``average_precision``, ``log_loss`` and ``brier_score`` are scikit-learn's; the last is the mean of
    (probability − outcome)² (Brier, *Verification of Forecasts Expressed in Terms of Probability*, 1950).
    """
    if not len(label):
        return dict.fromkeys(("roc_auc", "average_precision", "log_loss", "brier_score", "calibration_error"))
    both = 0 < np.sum(label) < len(label)
    return {
        "roc_auc": float(roc_auc_score(label, probability)) if both else None,
        "average_precision": float(average_precision_score(label, probability)) if both else None,
        "log_loss": float(log_loss(label, probability, labels=[False, True])),
        "brier_score": float(brier_score_loss(label, probability, pos_label=True)),
        "calibration_error": calibration_error(calibration_bins(label, probability)),
    }


def calibration_bins(label: Vector, probability: Vector) -> tuple[CalibrationBin, ...]:
    """Rows in order of their probability, cut into ten bins of equal size (of fewer rows, one bin a row).

    scikit-learn's ``calibration_curve`` does not tell how many rows a bin has, and merges bins by their edges.
    """
    order = np.argsort(probability, kind="stable")
    parts = np.array_split(order, min(BINS, len(order)))
    return tuple(
        CalibrationBin(
            rows=len(part), predicted=float(np.mean(probability[part])), observed=float(np.mean(label[part]))
        )
        for part in parts
    )


def calibration_error(bins: tuple[CalibrationBin, ...]) -> float:
    """Expected calibration error: Σ over the bins of (rows in it ÷ all rows) · |observed − predicted|.

    Naeini, Cooper and Hauskrecht, *Obtaining Well Calibrated Probabilities Using Bayesian Binning*, AAAI 2015; with
    bins of equal frequency, as Nguyen and O'Connor, *Posterior Calibration and Exploratory Analysis for Natural
    Language Processing Models*, EMNLP 2015.
    """
    total = sum(each.rows for each in bins)
    return sum(each.rows * abs(each.observed - each.predicted) for each in bins) / total
