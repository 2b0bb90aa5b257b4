"""How rules, quarantine and checks grow with the rows and with the rules, and what memory they take, printed as JSON.

A program of the jobs environment: ``python -m benchmarks.rules_growth [most_rows]``.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.rules_data import write_rows
from benchmarks.rules_engine import check_works, engine_session, land, split
from benchmarks.rules_product import frozen_run
from benchmarks.rules_session import cost, write_parquet
from benchmarks.rules_suite import row_rules
from groundwork.spec import names
from spark_jobs.rules.plan import plan_batch

COLUMNS = 10
SHARES = (25, 5, 1)
"""The largest number of rows is divided by these."""
RULES = (10, 50, 250)
MEGABYTE = 1024**2


def main(most_rows: int) -> dict[str, Any]:
    """Figures by rows with 30 rules, and by rules with the fewest rows.

    :param most_rows: of the largest table
    """
    with tempfile.TemporaryDirectory() as name, engine_session(Path(name)) as spark:
        folder = Path(name)
        few = most_rows // SHARES[0]
        by_rows = [_figures(spark, folder, most_rows // share, 30) for share in SHARES]
        return {"rows": by_rows, "rules": [_figures(spark, folder, few, rules) for rules in RULES]}


def _figures(spark: Any, folder: Path, rows: int, rules: int) -> dict[str, Any]:
    typed, raw = write_rows(spark, folder, rows, COLUMNS)
    run = frozen_run(COLUMNS, row_rules(rules, COLUMNS))
    for layer in ("raw", "refined", "quarantine"):
        spark.sql(f"DROP TABLE IF EXISTS {names.table(run.environment, run.contract, layer)}")
    land(spark, run, raw)
    works: dict[str, Callable[[], object]] = {
        "bare": lambda: write_parquet(raw, folder / "bare"),
        "plan": lambda: _analysed(spark, run, raw),
        "split": lambda: split(spark, run),
        "checked": check_works(typed, COLUMNS, rows, folder)["checked"],
    }
    for work in works.values():
        work()
    return {"rows": rows, "rules": rules} | {kind: measured(spark, work) for kind, work in works.items()}


def _analysed(spark: Any, run: Any, raw: Any) -> None:
    """The plan made, optimised and its code generated, without a row."""
    plan_batch(spark, run, run.batches[0], raw).frame._jdf.queryExecution().executedPlan()  # noqa: SLF001


def measured(spark: Any, work: Callable[[], object]) -> dict[str, float]:
    """The cost, the JVM's largest heap meanwhile and what tasks returned to the driver, in MB."""
    pools = list(spark._jvm.java.lang.management.ManagementFactory.getMemoryPoolMXBeans())  # noqa: SLF001
    spark._jvm.System.gc()  # noqa: SLF001
    heap = [pool for pool in pools if pool.getType().toString() == "Heap memory"]
    for pool in heap:
        pool.resetPeakUsage()
    before = max(_returned(spark), default=-1)
    found = cost(work)
    peak = sum(pool.getPeakUsage().getUsed() for pool in heap)
    returned = sum(size for stage, size in _returned(spark).items() if stage > before)
    return found | {"heap": peak / MEGABYTE, "returned": returned / MEGABYTE}


def _returned(spark: Any) -> dict[int, int]:
    """Stage → bytes that its tasks sent to the driver, of the stages that Spark remembers."""
    context = spark.sparkContext
    context._jsc.sc().listenerBus().waitUntilEmpty()  # noqa: SLF001
    store, none = context._jsc.sc().statusStore(), spark._jvm.java.util.ArrayList()  # noqa: SLF001
    quantiles = context._gateway.new_array(spark._jvm.double, 0)  # noqa: SLF001
    stages = store.stageList(none, False, False, quantiles, none)
    found = (stages.apply(place) for place in range(stages.size()))
    return {stage.stageId(): stage.resultSize() for stage in found}


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        figures = main(*map(int, sys.argv[1:] or (5_000_000,)))
    print(json.dumps(figures))
