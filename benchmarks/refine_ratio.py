"""What rules, quarantine, audit and gate cost over reading and writing the same rows, in the same Spark session.

At two sizes, so that what a batch costs and what a row costs are told apart. Processor seconds are the JVM's, of all
its threads: they hold also when others work on the machine, which seconds on the clock do not.
"""

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
COPIES = (1, 8)
KINDS = {"bare": "read → write", "refined": "raw → refined", "acquired": "landing → raw"}
STEPS = ("prepare", "plan", "rules", "quarantine", "write", "audit", "commit")


def measure() -> list[Table]:
    """Runs both sizes in the jobs environment, one after the other.

    :raises BenchmarkError: one failed
    """
    small, large = (_figures(copies) for copies in COPIES)
    return [ratio_table(small), ratio_table(large), split_table(small, large), step_table(small)]


def _figures(copies: int) -> dict[str, Any]:
    variables = {"PYTHONPATH": ":".join(str(REPOSITORY / part) for part in (".", "plugins", "include"))}
    done = subprocess.run(
        [str(PYTHON), "-m", "benchmarks.refine_flights", str(copies)],
        cwd=REPOSITORY,
        env=_environment() | variables,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BenchmarkError(f"the flights were not refined:\n{done.stderr[-3000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}


def ratio_table(figures: Mapping[str, Any]) -> Table:
    """First and later runs, each beside the bare one before it.

    :param figures: what ``benchmarks.refine_flights`` printed
    """
    rows = []
    for title, chosen in (("first in its session", slice(0, 1)), ("later", slice(1, None))):
        bare = {figure: _median(figures["bare"][chosen], figure) for figure in ("seconds", "processor")}
        for kind, stage in KINDS.items():
            runs = figures[kind][chosen]
            if not runs:
                continue
            seconds, processor = _median(runs, "seconds"), _median(runs, "processor")
            rows.append(
                (
                    f"{stage}, {title}",
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
        f"{figures['copies']} × the flights of January to May, {figures['rules']} rules, look-ups among them; Iceberg "
        "to Iceberg in a local folder. A job of the sandbox is the first in its session; later runs are medians."
    )
    header = ("", "seconds", "ratio", "processor seconds", "ratio", "rows/s", "Spark jobs", "stages")
    title = f"Raw → refined against a bare read → write, {figures['rows']:,} rows"
    return Table(title, header, tuple(rows), note)


def split_table(small: Mapping[str, Any], large: Mapping[str, Any]) -> Table:
    """Processor seconds of a batch whatever its size, and of a million rows more.

    :param small: what ``benchmarks.refine_flights`` printed of the smaller size
    :param large: of the larger one
    """
    rows, more = [], large["rows"] - small["rows"]
    for kind, stage in KINDS.items():
        one, many = (figures[kind][0]["processor"] for figures in (small, large))
        a_row = (many - one) / more
        rows.append((stage, f"{one - a_row * small['rows']:.1f}", f"{a_row * 1_000_000:.1f}"))
    note = "A straight line through both sizes, first run in its session each."
    header = ("", "a batch, processor s", "a million rows, processor s")
    return Table("What a batch and what a row costs", header, tuple(rows), note)


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
