"""How the train part and the model's answers to it are distributed: what the monitor compares with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from groundwork.spec.model_report import FeatureReference, Reference
from model_code.evaluation.scores import Vector
from model_code.examples import Examples
from model_code.manifest import Manifest

BINS = 10
MOST_VALUES = 50
PREDICTION = "probability"


def reference(manifest: Manifest, train: Examples, probability: Vector, metrics: dict[str, float | None]) -> Reference:
    """The reference of a model.

    :param probability: the model's answers to the train part
    :param metrics: on the test part
    """
    return Reference(
        model=manifest.model,
        rows=len(train),
        features=tuple(
            category_reference(feature.name, train.values[feature.name])
            if feature.type == "category"
            else number_reference(feature.name, np.asarray(train.values[feature.name]))
            for feature in manifest.features
        ),
        prediction=number_reference(PREDICTION, probability),
        metrics=metrics,
    )


def number_reference(name: str, values: Vector) -> FeatureReference:
    """Ten bins with as many rows each as ties allow; of at most ten different numbers each has a bin of its own."""
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    if len(distinct) <= BINS:
        # The largest needs no edge above it; of a constant, whatever is larger shall fall in another bin.
        edges = distinct[:-1] if len(distinct) > 1 else distinct
    else:
        edges = np.unique(np.quantile(known, np.arange(1, BINS) / BINS))
        edges = edges[edges < known.max()]
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return FeatureReference(
        name=name,
        type="number",
        edges=tuple(edges.tolist()),
        shares=tuple((counts / len(values)).tolist()),
        nulls=1 - len(known) / len(values),
        mean=float(known.mean()) if len(known) else None,
        standard_deviation=float(known.std()) if len(known) else None,
        minimum=float(known.min()) if len(known) else None,
        maximum=float(known.max()) if len(known) else None,
    )


def category_reference(name: str, values: Sequence[Any]) -> FeatureReference:
    """The fifty most frequent values, and all others as one."""
    counts = Counter(value for value in values if value is not None)
    # Of equally frequent ones the first in the alphabet, so that the same rows give the same reference.
    listed = sorted(counts, key=lambda value: (-counts[value], value))[:MOST_VALUES]
    shares = [counts[value] / len(values) for value in listed]
    others = sum(counts.values()) - sum(counts[value] for value in listed)
    return FeatureReference(
        name=name,
        type="category",
        values=tuple(listed),
        shares=(*shares, others / len(values)),
        nulls=1 - sum(counts.values()) / len(values),
    )
