"""Quarantined rows under mended rules: who passes is published once and known for what it is, the others wait on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from groundwork.spec.gate import Gate
from groundwork.spec.run import FrozenRun
from sandbox.settings import REPOSITORY
from spark_jobs import refine, storage
from spark_jobs.errors import JobError
from spark_jobs.iceberg import RUN_PREFIX, Table
from tests.spark.products import Product

GUIDE = REPOSITORY / "docs" / "rules" / "quarantine.md"
SMALL = {"name": "small", "kind": "require", "predicate": "id < 5"}
NAMED = {"name": "named", "kind": "require", "predicate": "name <> ''"}
NO_D = {"name": "no_d", "kind": "require", "predicate": "name <> 'd'", "otherwise": "drop"}
ROWS = "id,name\n1,a\n6,b\n7,\n2,\n8,d\nx,e\n1,f\n"


def states(p: Product) -> dict[int, tuple[str, list[str]]]:
    """Record number → state and reasons."""
    rows = p.spark.table(p.name("quarantine")).collect()
    return {row["_source_row"]: (row["_state"], [item["rule"] for item in row["violations"]]) for row in rows}


def parts(counts: Any) -> tuple[int, ...]:
    return (counts.raw, counts.published, counts.quarantined, counts.dropped)


def test_rows_that_pass_now_are_published_and_the_others_get_their_reasons_of_now(product: Any) -> None:
    p = product("id* int", "name string", rules=[SMALL, NAMED])
    batch = p.land(ROWS)
    first = p.refine(batch)
    assert parts(first.counts) == (7, 1, 6, 0)
    p.rules = [{**SMALL, "predicate": "id < 9"}, NAMED, NO_D]
    p.refine(p.land("id,name\n6,later\n7,last\n"))
    run = p.run(batch, quarantined_rules=("small",), requested_by="ada", reason="nine is the new limit")
    (report,) = p.do(run, "refine")
    # 6 was published by a later batch meanwhile, 7 has no name, 8 is dropped by a new rule, x is no number; 2 and the
    # second 1 did not break what is taken up
    assert (report.outcome, parts(report.replayed)) == ("published", (4, 0, 3, 1))
    assert parts(report.counts) == (7, 1, 5, 1)
    assert states(p) == {
        2: ("quarantined", ["primary_key"]),
        3: ("quarantined", ["named"]),
        4: ("quarantined", ["named"]),
        5: ("dropped", ["small"]),
        6: ("quarantined", ["readable_id", "small"]),
        7: ("quarantined", ["primary_key"]),
    }
    p.rules = [{**SMALL, "predicate": "id < 9"}]
    every = p.run(batch, quarantined_rules=(), requested_by="ada")
    (again,) = p.do(every, "refine")
    assert (parts(again.replayed), parts(again.counts)) == ((5, 1, 4, 0), (7, 2, 4, 1))
    traced = p.spark.table(p.name("refined")).where("_replay_id is not null").collect()
    found = [tuple(row[name] for name in ("id", "_batch_id", "_source_row", "_replay_id")) for row in traced]
    assert found == [(2, batch.batch_id, 4, every.replay_id)]
    marked = p.spark.table(p.name("quarantine")).where("_source_row = 4").collect()[0]
    assert (marked["_state"], marked["_replay_id"], marked["_replayed_by"]) == ("published", every.replay_id, "ada")
    # The guide's own question: what waits, by reason.
    (asked,) = re.findall(r"```sql\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    told = p.spark.sql(
        asked.replace("lake.sandbox_airline_operations_quarantine.flights", p.name("quarantine"))
    ).collect()
    assert {row["rule"]: row["rows"] for row in told} == {"primary_key": 3, "readable_id": 1, "small": 1}


def test_what_is_replayed_twice_changes_nothing(product: Any) -> None:
    p = product("id int", "name string", rules=[SMALL])
    batch = p.land("id,name\n1,a\n6,b\n6,b\n99,c\n")
    p.refine(batch)
    p.rules = [{**SMALL, "predicate": "id < 9"}]
    run = p.run(batch, quarantined_rules=())
    assert parts(p.do(run, "refine")[0].counts) == (4, 3, 1, 0)
    head = Table(p.spark, p.name("refined")).head()
    assert p.do(run, "refine")[0].outcome == "already_published"
    (again,) = p.do(p.run(batch, quarantined_rules=()), "refine")
    assert (again.outcome, again.snapshot_id, parts(again.replayed)) == ("unchanged", None, (1, 0, 1, 0))
    assert again.decision.reasons == ("no quarantined row passes the rules of now",)
    assert Table(p.spark, p.name("refined")).head() == head
    assert sorted(p.rows()) == [(1, "a"), (6, "b"), (6, "b")]


def test_the_gate_holds_the_batch_as_it_would_be(product: Any) -> None:
    p = product("id int", "name string", rules=[SMALL])
    batch = p.land("id,name\n1,a\n6,b\n7,c\n8,d\n")
    p.refine(batch)
    p.rules, p.gate = [{**SMALL, "predicate": "id < 7"}], Gate(maximum_quarantined=0.25)
    (blocked,) = p.do(p.run(batch, quarantined_rules=()), "refine")
    assert (blocked.outcome, p.rows()) == ("blocked", [(1, "a")])
    assert blocked.decision.reasons[0] == "2 of 4 rows (50.00%) are quarantined, at most 25.00% may be"
    assert {state for state, _ in states(p).values()} == {"quarantined"}
    p.rules = [{**SMALL, "predicate": "id < 8"}]
    assert p.do(p.run(batch, quarantined_rules=()), "refine")[0].outcome == "published"
    # refined anew as a whole it is one batch again, without a trace of its replay
    p.rules = [SMALL]
    p.gate = Gate(maximum_quarantined=1)
    assert parts(p.refine(batch, replay=True).counts) == (4, 1, 3, 0)
    assert (p.rows(), {state for state, _ in states(p).values()}) == ([(1, "a")], {"quarantined"})


def test_a_person_publishes_a_blocked_replay_as_it_was_judged(product: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    p = product("id* int", "name string", rules=[SMALL])
    batch = p.land("id,name\n1,a\n6,b\n7,c\n8,d\n")
    first = p.refine(batch)
    p.rules, p.gate = [{**SMALL, "predicate": "id <> 7"}, NO_D], Gate(maximum_quarantined=0.2)
    replay = p.run(batch, quarantined_rules=(), requested_by="ada")
    (blocked,) = p.do(replay, "refine")
    assert (blocked.outcome, parts(blocked.replayed), parts(blocked.counts)) == ("blocked", (3, 1, 1, 1), (4, 2, 1, 1))
    assert blocked.decision.reasons == ("1 of 4 rows (25.00%) are quarantined, at most 20.00% may be",)

    def overriding(number: int) -> FrozenRun:
        asked = {"requested_by": "grace", "reason": "seven is a test", "prefix": f"{replay.prefix}{number}/"}
        return replay.model_copy(update={**asked, "blocked_replay": replay.prefix})

    def stands(report: Any) -> None:
        assert (report.stage, parts(report.replayed), parts(report.counts)) == ("publish", (3, 1, 1, 1), (4, 2, 1, 1))
        assert sorted(p.rows()) == [(1, "a"), (6, "b")]
        marked = ("_source_row", "_state", "_replay_id", "_replayed_by")
        rows = p.spark.table(p.name("quarantine")).orderBy("_source_row").select(*marked).collect()
        settled = (replay.replay_id, "grace")
        assert [tuple(row) for row in rows] == [
            (2, "published", *settled),
            (3, "quarantined", None, None),
            (4, "dropped", *settled),
        ]

    (overridden,) = p.do(overriding(1), "publish")
    stands(overridden)
    head = Table(p.spark, p.name("refined")).head()
    # It is the audited branch itself, and the report says what the gate had said.
    assert head is not None
    assert head.summary[RUN_PREFIX] == replay.prefix
    assert (overridden.outcome, overridden.decision) == ("published", blocked.decision)
    said = storage.read(overridden.artefacts["page"]).decode()
    assert "grace published it although the gate had blocked it:</strong> seven is a test" in said
    # Taken back, its rows wait again; the branch is gone now, so the rows are taken up anew.
    (undone,) = p.do(p.run(batch, takes_back=overridden.snapshot_id), "undo")
    assert (undone.earlier_snapshot_id, p.rows()) == (first.snapshot_id, [(1, "a")])
    assert {state for state, _ in states(p).values()} == {"quarantined"}
    with monkeypatch.context() as patched:
        patched.setattr(refine, "settle", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            p.do(overriding(2), "publish")
    (again,) = p.do(overriding(2), "publish")
    assert again.outcome == "already_published"
    stands(again)


def test_a_replay_taken_back_lets_its_rows_wait_again(product: Any) -> None:
    p = product("id int", "name string", rules=[SMALL])
    batch = p.land("id,name\n1,a\n6,b\n99,c\n")
    first = p.refine(batch)
    p.rules = [{**SMALL, "predicate": "id < 9"}]
    (replayed,) = p.do(p.run(batch, quarantined_rules=()), "refine")
    run = p.run(batch, takes_back=replayed.snapshot_id)
    for outcome in ("undone", "already_undone"):
        (report,) = p.do(run, "undo")
        assert (report.outcome, report.earlier_snapshot_id) == (outcome, first.snapshot_id)
        assert (p.rows(), states(p)) == ([(1, "a")], {2: ("quarantined", ["small"]), 3: ("quarantined", ["small"])})
    assert parts(p.do(p.run(batch, quarantined_rules=()), "refine")[0].counts) == (3, 2, 1, 0)


def test_rows_of_a_batch_that_is_not_in_the_table_are_not_replayed(product: Any) -> None:
    p = product("id int", "name string", rules=[SMALL], gate=Gate(maximum_quarantined=0), load_mode="full")
    blocked = p.land("id,name\n1,a\n6,b\n")
    p.refine(blocked)
    with pytest.raises(JobError, match="is not published: take it up again whole, by refine_data with replay"):
        p.do(p.run(blocked, quarantined_rules=()), "refine")
    p.gate = Gate(maximum_quarantined=1)
    replaced, later = p.land("id,name\n2,a\n6,b\n"), p.land("id,name\n3,c\n")
    p.refine(replaced)
    p.refine(later)
    p.rules = []
    (report,) = p.do(p.run(replaced, quarantined_rules=()), "refine")
    assert report.decision.reasons == (f"batch {later.batch_id} has replaced the batch",)
    assert (report.outcome, p.rows()) == ("unchanged", [(3, "c")])
