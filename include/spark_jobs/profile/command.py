"""The command that profiles a file or a table on this machine."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from groundwork.spec.profile import TableProfile
from spark_jobs.draft.sniff import DraftError
from spark_jobs.errors import JobError
from spark_jobs.profile.lake_table import open_table
from spark_jobs.profile.page import profile_page
from spark_jobs.profile.source import check_file, open_file
from spark_jobs.profile.table import profile_table
from spark_jobs.profile.terminal import show
from spark_jobs.quiet import quietly

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CONF = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
    # For a session of seconds: the small compiler and the serial collector.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-DontCompileHugeMethods",
    "spark.log.level": "ERROR",
}


def main(arguments: Sequence[str]) -> int:
    """Profile a file or a table.

    :return: 0, or 1 where it cannot be read, with the reason on stderr
    """
    parser = argparse.ArgumentParser(prog="python -m spark_jobs.profile", description="Profile a file or a table.")
    parser.add_argument("source", help="a CSV (.gz too) or Parquet file; with --table a table, as database.table")
    parser.add_argument("--table", action="store_true", help="the source is a table of the Glue catalog")
    parser.add_argument("--page", type=Path, help="where the page is written; beside the file where left out")
    parser.add_argument("--json", type=Path, help="where the profile is written as JSON; nowhere where left out")
    parser.add_argument("--pairs", action="store_true", help="look for pairs of columns that are a key, too")
    parser.add_argument("--correlations", action="store_true", help="how number columns go together")
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    page = options.page or Path(f"{options.source}.profile.html")
    try:
        profile, about = _profile(options)
    except (JobError, DraftError) as error:
        print(error, file=sys.stderr)
        return 1
    when = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    page.write_text(profile_page(profile, about=f"{about}; profiled {when}."), encoding="utf-8")
    if options.json:
        options.json.write_text(profile.to_json(), encoding="utf-8")
    show(profile)
    print(f"{time.monotonic() - begun:.1f} s. The page: {page}")
    return 0


def _profile(options: argparse.Namespace) -> tuple[TableProfile, str]:
    path = Path(options.source)
    if not options.table:
        check_file(path)
    with TemporaryDirectory() as scratch, _session() as spark:
        source = open_table(spark, options.source, Path(scratch)) if options.table else open_file(spark, path)
        profile = profile_table(
            source.frame,
            name=options.source if options.table else path.name,
            classifications=source.classifications,
            read_as=source.read_as,
            keys="pairs" if options.pairs else "single",
            with_correlations=options.correlations,
        )
    return profile, source.about


@contextmanager
def _session() -> Iterator[SparkSession]:
    from pyspark.sql import SparkSession

    from spark_jobs.session import FIXED, settle

    # The workers are this interpreter: another one may not have numpy.
    os.environ.update({"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"})
    builder = SparkSession.builder.master("local[*]").appName("profile")
    for key, value in (CONF | FIXED).items():
        builder = builder.config(key, value)
    with quietly():
        session = builder.getOrCreate()
    settle(session)
    try:
        yield session
    finally:
        session.stop()
