"""What rules, quarantine, checks and uniqueness cost over a bare read → write, printed as JSON.

A program of the jobs environment: ``python -m benchmarks.rules_engine [rows columns]``.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pyspark.sql import functions as F  # noqa: N812

from benchmarks.rules_data import NARROW, system_columns, write_rows
from benchmarks.rules_product import BATCH, expectation, frozen_run
from benchmarks.rules_session import noop, session, take_turns, write_parquet
from benchmarks.rules_shuffles import shuffles
from benchmarks.rules_suite import checks, predicates, row_rules
from groundwork.spec import names
from groundwork.spec.include import load_environment
from groundwork.spec.rules.augment import Augment
from groundwork.spec.run import FrozenRun
from sandbox.jars import jar_paths
from sandbox.settings import REPOSITORY, default_settings
from spark_jobs import tables
from spark_jobs.candidate import carry_out, evaluate, write_branch
from spark_jobs.checks.data import Data
from spark_jobs.checks.suite import checked
from spark_jobs.iceberg import BATCH_ID
from spark_jobs.profile.table import profile_table
from spark_jobs.progress import Progress
from spark_jobs.quarantine import quarantine
from spark_jobs.rules.plan import as_it_came, plan_batch
from spark_jobs.session import settle
from spark_jobs.tables import RAW_SYSTEM

RULES = 30


@contextlib.contextmanager
def engine_session(folder: Path) -> Iterator[Any]:
    """The session, settled as a job's and with the JVM options of AWS, with Iceberg tables in a folder."""
    options = load_environment(REPOSITORY / "include", "aws").engine.spark_conf["spark.driver.extraJavaOptions"]
    jars = ":".join(map(str, jar_paths(default_settings().jars)))
    conf = {
        "spark.driver.extraClassPath": jars,
        "spark.driver.extraJavaOptions": options,
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.type": "hadoop",
        "spark.sql.catalog.lake.warehouse": f"file:{folder}/lake",
    }
    with session(folder, conf) as spark:
        settle(spark)
        yield spark


def main(rows: int, columns: int) -> dict[str, Any]:
    """Rules and checks of a table, each beside reading and writing the same rows.

    :param rows: of the table
    :param columns: of the table
    """
    with tempfile.TemporaryDirectory() as name, engine_session(Path(name)) as spark:
        folder = Path(name)
        typed, raw = write_rows(spark, folder, rows, columns)
        run = frozen_run(columns, row_rules(RULES, columns))
        land(spark, run, raw)
        # Of more columns only what typed rows cost.
        landing = {"landing": take_turns(landing_works(spark, run, raw, folder))} if columns <= NARROW else {}
        found = landing | {
            "rules": take_turns(rule_works(spark, run, as_landed(typed), folder)),
            "checks": take_turns(check_works(typed, columns, rows, folder)),
            "profile": take_turns(profile_works(typed), repeats=2),
            "keys": shuffles(spark, typed, rows),
        }
        return {"rows": rows, "columns": columns, "suite": len(checks(columns, rows)), **found}


def land(spark: Any, run: FrozenRun, raw: Any) -> None:
    """Put the rows into the product's raw table, as an acquisition leaves them."""
    table = tables.raw_table(spark, run)
    writer = tables.with_table_columns(raw, table).writeTo(table.name)
    writer.option(f"snapshot-property.{BATCH_ID}", BATCH.batch_id).append()


def rule_works(spark: Any, run: FrozenRun, rows: Any, folder: Path) -> dict[str, Callable[[], object]]:
    """Reading and writing typed rows, with predicates alone, with all rules, and with quarantine and branch.

    :param rows: with the columns of a raw table, but typed: what the rules cost when nothing has to be read from text
    """
    assert run.contract.landing, "the product lands"
    columns, count = len(run.contract.landing.columns), rows.count()
    looking = frozen_run(columns, predicates(RULES, columns))
    return {
        "bare": lambda: write_parquet(rows, folder / "bare"),
        "by hand": lambda: write_parquet(by_hand(run, rows), folder / "by_hand"),
        "looked at": lambda: write_ruled(spark, looking, rows, folder / "looked_at"),
        "ruled": lambda: write_ruled(spark, run, rows, folder / "ruled"),
        "split": lambda: split(spark, run, rows, count),
    }


def landing_works(spark: Any, run: FrozenRun, raw: Any, folder: Path) -> dict[str, Callable[[], object]]:
    """The same of rows as they land, and what reading them as their types costs without us.

    :param run: whose raw table holds the rows
    """
    few = run.model_copy(update={"ruleset": run.ruleset.model_copy(update={"rules": run.ruleset.rules[:2]})})
    return {
        "bare": lambda: write_parquet(raw, folder / "bare"),
        "by hand": lambda: write_parquet(by_hand(run, raw), folder / "by_hand"),
        "read": lambda: write_ruled(spark, few, raw, folder / "ruled"),
        "ruled": lambda: write_ruled(spark, run, raw, folder / "ruled"),
        "split": lambda: split(spark, run),
    }


def by_hand(run: FrozenRun, rows: Any) -> Any:
    """What a refinement publishes, without any rule, as a person would write it in plain Spark."""
    assert run.contract.landing, "the product lands"
    values = {column.name: F.col(column.name).try_cast(column.type) for column in run.contract.landing.columns}
    typed = rows.select(*(value.alias(name) for name, value in values.items()), *RAW_SYSTEM)
    derived = {rule.column: F.expr(rule.expression) for rule in run.ruleset.rules if isinstance(rule, Augment)}
    times = {"event_time": F.col("at"), "known_at": F.col("_acquired_at")}
    return typed.withColumns(derived | times).drop("_acquired_at")


def as_landed(typed: Any) -> Any:
    """Typed rows with the columns that every row of a raw table has beside its own."""
    return typed.withColumns(system_columns())


def write_ruled(spark: Any, run: FrozenRun, rows: Any, folder: Path) -> None:
    """All rows, with the columns of the published table and what each row breaks."""
    frame = plan_batch(spark, run, BATCH, rows).frame
    write_parquet(frame.drop(*as_it_came(run.contract).values()), folder)


def split(spark: Any, run: FrozenRun, rows: Any = None, count: int = 0) -> None:
    """Rules, quarantine and branch as a refinement carries them out.

    :param rows: those of the batch; of the raw table where left out
    :param count: how many those are
    """
    refined = tables.refined_table(spark, run)
    if rows is None:
        candidate = evaluate(spark, run, BATCH, Progress("benchmark"))
    else:
        candidate = carry_out(spark, run, BATCH, plan_batch(spark, run, BATCH, rows), count)
    kept_back = quarantine(spark, run, BATCH, candidate)
    refined.create_branch(names.branch(BATCH.batch_id))
    written = write_branch(run, BATCH, refined, candidate)
    spark.catalog.clearCache()
    if written.published + kept_back + candidate.dropped != candidate.raw_rows or not kept_back:
        raise RuntimeError(f"{candidate.raw_rows} rows became {written.published}, {kept_back}, {candidate.dropped}")


def check_works(typed: Any, columns: int, rows: int, folder: Path) -> dict[str, Callable[[], object]]:
    """Reading, writing, checking, and writing with the checks of what was written."""
    suite = tuple(expectation(check) for check in checks(columns, rows))

    def check(frame: Any) -> None:
        data = Data(frame, frame, rows, tuple(frame.columns), order=("id",))
        if broken := [found.name for found in checked(suite, data, rows) if not found.success]:
            raise RuntimeError(f"found broken what is met: {broken}")

    def write_and_check() -> None:
        write_parquet(typed, folder / "audited")
        check(typed.sparkSession.read.parquet(f"file:{folder}/audited"))

    return {
        "scan": lambda: noop(typed),
        "bare": lambda: write_parquet(typed, folder / "written"),
        "checked": lambda: check(typed),
        "written": write_and_check,
    }


def profile_works(typed: Any) -> dict[str, Callable[[], object]]:
    """Reading, and the profile of every column."""
    # Without the keys that a profile proves, as the peers' profilers prove none.
    return {"scan": lambda: noop(typed), "profile": lambda: profile_table(typed, name="rows", keys="none")}


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        figures = main(*map(int, sys.argv[1:] or (5_000_000, 10)))
    print(json.dumps(figures))
