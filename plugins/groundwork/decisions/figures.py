"""The figures of a batch that later batches are held against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import isfinite

from groundwork.spec.gate import figure_key
from groundwork.spec.history import BatchFigures
from groundwork.spec.profile import ColumnProfile
from groundwork.spec.report import Counts, ExpectationResult, RuleResult
from groundwork.spec.run import Batch


def batch_figures(
    batch: Batch,
    counts: Counts,
    rules: Sequence[RuleResult],
    expectations: Sequence[ExpectationResult],
    profile: Sequence[ColumnProfile],
    *,
    newest: datetime | None,
) -> BatchFigures:
    """Everything about a batch that can be compared with another one.

    A figure that is no finite number, as the mean of a column with NaN in it, is left out: nothing compares with it.

    :param newest: its newest event, UTC; None where the contract declares no event time or no row is left
    """
    figures = {
        "rows": float(counts.raw),
        "quarantined_share": _share(counts.quarantined, counts.raw),
        "dropped_share": _share(counts.dropped, counts.raw),
    }
    figures |= _violated(rules, counts.raw)
    for column in profile:
        figures[figure_key("missing_share", column.name)] = _share(column.nulls, column.rows)
        figures[figure_key("distinct", column.name)] = float(column.distinct)
        if column.mean is not None:
            figures[figure_key("mean", column.name)] = column.mean
    for result in expectations:
        figures |= _observed(result)
    if newest is not None:
        figures["age_hours"] = (batch.acquired_at - newest).total_seconds() / 3600
    finite = {key: figure for key, figure in figures.items() if isfinite(figure)}
    return BatchFigures(
        batch_id=batch.batch_id, sequence=batch.sequence, at=newest or batch.acquired_at, figures=finite
    )


def _violated(rules: Sequence[RuleResult], rows: int) -> dict[str, float]:
    broken = {item.rule: item.violations if item.rows is None else item.rows for item in rules}
    return {figure_key("violated_share", rule): _share(count, rows) for rule, count in broken.items()}


def _observed(result: ExpectationResult) -> dict[str, float]:
    if result.unexpected_percent is not None:
        return {figure_key("unexpected_share", result.name): result.unexpected_percent / 100}
    value = result.observed_value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {figure_key("observed_value", result.name): float(value)}
    return {}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
