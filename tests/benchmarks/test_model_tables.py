"""Figures of the models' benchmarks become ratios of medians."""

from __future__ import annotations

from typing import Any

from benchmarks.features import growth_table, plan_table
from benchmarks.monitor import monitor_table


def runs(*seconds: float) -> list[dict[str, float]]:
    return [{"seconds": each, "processor": 2 * each} for each in seconds]


def test_features() -> None:
    figures: dict[str, Any] = {
        "rows": 1_000,
        "features": 3,
        "ours": runs(9, 3, 1),
        "hand_written": runs(6, 4, 90),
        "stage": {"total": 12.0, "plan": 1.0, "write": 4.0, "audit": 6.5},
        "growth": [{"rows": 10, "seconds": 2.0, "processor": 1.0}, {"rows": 40, "seconds": 5.0, "processor": 3.5}],
    }
    plans = plan_table(figures)
    assert plans.rows == (
        ("hand-written", "6.0", "1.00", "12.0", "1.00"),
        ("compiled from the model's file", "3.0", "0.50", "6.0", "0.50"),
    )
    assert "The whole stage took 12.0 s: 1.0 s to plan, 4.0 s to write, 6.5 s to audit." in plans.note
    assert growth_table(figures).rows == (("10", "1", "2.0", "1.0", "1.0"), ("40", "4", "5.0", "2.5", "3.5"))


def test_monitor() -> None:
    figures = {
        "rows": 600,
        "features": 20,
        "bytes": 5_000_000,
        "reading": runs(2, 1, 3),
        "monitor": runs(6),
        "evidently": runs(30),
    }
    table = monitor_table(figures)
    assert [row[1:] for row in table.rows] == [
        ("2.0", "1.0", "4.0", "1.0", "300"),
        ("6.0", "3.0", "12.0", "3.0", "100"),
        ("30.0", "15.0", "60.0", "15.0", "20"),
    ]
    assert "600 captured requests of 20 features, 5 MB" in table.note
