"""Shuffles that exact uniqueness takes, counted in the plans that were carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from groundwork.spec.expectation import Expectation
from spark_jobs.checks.data import Data
from spark_jobs.checks.suite import checked

KEYS = ("id", "s2", "d0")


def shuffles(spark: Any, typed: Any, rows: int) -> list[dict[str, int]]:
    """By the number of keys that are looked at together: shuffles of rows by their key, and of totals of tasks."""
    data = Data(typed, typed, rows, tuple(typed.columns), order=("id",))
    found = []
    for count in range(1, len(KEYS) + 1):
        suite = [
            Expectation(name=f"{key} unique", type="expect_column_values_to_be_unique", kwargs={"column": key})
            for key in KEYS[:count]
        ]
        exchanges = list(_exchanges(spark, lambda suite=suite: checked(suite, data, rows)))  # type: ignore[misc]
        by_key = sum("hashpartitioning" in exchange for exchange in exchanges)
        found.append({"keys": count, "by_key": by_key, "of_totals": len(exchanges) - by_key})
    return found


def _exchanges(spark: Any, work: Callable[[], object]) -> Iterator[str]:
    """What the shuffles of the work say of themselves."""
    store = spark._jsparkSession.sharedState().statusStore()  # noqa: SLF001
    before = {query.executionId() for query in all_of(store.executionsList())}
    work()
    spark.sparkContext._jsc.sc().listenerBus().waitUntilEmpty()  # noqa: SLF001
    for query in all_of(store.executionsList()):
        if query.executionId() not in before:
            nodes = all_of(store.planGraph(query.executionId()).allNodes())
            yield from (node.desc() for node in nodes if node.name() == "Exchange")


def all_of(sequence: Any) -> list[Any]:
    """The members of a sequence of Scala's."""
    return [sequence.apply(place) for place in range(sequence.size())]
