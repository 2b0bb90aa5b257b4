"""The same suite by our engine, Great Expectations and cuallee, and rules with quarantine by our engine and DQX: JSON.

A program of the peers' environment: ``python -m benchmarks.rules_peers [rows columns]``. All of them take turns in one
session on the same files.
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
from unittest.mock import MagicMock

from benchmarks.rules_data import write_rows
from benchmarks.rules_engine import as_landed, check_works, engine_session, land, split
from benchmarks.rules_product import frozen_run, gx_words
from benchmarks.rules_session import noop, take_turns, write_parquet
from benchmarks.rules_suite import Check, checks, row_rules

RULES = 30
# Great Expectations takes minutes where the others take seconds.
REPEATS = 1


def main(rows: int, columns: int) -> dict[str, Any]:
    """Every engine's turns.

    :param rows: of the table
    :param columns: of the table
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with tempfile.TemporaryDirectory() as name, engine_session(Path(name)) as spark:
        folder = Path(name)
        typed, raw = write_rows(spark, folder, rows, columns)
        suite = checks(columns, rows)
        works: dict[str, Callable[[], object]] = {
            "scan": lambda: noop(typed),
            "bare": lambda: write_parquet(typed, folder / "bare"),
            "ours": check_works(typed, columns, rows, folder)["checked"],
            "cuallee": _cuallee(spark, typed, suite),
            "gx boolean": _great_expectations(typed, suite, "BOOLEAN_ONLY"),
            "gx summary": _great_expectations(typed, suite, "SUMMARY"),
        }
        run = frozen_run(columns, row_rules(RULES, columns))
        land(spark, run, raw)
        ruled: dict[str, Callable[[], object]] = {
            "bare": lambda: write_parquet(raw, folder / "bare"),
            "ours": lambda: split(spark, run),
            "typed": lambda: split(spark, run, as_landed(typed), rows),
            "dqx": _dqx(spark, typed, columns, folder),
        }
        found = {"suite": take_turns(works, REPEATS), "split": take_turns(ruled, REPEATS)}
        return {"rows": rows, "columns": columns, "checks": len(suite), "rules": RULES, **found}


def _great_expectations(frame: Any, suite: list[Check], result_format: str) -> Callable[[], object]:
    import great_expectations as gx
    from great_expectations.expectations.registry import get_expectation_impl

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_spark(f"rows {result_format}")
    batch = source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
    expected = gx.ExpectationSuite("measured")
    for check in suite:
        type_, kwargs = gx_words(check)
        expected.add_expectation(get_expectation_impl(type_)(**kwargs))
    definition = gx.ValidationDefinition(name=f"measured {result_format}", data=batch, suite=expected)
    context.suites.add(expected)
    context.validation_definitions.add(definition)

    def validate() -> None:
        found = definition.run(batch_parameters={"dataframe": frame}, result_format=result_format)
        broken = [each.expectation_config.type for each in found.results if not each.success]
        if broken:
            raise RuntimeError(f"Great Expectations finds broken what is met: {broken}")

    return validate


def _cuallee(spark: Any, frame: Any, suite: list[Check]) -> Callable[[], object]:
    from cuallee import Check as CualleeCheck
    from cuallee import CheckLevel

    def validate() -> None:
        made = CualleeCheck(CheckLevel.WARNING, "measured", session=spark)
        for check in suite:
            _add_to_cuallee(made, check)
        made.validate(frame).collect()

    return validate


def _add_to_cuallee(made: Any, check: Check) -> None:
    """Its statistics are held against one value and not against bounds, which costs the same."""
    column, share = check.column, check.mostly
    if check.kind == "complete":
        made.is_complete(column, share)
    elif check.kind == "between":
        made.is_between(column, (check.low, check.high), share)
    elif check.kind == "pattern":
        made.has_pattern(column, check.pattern, share)
    elif check.kind == "contained":
        made.is_contained_in(column, check.values, 0.95)
    elif check.kind == "length":
        made.satisfies(column, f"length({column}) between {check.low} and {check.high}", 0.95)
    else:
        kinds = {"minimum": made.has_min, "maximum": made.has_max, "mean": made.has_mean}
        kinds[check.kind](column, check.high)


def _dqx(spark: Any, frame: Any, columns: int, folder: Path) -> Callable[[], object]:
    """The predicates of the same rules; its workspace, which it only greets, is made up."""
    from databricks.labs.dqx.check_funcs import sql_expression
    from databricks.labs.dqx.engine import DQEngineCore
    from databricks.labs.dqx.rule import DQRowRule

    engine = DQEngineCore(MagicMock(), spark)
    levels = {"quarantine": "error", "drop": "error", "warn": "warn"}
    declared = [
        DQRowRule(
            name=rule["name"],
            criticality=levels[rule["otherwise"]],
            check_func=sql_expression,
            check_func_kwargs={"expression": f"coalesce({rule['predicate']}, true)"},
        )
        for rule in row_rules(RULES, columns)
        if rule["kind"] == "require"
    ]

    def validate() -> None:
        good, bad = engine.apply_checks_and_split(frame, declared)
        write_parquet(good, folder / "good")
        write_parquet(bad, folder / "bad")

    return validate


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        figures = main(*map(int, sys.argv[1:] or (5_000_000, 10)))
    print(json.dumps(figures))
