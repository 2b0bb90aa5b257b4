"""What a look at captured requests costs: against reading them, and against Evidently on the same rows."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks.jobs_program import figures_of
from benchmarks.table import Table

TITLES = {
    "reading": "reading the lines (Spark)",
    "monitor": "the monitor's pass (Spark)",
    "evidently": "Evidently's drift preset (pandas, rows in memory)",
}


def measure() -> list[Table]:
    """Runs it in the jobs environment.

    :raises BenchmarkError: it failed
    """
    return [monitor_table(figures_of("benchmarks.monitor_pass"))]


def monitor_table(figures: Mapping[str, Any]) -> Table:
    """One line each, beside reading alone.

    :param figures: what ``benchmarks.monitor_pass`` printed
    """
    found = {
        kind: {unit: statistics.median(run[unit] for run in figures[kind]) for unit in ("seconds", "processor")}
        for kind in TITLES
    }
    bare = found["reading"]
    rows = tuple(
        (
            title,
            f"{found[kind]['seconds']:.1f}",
            f"{found[kind]['seconds'] / bare['seconds']:.1f}",
            f"{found[kind]['processor']:.1f}",
            f"{found[kind]['processor'] / bare['processor']:.1f}",
            f"{figures['rows'] / found[kind]['seconds']:,.0f}",
        )
        for kind, title in TITLES.items()
    )
    note = (
        f"{figures['rows']:,} captured requests of {figures['features']} features, {figures['bytes'] / 1e6:,.0f} MB of "
        "capture files in a local folder. Evidently gets the rows parsed, and computes the same index."
    )
    header = ("", "seconds", "ratio", "processor seconds", "ratio", "requests/s")
    return Table("Drift of captured requests", header, rows, note)
