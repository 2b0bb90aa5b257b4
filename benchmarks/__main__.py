"""``make bench [NAME=…] [WRITE=1]``, or with plugins/ on the path ``python -m benchmarks [name …] [--write]``."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import signal
import sys
import time
from pathlib import Path

from benchmarks.table import BenchmarkError, Table

REPOSITORY = Path(__file__).resolve().parent.parent
DOCUMENT = REPOSITORY / "docs" / "benchmarks.md"
BENCHMARKS = (
    "sandbox_latency",
    "invoke_latency",
    "parsing",
    "spark_start",
    "refine_ratio",
    "features",
    "monitor",
    "classification",
    "memory",
    "demo_stages",
)


def main(arguments: list[str] | None = None) -> int:
    """Runs the benchmarks named, or all of them; 1 when one of them could not be."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure, and print tables.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of: {', '.join(BENCHMARKS)}; all where left out")
    parser.add_argument("--write", action="store_true", help=f"write all of them into {DOCUMENT.name}")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}")
    if options.write and options.names:
        parser.error("--write measures all of them: name none")
    tables: list[Table] = []
    failed = False
    for name in options.names or BENCHMARKS:
        try:
            tables += _measure(name)
        except BenchmarkError as error:
            failed = True
            print(f"{name}: {error}", file=sys.stderr)
    if options.write and not failed:
        DOCUMENT.write_text(_document(tables), encoding="utf-8")
        print(f"wrote {DOCUMENT}")
    return 1 if failed else 0


def _measure(name: str) -> list[Table]:
    began = time.perf_counter()
    found: list[Table] = importlib.import_module(f"benchmarks.{name}").measure()
    for table in found:
        print(table.markdown(), flush=True)
    print(f"({name}: {time.perf_counter() - began:.0f} s)\n", file=sys.stderr)
    return found


def _document(tables: list[Table]) -> str:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    head = (
        f"# Benchmarks\n\n`make bench` prints these tables; `make bench WRITE=1` wrote this page. Machine: {machine}.\n"
    )
    return "\n".join([head, *(table.markdown() for table in tables)])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("interrupted"))  # so that what was started is stopped
    sys.exit(main())
