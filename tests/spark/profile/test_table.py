"""A thorough profile on real Spark: one frame with what tables are full of, against pandas and by hand."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from groundwork.spec.profile import TableProfile
from spark_jobs.profile.table import profile_table

ROWS = 40_000
SCHEMA = "i long, x double, d decimal(12,2), day date, at timestamp, yes boolean, code string, `a.b` array<int>"


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    random = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "id": np.arange(ROWS),
            "amount": random.normal(100, 15, ROWS),
            "shop": random.choice(["north", "south", "west"], ROWS, p=[0.5, 0.3, 0.2]),
            "number": [f"N{value:05d}" for value in random.integers(0, 20_000, ROWS)],
            "paid": pd.to_datetime("2013-01-01") + pd.to_timedelta(random.integers(0, 365 * 24, ROWS), unit="h"),
            "phone": [f"+1 212 555 {value:04d}" for value in random.integers(0, 10_000, ROWS)],
        }
    )


@pytest.fixture(scope="module")
def profile(spark: Any, many: pd.DataFrame) -> TableProfile:
    frame = spark.createDataFrame(many).selectExpr("*", "amount * 2 AS double_amount").repartition(3)
    return profile_table(frame, name="many", keys="pairs", with_correlations=True)


def column(profile: TableProfile, name: str) -> Any:
    return next(each for each in profile.columns if each.name == name)


def test_numbers_are_those_of_pandas(profile: TableProfile, many: pd.DataFrame) -> None:
    found = column(profile, "amount")
    assert (found.rows, found.nulls, found.not_finite) == (ROWS, 0, 0)
    assert (found.minimum, found.maximum) == (str(many.amount.min()), str(many.amount.max()))
    assert found.mean == pytest.approx(many.amount.mean(), rel=1e-12)
    assert found.standard_deviation == pytest.approx(many.amount.std(), rel=1e-9)
    assert found.distinct == pytest.approx(ROWS, rel=4 * found.distinct_error)


def test_drawn_quantiles_are_as_near_as_is_said(profile: TableProfile, many: pd.DataFrame) -> None:
    assert (profile.rows, profile.sampled) == (ROWS, 32_768)
    for name in ("amount", "paid"):
        spread = column(profile, name).distribution
        assert 0 < spread.rank_error < 0.01
        for quantile in spread.quantiles:
            value = float(quantile.value) if name == "amount" else pd.Timestamp(quantile.value)
            below, upto = (many[name] < value).mean(), (many[name] <= value).mean()
            assert below - spread.rank_error <= quantile.share <= upto + spread.rank_error
        assert sum(spread.histogram.counts) == profile.sampled


def test_few_values_are_counted_in_every_row(profile: TableProfile, many: pd.DataFrame) -> None:
    found = column(profile, "shop")
    wanted = many["shop"].value_counts()
    assert [(each.value, each.count) for each in found.distribution.top_values] == list(wanted.items())
    assert (found.distinct, found.distinct_error, found.distribution.rank_error) == (3, 0, 0)
    assert (found.lengths.minimum, found.lengths.maximum) == (4, 5)
    assert found.lengths.mean == pytest.approx(many["shop"].str.len().mean(), abs=0.01)


def test_shapes_and_distinct_texts(profile: TableProfile, many: pd.DataFrame) -> None:
    found = column(profile, "number")
    assert [each.value for each in found.distribution.patterns] == ["A99999"]
    assert found.distinct == pytest.approx(many["number"].nunique(), rel=4 * found.distinct_error)


def test_keys_are_proven_and_measures_are_none(profile: TableProfile) -> None:
    assert profile.candidate_keys == (("id",),)


def test_columns_that_go_together_come_first(profile: TableProfile, many: pd.DataFrame) -> None:
    first, second = profile.correlations[:2]
    assert (first.columns, first.pearson, first.spearman) == (("amount", "double_amount"), 1.0, 1.0)
    assert second.pearson == pytest.approx(many["id"].corr(many["amount"]), abs=0.02)


def test_values_that_look_personal_are_nowhere(profile: TableProfile) -> None:
    found = column(profile, "phone")
    assert (found.detected, found.distribution, found.minimum, found.examples) == ("phone", None, None, ())
    assert "+1 212" not in profile.to_json()


def test_every_type_with_all_that_is_odd(spark: Any) -> None:
    rows = [
        (1, 1.0, Decimal("1.50"), date(2013, 1, 1), datetime(2013, 1, 1, 5, tzinfo=UTC), True, "", [1, 2]),
        (1, math.nan, None, date(9999, 12, 31), datetime(2013, 1, 1, 6, tzinfo=UTC), False, "ä" * 300, [1, 2]),
        (2, -math.inf, Decimal("-2.25"), None, None, None, "ä" * 299 + "b", None),
        (None, -0.0, Decimal("1.50"), date(1, 1, 1), None, True, None, []),
        (2, 0.0, None, None, None, None, "12", None),
    ]
    found = {each.name: each for each in profile_table(spark.createDataFrame(rows, SCHEMA), name="odd").columns}
    assert {name: (each.nulls, each.distinct) for name, each in found.items()} == {
        "i": (1, 2), "x": (0, 4), "d": (2, 2), "day": (2, 3), "at": (3, 2), "yes": (2, 2), "code": (1, 4),
        "a.b": (2, 2),
    }  # fmt: skip
    assert (found["x"].not_finite, found["x"].mean, found["x"].minimum) == (2, pytest.approx(1 / 3), "0.0")
    assert (found["d"].minimum, found["d"].maximum, found["d"].mean) == ("-2.25", "1.50", 0.25)
    assert (found["day"].minimum, found["day"].maximum) == ("0001-01-01", "9999-12-31")
    assert (found["at"].minimum, found["at"].maximum) == ("2013-01-01 05:00:00", "2013-01-01 06:00:00")
    assert (found["code"].empty, found["code"].lengths.maximum) == (1, 300)
    assert found["yes"].distribution.top_values[0].model_dump() == {"value": "true", "count": 2}
    assert found["a.b"].distribution.top_values[0].value == "[1,2]"


def test_declared_personal_unreadable_and_pairs(spark: Any) -> None:
    rows = [(str(number // 5), number % 5, f"{number}" if number else "n/a", "kept secret") for number in range(25)]
    frame = spark.createDataFrame(rows, "one string, other int, amount string, note string")
    read_as = {"amount": "int"}
    found = profile_table(
        frame, name="few", classifications={"note": "personal"}, read_as=read_as, keys="pairs", with_correlations=True
    )
    amount = column(found, "amount")
    assert (amount.type, amount.unreadable, amount.nulls, amount.minimum) == ("int", 1, 1, "1")
    assert amount.distribution.rank_error == 0
    assert found.candidate_keys == (("one", "other"),)
    assert column(found, "one").inferred.type == "int"
    assert "secret" not in found.to_json()


def test_a_frame_without_rows_and_one_of_all_nulls(spark: Any) -> None:
    for rows, nulls in ((spark.range(0), 0), (spark.sql("SELECT cast(null AS bigint) AS id"), 1)):
        found = profile_table(rows, name="none", with_correlations=True)
        (only,) = found.columns
        assert (found.rows, only.nulls, only.distinct, only.minimum, only.distribution.histogram) == (
            nulls, nulls, 0, None, None,
        )  # fmt: skip
        assert found.candidate_keys == ()
