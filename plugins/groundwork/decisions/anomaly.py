"""What is unusual about a batch beside the product's earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from groundwork.spec.gate import SHARES, Anomaly, Gate
from groundwork.spec.history import BatchFigures

NORMAL = 1.4826
"""Makes the median absolute deviation of normally distributed figures their standard deviation."""
SEASON = 4
"""Earlier batches of one weekday from which on a batch is held against those alone."""
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
WORDS = {
    "rows": "rows that came",
    "quarantined_share": "share of quarantined rows",
    "dropped_share": "share of dropped rows",
    "violated_share": "share of rows that break rule",
    "missing_share": "share of missing values of",
    "unexpected_share": "share of values that do not meet check",
    "distinct": "distinct values of",
    "mean": "mean of",
    "observed_value": "value that is observed by check",
    "age_hours": "hours from the newest event to the acquisition",
}


@dataclass(frozen=True)
class Unusual:
    """One figure outside of what is usual.

    :param reason: one sentence for people
    :param blocks: whether the gate declares that it blocks
    """

    reason: str
    blocks: bool


@dataclass(frozen=True)
class _Usual:
    """What earlier batches had of one figure."""

    values: tuple[float, ...]
    whose: str
    low: float
    high: float


def unusual_figures(gate: Gate, batch: BatchFigures, history: Sequence[BatchFigures]) -> tuple[Unusual, ...]:
    """Every figure that the gate looks at and that lies outside of what is usual.

    Usual is median ± the larger one of ``tolerance`` robust standard deviations and ``floor``; the median and the
    median absolute deviation stay where they are though some of the earlier batches were wild. Where at least four of
    those were of the batch's own weekday, it is held against those alone. Nothing is unusual before
    ``minimum_history`` earlier batches have the figure. Of a share only the rise counts.

    :param batch: its figures; one that it does not have is not judged
    :param history: figures of earlier published batches
    """
    found = []
    for anomaly in gate.anomalies:
        value = batch.figures.get(anomaly.key)
        usual = _usual(anomaly, gate.minimum_history, batch, history)
        if value is None or usual is None:
            continue
        if value > usual.high or (value < usual.low and anomaly.figure not in SHARES):
            found.append(Unusual(_sentence(anomaly, value, usual), anomaly.then == "block"))
    return tuple(found)


def _usual(anomaly: Anomaly, minimum: int, batch: BatchFigures, history: Sequence[BatchFigures]) -> _Usual | None:
    having = [item for item in history if anomaly.key in item.figures]
    if len(having) < minimum:
        return None
    weekday = batch.at.weekday()
    season = [item for item in having if item.at.weekday() == weekday]
    seasonal = len(season) >= SEASON
    values = tuple(item.figures[anomaly.key] for item in (season if seasonal else having))
    whose = f"the last {len(values)} {WEEKDAYS[weekday] if seasonal else 'batches'}"
    middle = median(values)
    spread = NORMAL * median(abs(value - middle) for value in values)
    least = anomaly.least if anomaly.figure in SHARES else anomaly.least * abs(middle)
    allowed = max(anomaly.tolerance * spread, least)
    return _Usual(values, whose, middle - allowed, middle + allowed)


def _sentence(anomaly: Anomaly, value: float, usual: _Usual) -> str:
    of = f" {anomaly.of}" if anomaly.of else ""
    share = anomaly.figure in SHARES
    had = " to ".join(dict.fromkeys(_text(end, share) for end in (min(usual.values), max(usual.values))))
    bound = f"more than {_text(usual.high, share)}" if value > usual.high else f"less than {_text(usual.low, share)}"
    return f"{WORDS[anomaly.figure]}{of}: {_text(value, share)}; {usual.whose} had {had}, {bound} is unusual"


def _text(value: float, share: bool) -> str:
    if share:
        return f"{value:.2%}"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.4g}"
