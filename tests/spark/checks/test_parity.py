"""Every native check against Great Expectations' own Spark engine, on the same rows."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from groundwork.spec.expectation import Expectation
from groundwork.spec.expectation_types import ODCS, TYPES
from groundwork.spec.report import ExpectationResult
from spark_jobs.checks.data import Data
from spark_jobs.checks.result import EXAMPLES
from spark_jobs.checks.suite import checked
from tests.spark.checks.frames import SCHEMA, checks, generated, rows

COUNTS = (
    "element_count",
    "missing_count",
    "missing_percent",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_total",
    "unexpected_percent_nonmissing",
    "observed_value",
    "details",
)
NOT_ON_THEIR_SPARK = {
    "expect_column_values_to_be_dateutil_parseable",
    "expect_column_values_to_match_like_pattern",
    "expect_column_values_to_match_like_pattern_list",
    "expect_column_values_to_not_match_like_pattern",
    "expect_column_values_to_not_match_like_pattern_list",
}
"""Carried out natively; ``test_values`` holds them against other engines."""
CHECKS = list(checks())
OF_NO_ROWS = [
    *(number for number, (kind, kwargs) in enumerate(CHECKS) if "min_value" in kwargs and "_values_to_" not in kind),
    *(number for number, (kind, _) in enumerate(CHECKS) if "_distinct_" in kind or "_most_common_" in kind),
    *(
        next(number for number, (kind, _) in enumerate(CHECKS) if kind == f"expect_{wanted}")
        for wanted in (
            "column_values_to_not_be_null",
            "column_values_to_be_in_set",
            "column_values_to_be_unique",
            "column_values_to_be_increasing",
            "column_values_to_not_be_outliers",
            "column_value_z_scores_to_be_less_than",
            "column_pair_values_to_be_equal",
            "compound_columns_to_be_unique",
            "multicolumn_sum_to_equal",
            "column_quantile_values_to_be_between",
        )
    ),
]
"""Checks of every family, as Great Expectations takes half a second for each."""
OF_GENERATED_ROWS = [
    *{
        kind: number
        for number, (kind, kwargs) in enumerate(CHECKS)
        if (not kind.startswith(("expect_table", "expect_column_to", "expect_column_type")) and "column" not in kwargs)
        or kind.startswith(("expect_column_values_to", "expect_column_value_lengths", "expect_column_unique"))
    }.values()
]
"""The last check of every type that judges rows."""
Both = dict[int, tuple[dict[str, Any], ExpectationResult]]


def expectation(number: int) -> Expectation:
    kind, kwargs = CHECKS[number]
    return Expectation(name=str(number), type=kind, kwargs=kwargs)


def great_expectations_results(frame: Any, numbers: list[int]) -> list[dict[str, Any]]:
    """One validation of all; it regroups the checks, so each carries its number."""
    import os

    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_spark("s").add_dataframe_asset("a")
    batch = asset.add_batch_definition_whole_dataframe("b").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name="suite")
    for number in numbers:
        kind, kwargs = CHECKS[number]
        suite.expectations.append(
            ExpectationConfiguration(type=kind, kwargs=dict(kwargs), meta={"number": number}).to_domain_obj()
        )
    with interpreted(frame.sparkSession):
        answer = batch.validate(suite, result_format="BASIC")
    found = [result.to_json_dict() for result in answer.results]
    by_number = {result["expectation_config"]["meta"]["number"]: result for result in found}
    return [by_number[number] for number in numbers]


@contextmanager
def interpreted(spark: Any) -> Iterator[None]:
    """Their hundreds of jobs over a few rows take longer to compile than to run."""
    settings = {
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
    }
    before = {key: spark.conf.get(key) for key in settings}
    for key, value in settings.items():
        spark.conf.set(key, value)
    yield
    for key, value in before.items():
        spark.conf.set(key, value)


def both(spark: Any, content: list[tuple[Any, ...]], numbers: list[int]) -> Both:
    frame = spark.createDataFrame(content, SCHEMA).coalesce(1).cache()
    data = Data(frame, frame, len(content), tuple(frame.columns), order=("place",))
    ours = checked([expectation(number) for number in numbers], data, len(content))
    theirs = great_expectations_results(frame, numbers)
    return dict(zip(numbers, zip(theirs, ours, strict=True), strict=True))


@pytest.fixture(scope="module")
def full(spark: Any) -> Both:
    return both(spark, rows(), list(range(len(CHECKS))))


@pytest.fixture(scope="module")
def empty(spark: Any) -> Both:
    return both(spark, [], OF_NO_ROWS)


@pytest.fixture(scope="module")
def drawn(spark: Any) -> Both:
    return both(spark, generated(60, seed=1), OF_GENERATED_ROWS)


def told(number: int) -> str:
    return f"{number}-{CHECKS[number][0]}"


@pytest.mark.parametrize("number", range(len(CHECKS)), ids=told)
def test_a_check_finds_what_great_expectations_finds(full: Both, number: int) -> None:
    theirs, ours = full[number]
    assert theirs["expectation_config"]["type"] == ours.type
    assert ours.exception is None
    compare(theirs, ours)


@pytest.mark.parametrize("number", OF_NO_ROWS, ids=told)
def test_so_does_it_of_no_rows_at_all(empty: Both, number: int) -> None:
    theirs, ours = empty[number]
    # Of no rows it sums up to null what we count as 0.
    if theirs["result"].get("unexpected_count", 0) is None:
        theirs["result"]["unexpected_count"] = 0
    compare(theirs, ours)


@pytest.mark.parametrize("number", OF_GENERATED_ROWS, ids=told)
def test_so_does_it_of_generated_rows(drawn: Both, number: int) -> None:
    theirs, ours = drawn[number]
    if len(ours.partial_unexpected_list) == EXAMPLES:
        # Which of more than so many values are shown is left to chance.
        assert len(theirs["result"].pop("partial_unexpected_list")) == EXAMPLES
        ours = ours.model_copy(update={"partial_unexpected_list": ()})
    compare(theirs, ours)


def compare(theirs: dict[str, Any], ours: ExpectationResult) -> None:
    result = theirs["result"]
    assert theirs["success"] == ours.success
    for key in COUNTS:
        assert same(json.loads(json.dumps(getattr(ours, key))), result.get(key)), key
    for key in ("partial_unexpected_list", "partial_missing_list"):
        assert multiset(getattr(ours, key)) == multiset(result.get(key) or ()), key


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=1e-9)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return multiset(ours) == multiset(theirs)
    return bool(ours == theirs)


def multiset(values: Any) -> Counter[str]:
    """Values whatever their order; NaN, which JSON has not, is null in Great Expectations' text."""
    plain = json.loads(json.dumps(list(values)), parse_constant=lambda _: None)
    return Counter(json.dumps(value, sort_keys=True).replace("-0.0", "0.0") for value in plain)


def test_every_native_check_is_tried() -> None:
    native = {kind for kind, known in TYPES.items() if known.carried == "native"}
    assert {kind for kind, _ in CHECKS} == native - set(ODCS) - NOT_ON_THEIR_SPARK
