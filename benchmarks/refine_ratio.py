"""What rules, quarantine, audit and gate cost over reading and writing the same rows, in the same Spark session."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.table import BenchmarkError, Table
from sandbox.settings import REPOSITORY

PYTHON = REPOSITORY / ".venv-jobs" / "bin" / "python"
STEPS = ("prepare", "plan", "rules", "quarantine", "write", "audit", "commit")


def measure() -> list[Table]:
    """Runs it in the jobs environment.

    :raises BenchmarkError: it failed
    """
    variables = {"PYTHONPATH": ":".join(str(REPOSITORY / part) for part in (".", "plugins", "include"))}
    done = subprocess.run(
        [str(PYTHON), "-m", "benchmarks.refine_flights"],
        cwd=REPOSITORY,
        env=_environment() | variables,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BenchmarkError(f"the flights were not refined:\n{done.stderr[-3000:]}")
    figures = json.loads(done.stdout.splitlines()[-1])
    return [ratio_table(figures), step_table(figures)]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}


def ratio_table(figures: Mapping[str, Any]) -> Table:
    """First and later runs, each beside the bare one before it.

    :param figures: what ``benchmarks.refine_flights`` printed
    """
    rows = []
    for title, chosen in (("first in its session", slice(0, 1)), ("later", slice(1, None))):
        bare = {figure: _median(figures["bare"][chosen], figure) for figure in ("seconds", "processor")}
        for kind in ("bare", "refined"):
            runs = figures[kind][chosen]
            seconds, processor = _median(runs, "seconds"), _median(runs, "processor")
            rows.append(
                (
                    f"{'read → write' if kind == 'bare' else 'raw → refined'}, {title}",
                    f"{seconds:.1f}",
                    f"{seconds / bare['seconds']:.2f}",
                    f"{processor:.1f}",
                    f"{processor / bare['processor']:.2f}",
                    f"{figures['rows'] / seconds:,.0f}",
                    f"{_median(runs, 'jobs'):.0f}",
                    f"{_median(runs, 'stages'):.0f}",
                )
            )
    note = (
        f"{figures['rows']:,} flights of January to May, {figures['rules']} rules, look-ups among them; Iceberg to "
        "Iceberg in a local folder. A job of the sandbox is the first in its session; later runs are medians."
    )
    header = ("", "seconds", "ratio", "processor seconds", "ratio", "rows/s", "Spark jobs", "stages")
    return Table("Raw → refined against a bare read → write", header, tuple(rows), note)


def step_table(figures: Mapping[str, Any]) -> Table:
    """Where a refinement's seconds go; steps inside another one are named after it.

    :param figures: what ``benchmarks.refine_flights`` printed
    """
    first, *later = (run["steps"] for run in figures["refined"])
    rows = [(step, f"{first[step]:.2f}", f"{_median(later, step):.2f}") for step in (*STEPS, "total") if step in first]
    note = "prepare holds plan and rules."
    return Table("Steps of a refinement", ("step", "first, s", "later, s"), tuple(rows), note)


def _median(runs: Sequence[Mapping[str, float]], figure: str) -> float:
    return statistics.median(run[figure] for run in runs)
