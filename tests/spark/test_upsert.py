"""Upserts: the newest row of every key stands, whatever the order in which rows come; deletes; every version kept."""

from __future__ import annotations

import random
from contextlib import nullcontext
from datetime import datetime
from typing import Any

import pytest

from groundwork.spec.contract import DeleteFlag
from spark_jobs import candidate
from tests.spark.products import Product, columns

FLAG = DeleteFlag(column="op", values=("D",))
FIELDS = ("id int", "name string", "at timestamp", "op string")
HEADER = "id,name,at,op\n"


def at(hour: int) -> datetime:
    return datetime(2024, 5, 1, hour)  # noqa: DTZ001 - as Spark gives UTC


def line(key: int, name: str, hour: int, op: str = "U") -> str:
    return f"{key},{name},2024-05-01 {hour:02}:00:00,{op}\n"


def customers(spark: Any, name: str, **more: Any) -> Product:
    table = columns("id* int", "name! string", "at! timestamp")
    return Product(spark, name, table, columns(*FIELDS), load_mode="upsert", event_time="at", **more)


def state(p: Product) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in p.spark.table(p.name("refined")).select("id", "name", "at").collect())


def parts(report: Any) -> tuple[int, ...]:
    counts = report.counts
    return (counts.raw, counts.published, counts.superseded, counts.quarantined, counts.dropped)


def test_newer_rows_replace_older_ones_and_late_ones_replace_nothing(spark: Any) -> None:
    p = customers(spark, "upserted", delete_flag=FLAG)
    first = p.refine(p.land(HEADER + line(1, "a", 5) + line(2, "b", 5) + line(1, "a2", 7) + line(3, "c", 5)))
    assert parts(first) == (4, 3, 1, 0, 0)
    assert state(p) == [(1, "a2", at(7)), (2, "b", at(5)), (3, "c", at(5))]
    # 1 comes late; 2 is newer; 3 is deleted and has nothing but its key; 4 has no name; of 5 the last line wins
    second = HEADER + line(1, "late", 6) + line(2, "b2", 9) + line(3, "", 8, "D") + line(4, "", 8)
    report = p.refine(p.land(second.replace(",,", ",NA,") + line(5, "e", 8) + line(5, "e2", 8)))
    assert parts(report) == (6, 4, 2, 0, 0)
    assert (report.total_rows, report.outcome) == (4, "published")
    assert state(p) == [(1, "a2", at(7)), (2, "b2", at(9)), (4, "NA", at(8)), (5, "e2", at(8))]
    # what was deleted at eight does not come back by a row of seven, but by one of nine; a later batch of the same
    # event time wins
    p.refine(p.land(HEADER + line(3, "gone", 7) + line(5, "e3", 8)))
    assert state(p)[-1] == (5, "e3", at(8))
    assert len(state(p)) == 4
    p.refine(p.land(HEADER + line(3, "back", 9)))
    assert (3, "back", at(9)) in state(p)


def test_a_row_that_deletes_needs_no_more_than_its_key_and_time(spark: Any) -> None:
    clean = {"name": "clean", "kind": "standardise", "columns": ["name", "at"], "nullTokens": [""]}
    p = customers(spark, "bare_deletes", delete_flag=FLAG, rules=[clean])
    p.refine(p.land(HEADER + line(1, "a", 5) + line(2, "b", 5)))
    report = p.refine(p.land(HEADER + line(1, "", 6, "D") + line(2, "", 6, "U") + "2,,,D\n"))
    assert parts(report) == (3, 1, 0, 2, 0)
    assert p.broken() == [(2, ["required_name"]), (3, ["required_at"])]
    assert state(p) == [(2, "b", at(5))]


def test_an_undone_delete_deletes_nothing_any_more(spark: Any) -> None:
    p = customers(spark, "undone_delete", delete_flag=FLAG)
    p.refine(p.land(HEADER + line(1, "a", 5)))
    delete = p.land(HEADER + line(1, "", 9, "D") + line(2, "", 9, "D"))
    p.refine(delete)
    assert state(p) == []
    assert p.do(p.run(delete), "undo")[0].outcome == "undone"
    p.refine(p.land(HEADER + line(1, "late", 4) + line(2, "b", 6)))
    assert state(p) == [(1, "a", at(5)), (2, "b", at(6))]
    # published again it counts again, also for what came meanwhile
    assert parts(p.refine(delete)) == (2, 2, 0, 0, 0)
    assert state(p) == []


def test_a_batch_that_took_two_commits_is_undone_whole(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Iceberg before 1.11, which Spark 4.0 has, cannot say of a merge whose it is: an empty commit says so after it."""
    monkeypatch.setattr(candidate, "snapshot_properties", lambda *_: nullcontext())
    p = customers(spark, "two_commits")
    first = p.refine(p.land(HEADER + line(1, "a", 5)))
    batch = p.land(HEADER + line(1, "a2", 6) + line(2, "b", 6))
    report = p.refine(batch)
    assert (report.counts.published, report.total_rows, report.previous_snapshot_id) == (2, 2, first.snapshot_id)
    (undone,) = p.do(p.run(batch), "undo")
    assert (undone.outcome, undone.snapshot_id) == ("undone", first.snapshot_id)
    assert state(p) == [(1, "a", at(5))]


def test_a_replay_replaces_what_the_batch_left(spark: Any) -> None:
    p = customers(spark, "replayed_upsert", delete_flag=FLAG)
    batch = p.land(HEADER + line(1, "a", 5) + line(2, "b", 5) + line(3, "", 5, "D"))
    p.refine(batch)
    p.refine(p.land(HEADER + line(1, "a2", 6) + line(3, "late", 4)))
    p.rules = [{"name": "no_b", "kind": "require", "predicate": "name <> 'b'", "nullPasses": True}]
    report = p.refine(batch, replay=True)
    assert parts(report) == (3, 1, 1, 1, 0)
    assert state(p) == [(1, "a2", at(6))]


def test_a_batch_that_changes_nothing_is_published_all_the_same(spark: Any) -> None:
    p = customers(spark, "stale_upsert")
    p.refine(p.land(HEADER + line(1, "a", 5)))
    late = p.land(HEADER + line(1, "late", 4))
    report = p.refine(late)
    assert (parts(report), report.outcome, state(p)) == ((1, 0, 1, 0, 0), "published", [(1, "a", at(5))])
    assert p.refine(late).outcome == "already_published"


def versions(p: Product) -> list[tuple[Any, ...]]:
    columns_ = ("id", "name", "valid_from", "valid_to", "is_current")
    rows = p.spark.table(p.name("refined")).select(*columns_).collect()
    return sorted(tuple(row) for row in rows)


def test_history_keeps_every_version_and_a_late_one_at_its_place(spark: Any) -> None:
    p = customers(spark, "versions", delete_flag=FLAG, history="scd2")
    p.refine(p.land(HEADER + line(1, "a", 5) + line(2, "b", 5)))
    p.refine(p.land(HEADER + line(1, "c", 9) + line(2, "", 8, "D")))
    report = p.refine(p.land(HEADER + line(1, "b", 7) + line(2, "late", 6) + line(3, "", 4, "D")))
    assert parts(report) == (3, 3, 0, 0, 0)
    expected = [
        (1, "a", at(5), at(7), False),
        (1, "b", at(7), at(9), False),
        (1, "c", at(9), None, True),
        (2, "b", at(5), at(6), False),
        (2, "late", at(6), at(8), False),
    ]
    assert versions(p) == expected
    # of the same moment the later batch counts; what was deleted before it came is closed at once
    again = p.land(HEADER + line(1, "b2", 7) + line(3, "d", 3))
    p.refine(again)
    corrected = [*expected[:1], (1, "b2", at(7), at(9), False), *expected[2:], (3, "d", at(3), at(4), False)]
    assert versions(p) == corrected
    p.rules = [{"name": "no_b2", "kind": "require", "predicate": "name <> 'b2'", "nullPasses": True}]
    assert parts(p.refine(again, replay=True)) == (2, 1, 0, 1, 0)
    # without it the version before is valid until the next; the one it stood for is not known any more
    without = [(1, "a", at(5), at(9), False), *expected[2:], (3, "d", at(3), at(4), False)]
    assert versions(p) == without


Row = tuple[int, str, int, bool]


def newest(batches: list[list[Row]]) -> list[tuple[Any, ...]]:
    """By hand: of every key the last row by time, batch and line, unless that deletes."""
    best: dict[int, tuple[Any, ...]] = {}
    for number, batch in enumerate(batches):
        for place, (key, name, hour, deletes) in enumerate(batch):
            best[key] = max(best.get(key, (-1,)), (hour, number, place, name, deletes))
    return sorted((key, row[3], at(row[0])) for key, row in best.items() if not row[4])


def all_versions(batches: list[list[Row]]) -> list[tuple[Any, ...]]:
    """By hand: of every key and time the last row, valid until the next."""
    last: dict[tuple[int, int], tuple[Any, ...]] = {}
    for number, batch in enumerate(batches):
        for place, (key, name, hour, deletes) in enumerate(batch):
            last[key, hour] = (number, place, name, deletes)
    found = []
    for (key, hour), (*_, name, deletes) in last.items():
        later = [other for same, other in last if same == key and other > hour]
        if not deletes:
            found.append((key, name, at(hour), at(min(later)) if later else None, not later))
    return sorted(found)


@pytest.mark.parametrize("history", [None, "scd2"])
def test_what_stands_is_what_all_rows_say_together(spark: Any, history: str | None) -> None:
    """Three batches in any order of time, with twenty keys, ties, deletes of what is there and of what comes later."""
    dice = random.Random(20130101)
    batches = [
        [(dice.randint(1, 20), dice.choice("abc"), dice.randint(0, 9), dice.random() < 0.3) for _ in range(120)]
        for _ in range(3)
    ]
    p = customers(spark, f"any_order_{history or 'newest'}", delete_flag=FLAG, history=history)
    for batch in batches:
        text = "".join(line(key, name, hour, "D" if deletes else "U") for key, name, hour, deletes in batch)
        report = p.refine(p.land(HEADER + text))
        counts = report.counts
        assert (counts.raw, counts.published + counts.superseded) == (120, 120)
    expected = all_versions(batches) if history else newest(batches)
    assert len(expected) > 10
    assert (versions(p) if history else state(p)) == expected
