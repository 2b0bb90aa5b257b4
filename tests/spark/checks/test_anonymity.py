"""Groups in which people can be told apart, counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from groundwork.spec.expectation import Expectation
from spark_jobs.checks.data import Data
from spark_jobs.checks.suite import checked

# Postcode, year of birth, illness: a group of three with two illnesses, of two with one, one of a missing postcode.
ROWS = [
    ("10", 1980, "flu"),
    ("10", 1980, "flu"),
    ("10", 1980, "gout"),
    ("20", 1980, "flu"),
    ("20", 1980, None),
    (None, 1990, "flu"),
    (None, 1990, "gout"),
]


@pytest.fixture(scope="module")
def data(spark: Any) -> Data:
    rows = spark.createDataFrame(ROWS, "postcode string, born int, illness string").repartition(2)
    # A batch of one group alone: what was published before counts too.
    batch = rows.where("postcode = '20'")
    return Data(batch, rows, len(ROWS), ("postcode", "born", "illness"), frozenset({"illness"}))


def asked(kind: str, **kwargs: Any) -> Expectation:
    return Expectation(name=f"{kind} {kwargs}", type=f"groundwork_{kind}", kwargs=kwargs)


def test_small_groups_and_uniform_ones_are_counted(data: Data) -> None:
    groups = ["postcode", "born"]
    found = checked(
        [
            asked("k_anonymity", column_list=groups, minimum_rows=2),
            asked("k_anonymity", column_list=groups, minimum_rows=3),
            asked("l_diversity", column_list=groups, sensitive="illness", minimum_values=2),
            asked("l_diversity", column_list=["born"], sensitive="illness", minimum_values=2),
        ],
        data,
        2,
    )
    told = [(item.success, item.observed_value, item.element_count, item.unexpected_count) for item in found]
    assert told == [(True, 2, 7, 0), (False, 2, 7, 4), (False, 1, 7, 2), (True, 2, 7, 0)]
    assert all(not item.partial_unexpected_list for item in found)


def test_a_table_without_rows_tells_nobody_apart(data: Data) -> None:
    nothing = data.branch.where("born < 0")
    empty = Data(nothing, nothing, 0, data.columns)
    found = checked(
        [
            asked("k_anonymity", column_list=["born"], minimum_rows=2),
            asked("l_diversity", column_list=["born"], sensitive="illness", minimum_values=2),
        ],
        empty,
        0,
    )
    assert [(item.success, item.observed_value) for item in found] == [(True, None), (True, None)]
