"""The session of the rules' benchmarks, and measures of works that take turns in it.

The JVM is as Spark starts it on a cluster, with both compilers, not as the sandbox's short drivers are: a batch of
millions of rows runs so on EMR too.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

CORES = os.cpu_count() or 1
HEAP = "4g"
REPEATS = 2
Cost = dict[str, float]


@contextlib.contextmanager
def session(folder: Path, conf: Mapping[str, str]) -> Iterator[Any]:
    """A Spark session on all cores.

    :param folder: where its scratch files and tables lie
    :param conf: properties beside these
    """
    from pyspark.sql import SparkSession

    own = {
        "spark.driver.memory": HEAP,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": f"file:{folder}/warehouse",
        "spark.sql.shuffle.partitions": str(2 * CORES),
        "spark.sql.session.timeZone": "UTC",
    }
    builder = SparkSession.builder.master(f"local[{CORES}]").appName("benchmark")
    for key, value in (own | dict(conf)).items():
        builder = builder.config(key, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    try:
        yield made
    finally:
        made.stop()


def cost(work: Callable[[], object]) -> Cost:
    """Seconds on the clock, and of the processor in the JVM and in all Python together."""
    before, began = _processor_ticks(), time.perf_counter()
    work()
    seconds, after = time.perf_counter() - began, _processor_ticks()
    # Process by process: Spark's daemon hears nothing of a worker that ends, and the whole would be less than before.
    used = sum(ticks - before.get(pid, 0) for pid, ticks in after.items())
    return {"seconds": seconds, "processor": used / os.sysconf("SC_CLK_TCK")}


def take_turns(
    works: Mapping[str, Callable[[], object]], repeats: int = REPEATS, warm: int = 1
) -> dict[str, list[Cost]]:
    """What each work cost, turn after turn, so that what else the machine does meets all of them alike.

    :param warm: turns before, which are not counted: the JVM compiles in them
    """
    found: dict[str, list[Cost]] = {name: [] for name in works}
    for turn in range(warm + repeats):
        for name, work in works.items():
            measured = cost(work)
            print(f"turn {turn} {name}: {measured['seconds']:.1f} s", file=sys.stderr, flush=True)
            if turn >= warm:
                found[name].append(measured)
    return found


def median(costs: list[Cost], unit: str) -> float:
    """The middle one of the turns."""
    return statistics.median(each[unit] for each in costs)


def write_parquet(frame: Any, folder: Path) -> None:
    """Write, in place of what lies there."""
    frame.write.mode("overwrite").parquet(f"file:{folder}")


def noop(frame: Any) -> None:
    """Compute all of it and keep nothing."""
    frame.write.format("noop").mode("overwrite").save()


def _processor_ticks() -> dict[int, int]:
    """Process → ticks of the processor, of this Python, the JVM below it and the JVM's Python workers."""
    found, ticks = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            found[int(stat.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    mine = {os.getpid()}
    for pid in sorted(found):
        above = pid
        while above in found and above not in mine:
            above = found[above][0]
        if above in mine:
            ticks[pid] = found[pid][1]
    return ticks
