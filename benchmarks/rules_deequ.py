"""The same suite by Deequ, and its profile, beside reading and writing in its own Spark: printed as JSON.

A program of Deequ's environment, whose Spark is older: ``python -m benchmarks.rules_deequ [rows columns wide]``.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.rules_data import write_rows
from benchmarks.rules_session import noop, session, take_turns, write_parquet
from benchmarks.rules_suite import Check, checks

JAR = "com.amazon.deequ:deequ:2.1.0-spark-3.5"
# Deequ's rule language, which nothing here speaks; Maven's repository does not have it.
EXCLUDED = "software.amazon.glue:dqdl"
IVY = Path(__file__).resolve().parent.parent / ".jars-deequ"


def main(rows: int, columns: int, wide: int) -> dict[str, Any]:
    """Suite and profile, each with its own bare figures.

    :param rows: of the tables
    :param columns: of the one that is checked
    :param wide: columns of the one that is profiled
    """
    os.environ["SPARK_VERSION"] = "3.5"
    conf = {"spark.jars.packages": JAR, "spark.jars.excludes": EXCLUDED, "spark.jars.ivy": str(IVY)}
    with tempfile.TemporaryDirectory() as name, session(Path(name), conf) as spark:
        folder = Path(name)
        typed, _ = write_rows(spark, folder, rows, columns)
        suite = checks(columns, rows)
        found = take_turns(
            {
                "scan": lambda: noop(typed),
                "bare": lambda: write_parquet(typed, folder / "bare"),
                "deequ": _verification(spark, typed, suite),
            },
        )
        profiled, _ = write_rows(spark, folder, rows, wide)
        profile = take_turns({"scan": lambda: noop(profiled), "deequ": _profile(spark, profiled)}, repeats=1)
        # It calls assertions back into Python, and the thread that hears them keeps Python alive.
        spark.sparkContext._gateway.shutdown_callback_server()  # noqa: SLF001
        about = {"rows": rows, "columns": columns, "wide": wide, "checks": len(suite), "jar": JAR}
        return about | {"spark": spark.version, "suite": found, "profile": profile}


def _verification(spark: Any, frame: Any, suite: list[Check]) -> Callable[[], object]:
    from pydeequ.checks import Check as DeequCheck
    from pydeequ.checks import CheckLevel
    from pydeequ.verification import VerificationSuite

    def verify() -> None:
        made = DeequCheck(spark, CheckLevel.Error, "measured")
        for check in suite:
            _add(made, check)
        found = VerificationSuite(spark).onData(frame).addCheck(made).run()
        if found.status != "Success":
            raise RuntimeError(f"Deequ finds broken what is met: {found.checkResults}")

    return verify


def _add(made: Any, check: Check) -> None:
    column, low, high = check.column, check.low, check.high

    def share(found: float) -> bool:
        return found >= check.mostly

    def inside(found: float) -> bool:
        return low is not None and high is not None and low <= found <= high

    if check.kind == "complete":
        made.hasCompleteness(column, share)
    elif check.kind == "between":
        made.satisfies(f"{column} is null or {column} between {low} and {high}", check.name, share)
    elif check.kind == "pattern":
        made.hasPattern(column, check.pattern, lambda found: found >= check.mostly - 0.02, check.name)
    elif check.kind == "contained":
        made.isContainedIn(column, list(check.values))
    elif check.kind == "length":
        made.satisfies(f"{column} is null or length({column}) between {low} and {high}", check.name, share)
    else:
        kinds = {"minimum": made.hasMin, "maximum": made.hasMax, "mean": made.hasMean}
        kinds[check.kind](column, inside)


def _profile(spark: Any, frame: Any) -> Callable[[], object]:
    from pydeequ.profiles import ColumnProfilerRunner

    def profile() -> None:
        found = ColumnProfilerRunner(spark).onData(frame).run()
        if len(found.profiles) != len(frame.columns):
            raise RuntimeError(f"Deequ has profiled {len(found.profiles)} of {len(frame.columns)} columns")

    return profile


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        figures = main(*map(int, sys.argv[1:] or (5_000_000, 10, 20)))
    print(json.dumps(figures))
