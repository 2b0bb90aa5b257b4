"""Look-ups in another product, at one snapshot."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from groundwork.spec.run import LookUpPin
from spark_jobs.errors import JobError


@pytest.fixture(scope="module")
def carriers(spark: Any) -> LookUpPin:
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.looked_up")
    spark.sql("CREATE TABLE lake.looked_up.carriers (code string, name string, country string) USING iceberg")
    spark.sql(
        "INSERT INTO lake.looked_up.carriers VALUES ('AA','American','US'), ('LH','Lufthansa','DE'), (null,'?','?')"
    )
    first = spark.sql("SELECT snapshot_id FROM lake.looked_up.carriers.snapshots").first()[0]
    spark.sql("INSERT INTO lake.looked_up.carriers VALUES ('BA', 'British', 'UK'), ('AA', 'Again', 'US')")
    return LookUpPin(product="carriers", table="lake.looked_up.carriers", snapshot_id=first)


def looking_up(product: Any, carriers: LookUpPin, **rule: Any) -> Any:
    content = {"name": "known", "kind": "enrich", "product": "carriers", "match": {"c": "code"}, "take": {"n": "name"}}
    return product("c string", "n string", fields=("c string",), rules=[content | rule], look_ups=(carriers,))


def test_a_match_is_taken_from_the_pinned_version(product: Any, carriers: LookUpPin) -> None:
    p = looking_up(product, carriers)
    assert p.judge(("AA",), ("LH",)) == p.judge(("AA",), ("LH",))
    assert p.made("n", ("AA",), ("LH",)) == ["American", "Lufthansa"]
    assert p.breaks(("BA",)) == [["known"]]


def test_a_null_matches_nothing(product: Any, carriers: LookUpPin) -> None:
    assert looking_up(product, carriers).breaks((None,)) == [["known"]]


def test_keep_publishes_without_a_match(product: Any, carriers: LookUpPin) -> None:
    p = looking_up(product, carriers, missing="keep")
    assert [(broken, row["n"]) for broken, row in p.judge(("XX",), ("LH",))] == [([], None), ([], "Lufthansa")]


def test_a_taken_column_can_replace_the_one_it_is_found_by(product: Any, carriers: LookUpPin) -> None:
    p = looking_up(product, carriers, take={"c": "name", "n": "country"})
    assert [(row["c"], row["n"]) for _, row in p.judge(("AA",))] == [("American", "US")]


def test_an_ambiguous_look_up_is_refused(product: Any, carriers: LookUpPin) -> None:
    later = carriers.model_copy(update={"snapshot_id": _newest(product("x int").spark)})
    p = looking_up(product, later)
    with pytest.raises(
        JobError, match=r"rule 'known': code is not unique in 'carriers' \(code='AA' stands there 2 times"
    ):
        p.judge(("AA",))


def _newest(spark: Any) -> int:
    rows = spark.sql("SELECT snapshot_id FROM lake.looked_up.carriers.snapshots ORDER BY committed_at DESC")
    return int(rows.first()[0])


def test_a_product_that_is_not_pinned_and_a_version_that_is_gone(product: Any, carriers: LookUpPin) -> None:
    gone = carriers.model_copy(update={"snapshot_id": 1})
    with pytest.raises(JobError, match=r"snapshot 1 of lake\.looked_up\.carriers is gone"):
        looking_up(product, gone).judge(("AA",))
    other = carriers.model_copy(update={"product": "planes"})
    with pytest.raises(JobError, match="looks up 'carriers', which the run does not pin"):
        looking_up(product, other).judge(("AA",))


def test_a_default_stands_where_there_is_no_match(product: Any, carriers: LookUpPin) -> None:
    p = looking_up(product, carriers, missing="default", take={"n": "name", "k": "country"}, defaults={"n": "unknown"})
    assert [(broken, row["n"]) for broken, row in p.judge(("XX",), ("LH",), (None,))] == [
        ([], "unknown"),
        ([], "Lufthansa"),
        ([], "unknown"),
    ]


def test_a_product_that_was_published_too_long_ago_is_refused(product: Any, carriers: LookUpPin) -> None:
    """The tests' runs are planned in 2013, long before; so two hours after the snapshot is given as that moment."""
    p = looking_up(product, carriers, maximumAgeHours=1)
    rows = p.spark.sql("SELECT committed_at FROM lake.looked_up.carriers.snapshots ORDER BY committed_at")
    committed_at = rows.first()[0].replace(tzinfo=UTC)
    batch = p.land("c\nAA\n")
    p.do(p.run(batch), "acquire")
    assert p.do(p.run(batch, frozen_at=committed_at + timedelta(minutes=59)), "refine")[0].counts.published == 1
    stale = p.run(batch, frozen_at=committed_at + timedelta(hours=2), replay=True)
    with pytest.raises(JobError, match=r"'carriers', which was last published 2\.0 hours before this run"):
        p.do(stale, "refine")


def test_a_table_that_has_vanished_is_told(product: Any, carriers: LookUpPin) -> None:
    vanished = carriers.model_copy(update={"table": "lake.looked_up.vanished"})
    with pytest.raises(JobError, match=r"its table lake\.looked_up\.vanished is gone: publish that product again"):
        looking_up(product, vanished).judge(("AA",))
