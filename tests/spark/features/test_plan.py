"""The fast plan gives what brute force gives, whatever the rows are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spark_jobs.features.brute_force import brute_force
from spark_jobs.features.history import by_group
from spark_jobs.features.leak_audit import same
from spark_jobs.features.plan import feature_rows
from spark_jobs.features.sources import Sources
from tests.spark.models import AS_OF, FEATURES, ONE, READING, START, TWO, VISIT, Visits

# Few moments, so that rows share them; hours and half hours around the windows' ends, and one microsecond beside them.
MOMENTS = st.builds(
    lambda half_hours, microseconds: START + timedelta(minutes=30 * half_hours, microseconds=microseconds),
    st.sampled_from([0, 1, 2, 11, 12, 13, 24, 47, 48, 49, 96, 144, 145]),
    st.sampled_from([0, 0, 0, 1, -1]),
)
GROUPS = st.sampled_from(["a", "a", "a", "b", "c", None])
WHOLE = st.none() | st.integers(-5, 30)
FRACTIONS = st.none() | st.sampled_from([0.1, -2.5, 1e9, -1e9, 1e-3])
ROWS = st.lists(
    st.tuples(GROUPS, GROUPS, MOMENTS, WHOLE, FRACTIONS, st.none() | st.booleans(), st.none() | MOMENTS, st.booleans()),
    min_size=20,
    max_size=60,
)
READINGS = st.lists(st.tuples(GROUPS, st.none() | st.integers(0, 3), st.none() | MOMENTS, MOMENTS), max_size=30)
SEVERAL = {
    **FEATURES,
    "history": [
        *FEATURES["history"],
        {"name": "both", "by": ["shop", "clerk"], "days": [1], "mean": {"weight": "weight"}, "count": True},
    ],
    "asOf": [AS_OF, {**AS_OF, "maximumAgeHours": 1, "take": {"lately": "degrees"}}],
}


def test_histories_of_one_group_share_a_shuffle() -> None:
    view = Visits(None, "shared", features=SEVERAL).model.features
    assert {group: [each.name for each in histories] for group, histories in by_group(view.history).items()} == {
        ("shop",): ["shop"],
        ("clerk", "shop"): ["clerk", "both"],
    }


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, readings=READINGS)
def test_the_plan_is_brute_force(spark: Any, rows: list[Any], readings: list[Any]) -> None:
    v = Visits(spark, "random", features=SEVERAL)
    run = v.run(ONE)
    made = [
        (number, shop, clerk, opened, spent, weight, happy, opened, known, ONE if here else TWO)
        for number, (shop, clerk, opened, spent, weight, happy, known, here) in enumerate(rows)
    ]
    there = [
        (place, None if value is None else float(value), event, known, ONE) for place, value, event, known in readings
    ]
    products = {"visits": spark.createDataFrame(made, VISIT), "readings": spark.createDataFrame(there, READING)}
    sources = Sources(run, products)
    fast = {row["id"]: row.asDict() for row in feature_rows(sources).collect()}
    keys = sources.predicted.select("id")
    slow = {row["id"]: row for row in brute_force(sources, keys).values()}
    spark.catalog.clearCache()
    assert fast.keys() == slow.keys() == {number for number, row in enumerate(rows) if row[-1]}
    for key, row in slow.items():
        for name, value in row.items():
            assert same(fast[key][name], value), (key, name, fast[key][name], value)
