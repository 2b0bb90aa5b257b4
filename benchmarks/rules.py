"""``make bench-rules [ROWS=…] [WRITE=1]``: the rules and quality engine against bare Spark, its peers, and itself."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.classification import measure as measure_classification
from benchmarks.jobs_program import figures_of
from benchmarks.rules_data import NARROW
from benchmarks.rules_environments import DEEQU, PEERS, peer_python
from benchmarks.rules_tables import deequ_table, engine_tables, growth_tables, keys_table, peers_tables
from benchmarks.table import BenchmarkError, Table
from sandbox.settings import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "benchmarks-rules.md"
ROWS = 5_000_000
MIDDLE, WIDE = 20, 100
GROWN = 5
"""The largest table whose growth is measured has so many times the rows."""
MARK = "<!-- tables -->"
"""The page's words stand before it and are kept."""


def main(arguments: list[str] | None = None) -> int:
    """Measures everything, or the parts named; 1 when one of them could not be."""
    parts: dict[str, Callable[[int], list[Table]]] = {
        "engine": _engine,
        "peers": _peers,
        "growth": _growth,
        "classification": lambda _: measure_classification(),
    }
    parser = argparse.ArgumentParser(prog="bench-rules", description="Measure the rules and quality engine.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of: {', '.join(parts)}; all where left out")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"of the largest table ({ROWS:,})")
    parser.add_argument("--write", action="store_true", help=f"write the tables into {DOCUMENT.name}")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(parts):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(parts)}")
    tables: list[Table] = []
    failed = False
    for name in options.parts or parts:
        try:
            tables += _printed(parts[name](options.rows))
        except BenchmarkError as error:
            failed = True
            print(f"{name}: {error}", file=sys.stderr)
    if options.write and not failed:
        write(DOCUMENT, tables, options.rows)
    return 1 if failed else 0


def _printed(tables: list[Table]) -> Iterator[Table]:
    for table in tables:
        print(table.markdown(), flush=True)
        yield table


def _engine(rows: int) -> list[Table]:
    narrow = figures_of("benchmarks.rules_engine", rows, NARROW)
    middle = figures_of("benchmarks.rules_engine", rows, MIDDLE)
    wide = figures_of("benchmarks.rules_engine", rows // 5, WIDE)
    deequ = figures_of("benchmarks.rules_deequ", rows, NARROW, MIDDLE, python=peer_python(DEEQU))
    tables = [table for figures in (narrow, middle, wide) for table in engine_tables(figures)]
    return [*tables, keys_table(narrow), deequ_table({"narrow": narrow, "wide": middle}, deequ)]


def _peers(rows: int) -> list[Table]:
    return peers_tables(figures_of("benchmarks.rules_peers", rows, NARROW, python=peer_python(PEERS)))


def _growth(rows: int) -> list[Table]:
    return growth_tables(figures_of("benchmarks.rules_growth", GROWN * rows))


def write(document: Path, tables: list[Table], rows: int) -> None:
    """Replace the page's tables; its words before them stay."""
    words = document.read_text(encoding="utf-8").partition(MARK)[0]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    head = f"{words}{MARK}\n\nMachine: {machine}; the largest table has {rows:,} rows.\n"
    document.write_text("\n".join([head, *(table.markdown() for table in tables)]), encoding="utf-8")
    print(f"wrote {document}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("interrupted"))  # so that what was started is stopped
    sys.exit(main())
