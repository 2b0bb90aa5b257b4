"""What `make bench-rules` measures works on a few rows: no row is lost and no check is broken, or it raises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.rules_data import column_types, write_rows
from benchmarks.rules_engine import as_landed, check_works, land, landing_works, profile_works, rule_works
from benchmarks.rules_growth import measured
from benchmarks.rules_product import BATCH, frozen_run
from benchmarks.rules_session import take_turns
from benchmarks.rules_shuffles import all_of, shuffles
from benchmarks.rules_suite import checks, row_rules
from groundwork.spec.include import load_environment
from sandbox.emr_serverless.spark_conf import JVM_OPTIONS
from sandbox.settings import REPOSITORY
from spark_jobs.rules.plan import plan_batch

ROWS = 2_000
# Bytes of a method that the JVM compiles without being told to, and of the longest that Java knows.
UNASKED, LONGEST = 8_000, 65_535
ASKED = "-XX:-DontCompileHugeMethods"


@pytest.fixture(scope="module")
def rows(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    return write_rows(spark, tmp_path_factory.mktemp("rows"), ROWS, 10)


def test_rows_are_those_that_are_described(rows: tuple[Any, Any]) -> None:
    typed, raw = rows
    assert typed.count() == raw.count() == ROWS
    assert {item.name: item.dataType.simpleString() for item in typed.schema.fields} == column_types(10)
    assert len(checks(10, ROWS)) == 40
    assert {len(column_types(count)) for count in (10, 20, 100)} == {10, 20, 100}


def test_every_kind_of_work_is_carried_out(spark: Any, rows: tuple[Any, Any], tmp_path: Path) -> None:
    typed, raw = rows
    run = frozen_run(10, row_rules(10, 10))
    land(spark, run, raw)
    works = (
        rule_works(spark, run, as_landed(typed), tmp_path)
        | check_works(typed, 10, ROWS, tmp_path)
        | profile_works(typed)
    )
    assert set(works) == {"bare", "by hand", "looked at", "ruled", "split", "scan", "checked", "written", "profile"}
    works["landed"] = landing_works(spark, run, raw, tmp_path)["split"]
    found = take_turns({kind: works[kind] for kind in ("split", "landed", "profile")}, repeats=1, warm=0)
    assert all(cost["processor"] > 0 for costs in found.values() for cost in costs)
    cost = measured(spark, works["written"])
    assert cost["heap"] > 1
    assert 0 < cost["returned"] < 1


def test_uniqueness_takes_a_shuffle_a_key(spark: Any, rows: tuple[Any, Any]) -> None:
    """And one more for the values to show, where some stand twice, as they do in the third column."""
    found = shuffles(spark, rows[0], ROWS)
    assert [(each["keys"], each["by_key"]) for each in found] == [(1, 1), (2, 2), (3, 4)]


def test_thirty_rules_become_a_method_that_every_environment_lets_the_jvm_compile(
    spark: Any, rows: tuple[Any, Any]
) -> None:
    frame = plan_batch(spark, frozen_run(10, row_rules(30, 10)), BATCH, rows[1]).frame
    debug = getattr(spark._jvm.org.apache.spark.sql.execution.debug, "package$").__getattr__("MODULE$")
    (stage,) = all_of(debug.codegenStringSeq(frame._jdf.queryExecution().executedPlan()))
    assert UNASKED < stage._3().maxMethodCodeSize() < LONGEST
    assert ASKED in JVM_OPTIONS
    conf = load_environment(REPOSITORY / "include", "aws").engine.spark_conf
    assert all(ASKED in conf[f"spark.{process}.extraJavaOptions"] for process in ("driver", "executor"))
