"""Why the model answers as it does, and whether a feature knows more than it should."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from groundwork.spec.model_report import FeatureEffect
from model_code.evaluation.scores import Vector
from model_code.examples import Examples
from model_code.manifest import Manifest

BINS = 50


def chosen_rows(total: int, most: int) -> Vector:
    """Rows that are explained: at even distances in time, so that none of the days is left out."""
    return np.unique(np.linspace(0, total - 1, min(total, most)).round().astype(int))


def effects(manifest: Manifest, contributions: Any, train: Examples, test: Examples) -> tuple[FeatureEffect, ...]:
    """One for each feature, the most moving first.

    :param contributions: SHAP values of the explained rows, a column for each feature
    """
    sizes = np.abs(contributions).mean(axis=0)
    found = [
        FeatureEffect(
            name=feature.name,
            mean_absolute_shap=float(sizes[index]),
            single_auc=single_auc(train.values[feature.name], train.label, test.values[feature.name], test.label),
        )
        for index, feature in enumerate(manifest.features)
    ]
    return tuple(sorted(found, key=lambda each: -each.mean_absolute_shap))


def single_auc(
    train_values: Sequence[Any], train_label: Vector, test_values: Sequence[Any], test_label: Vector
) -> float:
    """How well one feature alone tells the labels of the test part apart, 0.5–1.

    The feature is replaced by the share of positive labels that its bin has in the train part (a category, or one of 50
    quantile bins of a number; nothing is a bin of its own), so that a leak shows which is not monotone, or which hides
    in what is missing.
    """
    train_bins, test_bins = _bins(train_values, test_values)
    everywhere = float(np.mean(train_label))
    total, positive = np.zeros(train_bins.max() + 2), np.zeros(train_bins.max() + 2)
    np.add.at(total, train_bins, 1)
    np.add.at(positive, train_bins, train_label)
    shares = np.divide(positive, total, out=np.full(len(total), everywhere), where=total > 0)
    # A category that training has not seen falls in the slot without rows.
    area = float(roc_auc_score(test_label, shares[np.minimum(test_bins, len(shares) - 1)]))
    return max(area, 1 - area)


def _bins(train: Sequence[Any], test: Sequence[Any]) -> tuple[Vector, Vector]:
    if isinstance(train, np.ndarray):
        known = train[~np.isnan(train)]
        edges = np.unique(np.quantile(known, np.arange(1, BINS) / BINS)) if len(known) else np.array([])
        return tuple(
            np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))
            for values in (train, np.asarray(test))
        )
    codes = {value: code for code, value in enumerate(sorted({*train} - {None}))}
    nothing, unseen = len(codes), len(codes) + 1
    return (
        np.array([nothing if value is None else codes[value] for value in train]),
        np.array([nothing if value is None else codes.get(value, unseen) for value in test]),
    )
