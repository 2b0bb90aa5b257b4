"""``python -m groundwork.spec check|schemas``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from groundwork.spec.check import check_include
from groundwork.spec.schemas import write_schemas


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 when a file has a problem."""
    parser = argparse.ArgumentParser(prog="groundwork.spec", description="Validate what people declare.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="validate every contract, ruleset, environment and model")
    check.add_argument("--include", type=Path, default=Path("include"), help="include folder (default: include)")
    schemas = commands.add_parser("schemas", help="write the JSON Schemas")
    schemas.add_argument("--folder", type=Path, default=Path("docs/schemas"), help="default: docs/schemas")
    options = parser.parse_args(arguments)
    if options.command == "schemas":
        for path in write_schemas(options.folder):
            print(f"wrote {path}")
        return 0
    return _check(options.include)


def _check(include: Path) -> int:
    if not (include / "contracts").is_dir():
        print(f"{include}/contracts is no folder; name the include folder with --include", file=sys.stderr)
        return 2
    started = time.perf_counter()
    files, problems = check_include(include)
    for problem in problems:
        print(problem, file=sys.stderr)
    seconds = time.perf_counter() - started
    print(f"{files} files checked in {seconds:.1f} s, {len(problems)} with problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
