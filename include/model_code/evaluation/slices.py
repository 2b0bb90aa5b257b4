"""The model on groups of rows: every value of every declared feature."""

from __future__ import annotations

from collections.abc import Iterator

from groundwork.spec.model import Slices
from groundwork.spec.model_report import MetricValue, SliceResult
from model_code.evaluation.scores import Vector, scores
from model_code.examples import Examples
from model_code.manifest import Manifest


def slice_results(
    declared: Slices | None, manifest: Manifest, test: Examples, model: Vector, baseline: Vector | None
) -> tuple[SliceResult, ...]:
    """Each slice; those that training has seen and the test part lacks are there too, without rows.

    :param declared: None where no slices are looked at
    :param manifest: tells which values training has seen
    :param model: the model's probabilities
    :param baseline: the baseline's
    """
    return tuple(_results(declared, manifest, test, model, baseline)) if declared else ()


def _results(
    declared: Slices, manifest: Manifest, test: Examples, model: Vector, baseline: Vector | None
) -> Iterator[SliceResult]:
    seen = {feature.name: feature.categories for feature in manifest.features}
    metrics = tuple(dict.fromkeys(("roc_auc", *(threshold.metric for threshold in declared.thresholds))))
    for column in declared.columns:
        # A value that only training has seen stays without rows.
        groups: dict[str | None, list[int]] = {value: [] for value in seen[column]}
        for row, value in enumerate(test.values[column]):
            groups.setdefault(value, []).append(row)
        for value in sorted(groups, key=lambda value: (value is None, value or "")):
            rows = groups[value]
            label = test.label[rows]
            ours = scores(label, model[rows])
            theirs = scores(label, baseline[rows]) if baseline is not None else {}
            positive = int(label.sum())
            yield SliceResult(
                feature=column,
                value=value,
                rows=len(rows),
                positive=positive,
                # One class tells nothing about how well classes are told apart.
                judged=len(rows) >= declared.minimum_rows and 0 < positive < len(rows),
                metrics=tuple(
                    MetricValue(metric=name, model=ours[name], baseline=theirs.get(name)) for name in metrics
                ),
            )
