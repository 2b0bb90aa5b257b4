"""The command that tries a product's rules out."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from groundwork.spec.errors import SpecError
from groundwork.spec.include import load_environment, load_product
from spark_jobs.dry_run.effects import Outcome
from spark_jobs.dry_run.outcome import dry_run
from spark_jobs.dry_run.page import dry_run_page
from spark_jobs.dry_run.rows import Desk
from spark_jobs.dry_run.terminal import show
from spark_jobs.errors import JobError
from spark_jobs.quiet import quietly
from spark_jobs.session import open_session


def main(arguments: Sequence[str]) -> int:
    """Try the rules out on some rows and show what each does.

    :return: 0, or 1 where that cannot be done, with the reason on stderr
    """
    options = _options(arguments)
    begun = time.monotonic()
    try:
        outcome = _outcome(options)
    except (JobError, SpecError) as error:
        print(error, file=sys.stderr)
        return 1
    when = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    options.page.write_text(dry_run_page(outcome, about=f"Nothing was published; {when}."), encoding="utf-8")
    show(outcome)
    print(f"{time.monotonic() - begun:.1f} s. The same as a page: {options.page}")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m spark_jobs.dry_run", description="Try a product's rules out.")
    parser.add_argument("product", help="whose rules they are")
    parser.add_argument("--include", type=Path, required=True, help="folder of the declarations")
    parser.add_argument("--file", type=Path, help="a landing file; the product's raw table where left out")
    parser.add_argument("--rows", type=_positive, default=1_000, help="how many rows, from the first (%(default)s)")
    parser.add_argument(
        "--look-up",
        type=_named_file,
        action="append",
        default=[],
        metavar="PRODUCT=FILE",
        help="a product that is looked up, from a landing file of it",
    )
    parser.add_argument("--no-keys", action="store_true", help="no environment here holds the key for tokens")
    parser.add_argument("--page", type=Path, required=True, help="where the page is written")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rows")
    return int(text)


def _named_file(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not name or not path:
        raise argparse.ArgumentTypeError(f"{text!r} names no product and its file; write airlines=airlines.csv")
    return name, Path(path)


def _outcome(options: argparse.Namespace) -> Outcome:
    product = load_product(options.include, options.product)
    environment = load_environment(options.include)
    # The workers are this interpreter: another one may not have the libraries that rules use.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with quietly():
        spark = open_session("dry run")
    try:
        desk = Desk(spark, options.include, environment, dict(options.look_up))
        if options.file:
            rows = desk.file_rows(product, options.file, options.rows)
        else:
            rows = desk.table_rows(product, options.rows)
        return dry_run(desk, product, rows, keyed=not options.no_keys)
    finally:
        spark.stop()
