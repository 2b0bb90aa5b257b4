"""What features as of each prediction cost: against a hand-written plan, and over more and more rows."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.jobs_program import figures_of
from benchmarks.table import Table


def measure() -> list[Table]:
    """Runs it in the jobs environment.

    :raises BenchmarkError: it failed
    """
    figures = figures_of("benchmarks.feature_plans")
    return [plan_table(figures), growth_table(figures)]


def plan_table(figures: Mapping[str, Any]) -> Table:
    """Both plans, and the whole stage.

    :param figures: what ``benchmarks.feature_plans`` printed
    """
    bare = {unit: _median(figures["hand_written"], unit) for unit in ("seconds", "processor")}
    rows = []
    for title, runs in (("hand-written", figures["hand_written"]), ("compiled from the model's file", figures["ours"])):
        seconds, processor = _median(runs, "seconds"), _median(runs, "processor")
        ratios = (f"{seconds / bare['seconds']:.2f}", f"{processor / bare['processor']:.2f}")
        rows.append((title, f"{seconds:.1f}", ratios[0], f"{processor:.1f}", ratios[1]))
    stage = figures["stage"]
    note = (
        f"{figures['rows']:,} flights of January to May, {figures['features']} features, computed and kept nowhere; "
        f"medians of {len(figures['ours'])}. The whole stage took {stage['total']:.1f} s: "
        f"{stage['plan']:.1f} s to plan, {stage['write']:.1f} s to write, {stage['audit']:.1f} s to audit."
    )
    header = ("plan", "seconds", "ratio", "processor seconds", "ratio")
    return Table("Features as of each prediction", header, tuple(rows), note)


def growth_table(figures: Mapping[str, Any]) -> Table:
    """How the plan grows.

    :param figures: what ``benchmarks.feature_plans`` printed
    """
    first = figures["growth"][0]
    rows = tuple(
        (
            f"{each['rows']:,}",
            f"{each['rows'] / first['rows']:.0f}",
            f"{each['seconds']:.1f}",
            f"{each['seconds'] / first['seconds']:.1f}",
            f"{each['processor'] / first['processor']:.1f}",
        )
        for each in figures["growth"]
    )
    header = ("rows", "times the rows", "seconds", "times the seconds", "times the processor seconds")
    return Table("Features over more rows", header, rows, "January's flights, and copies that fly for other carriers.")


def _median(runs: Sequence[Mapping[str, float]], unit: str) -> float:
    return statistics.median(run[unit] for run in runs)
