"""Feature rows are published whole or not at all, once, and hold nothing that was known later."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest

from spark_jobs import model_publication, storage
from spark_jobs.errors import JobError
from spark_jobs.features import build, history
from spark_jobs.iceberg import FENCING_TOKEN, Table
from tests.spark.models import AS_OF, FEATURES, ONE, TWO, Visits, at, reading, visit


@pytest.fixture
def visits(spark: Any, request: pytest.FixtureRequest) -> Callable[..., Visits]:
    """Makes a model named after the test."""
    stem = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:10]
    return lambda **options: Visits(spark, stem, **options)


SMALL = {**FEATURES, "own": FEATURES["own"][:1], "history": [{**FEATURES["history"][0], "days": [1]}]}


def branches(v: Visits) -> set[str]:
    return {row["name"] for row in v.spark.table(f"{v.table}.refs").collect()}


def test_a_row_sees_what_was_known_and_nothing_else(visits: Any) -> None:
    v = visits(features={**FEATURES, "asOf": [AS_OF]})
    v.visits(
        visit(1, 0, 10, spent=20, weight=1.5),
        visit(2, 12, 20, spent=5),
        visit(3, 30, 40, spent=11, weight=2.5, happy=None),
        visit(4, 34, 35, spent=100, shop="b"),
        visit(5, 34, 99, clerk=None, shop=None, happy=False),
    )
    v.readings(
        reading("a", 1.0, 28, 29),
        reading("a", 2.0, 27, 29.5),  # known later, but about an older hour
        reading("a", 3.0, 31, 31.5),  # not known yet
        reading("b", 4.0, 20, 28),  # known exactly six hours before: too old
        reading(None, 5.0, 33, 33.5),
    )
    report = v.build()
    rows = v.rows()
    assert (report.outcome, report.rows, report.unlabelled, report.total_rows) == ("published", 5, 1, 5)
    assert (report.audited_rows, report.audited_differences) == (5, 0)
    names = ["shop_spent_1d", "shop_count_1d", "shop_spent_3d", "shop_count_3d", "clerk_weight_2d", "clerk_rich_2d"]
    assert {key: [row[name] for name in names] for key, row in rows.items()} == {
        1: [None, 0.0, None, 0.0, None, None],
        2: [20.0, 1.0, 20.0, 1.0, 1.5, 1.0],
        3: [12.5, 2.0, 12.5, 2.0, 1.5, 0.5],
        4: [None, 0.0, None, 0.0, None, None],
        5: [None, None, None, None, None, None],
    }
    assert {key: row["degrees"] for key, row in rows.items()} == {1: None, 2: None, 3: 1.0, 4: None, 5: None}
    assert [rows[3][name] for name in ("shop", "hour_of_day", "pleased")] == ["a", 6.0, None]
    times = {name: rows[3][name].astimezone(UTC) for name in ("prediction_time", "label_known_at", "known_at")}
    assert times == {"prediction_time": at(30), "label_known_at": at(40), "known_at": at(30)}
    assert v.spark.table(v.table).columns == [
        *("id", "prediction_time", "pleased", "label_known_at", "shop", "hour_of_day"),
        *(*names, "degrees", "event_time", "known_at", "_batch_id"),
    ]
    profile = {each.name: each for each in report.profile}
    assert (profile["shop"].nulls, profile["shop"].distinct, profile["shop"].maximum) == (1, 2, "b")
    assert (profile["shop_count_1d"].mean, profile["shop_count_1d"].maximum) == (0.75, "2.0")


def test_a_window_begins_after_its_days_and_ends_with_the_prediction(visits: Any) -> None:
    v = visits()
    v.visits(
        visit(1, -1, 0, spent=1),
        visit(2, -1, 6, spent=3),
        visit(3, -1, 24, spent=8),
        visit(4, 24, 25),
        visit(5, 23, 26),
    )
    v.build()
    # of row 4 the first was known 24 hours before to the microsecond, the third at the very moment
    assert (v.rows()[4]["shop_spent_1d"], v.rows()[4]["shop_count_1d"]) == (5.5, 2.0)
    assert (v.rows()[5]["shop_spent_1d"], v.rows()[5]["shop_count_1d"]) == (2.0, 2.0)


def test_history_is_of_all_batches_and_rows_of_the_runs_own(visits: Any) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1, spent=20), visit(2, 2, 3, spent=30, batch=TWO), visit(3, 4, 5, batch=TWO))
    report = v.build(TWO)
    assert {key: row["shop_spent_1d"] for key, row in v.rows().items()} == {2: 20.0, 3: 25.0}
    assert (report.rows, report.total_rows) == (2, 2)
    later = v.build(ONE)
    assert (later.rows, later.total_rows, sorted(v.rows())) == (1, 3, [1, 2, 3])


def test_several_batches_are_published_together(visits: Any) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1), visit(2, 2, 3, batch=TWO))
    report = v.build(ONE, TWO)
    head = Table(v.spark, v.table).head()
    assert (report.rows, report.snapshot_id, head.summary["groundwork.batch-id"]) == (
        2,
        head.snapshot_id,
        f"{ONE},{TWO}",
    )
    assert head.count(FENCING_TOKEN) == 1
    assert {row["_batch_id"] for row in v.rows().values()} == {ONE, TWO}


def test_a_repeated_build_finds_itself_published_and_another_one_replaces_it(visits: Any) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1, spent=4), visit(2, 2, 3))
    first = v.build()
    again = v.build()
    assert (again.outcome, again.snapshot_id) == ("already_published", first.snapshot_id)
    assert (again.rows, again.audited_rows, again.profile) == (2, 2, first.profile)
    v.visits(visit(1, 0, 1, spent=6), visit(2, 2, 3))
    other = v.build()
    assert (other.outcome, other.total_rows, v.rows()[2]["shop_spent_1d"]) == ("published", 2, 6.0)


def test_a_feature_that_is_added_is_null_until_its_batch_is_built_again(visits: Any) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1), visit(2, 2, 3, batch=TWO))
    v.build(ONE)
    v.features = {**SMALL, "own": [*FEATURES["own"], {"name": "minute_of_hour", "expression": "minute(opened)"}]}
    v.build(TWO)
    assert {key: row["minute_of_hour"] for key, row in v.rows().items()} == {1: None, 2: 0.0}
    assert v.build(ONE).outcome == "published"
    assert {key: row["minute_of_hour"] for key, row in v.rows().items()} == {1: 0.0, 2: 0.0}


def test_keys_that_stand_twice_and_outcomes_known_before_block(visits: Any) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1), visit(1, 3, 4), visit(2, 5, 5))
    report = v.build()
    assert (report.outcome, report.snapshot_id) == ("blocked", None)
    assert report.decision.reasons[:2] == (
        "1 keys stand more than once",
        "1 rows have an outcome that was known when it would be predicted",
    )
    assert v.spark.table(v.table).count() == 0
    assert len(branches(v)) == 2


def test_a_batch_without_rows_is_blocked(visits: Any) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1))
    assert v.build(TWO).decision.reasons == ("the product has no rows of these batches",)


@pytest.mark.parametrize("leak", ["history", "asOf"])
def test_a_plan_that_looks_ahead_is_caught_before_it_is_published(
    visits: Any, monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    from spark_jobs.features import as_of

    v = visits(features={**FEATURES, "asOf": [AS_OF]})
    v.visits(visit(1, 0, 1, spent=4), visit(2, 2, 4, spent=8), visit(3, 3, 5))
    v.readings(reading("a", 7.0, 2, 2.5))
    module = {"history": history, "asOf": as_of}[leak]
    exact = module.window

    def ahead(groups: Any, start: Any, end: int) -> Any:
        return exact(groups, start, end + 3_600_000_000 if end == 0 else end)

    monkeypatch.setattr(module, "window", ahead)
    report = v.build()
    assert report.outcome == "blocked"
    assert v.spark.table(v.table).count() == 0
    told = {"history": "shop_spent_1d of id=1 is 4.0", "asOf": "degrees of id=2 is 7.0"}
    reason = f"not computed from what was known: {told[leak]} in the table and None by what was known"
    assert reason in report.decision.reasons
    assert report.audited_differences >= 1


@pytest.mark.parametrize("step", ["_write", "commit", "audit", "drop_branch"])
def test_a_crash_at_any_step_and_a_retry_publish_once(visits: Any, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1), visit(2, 2, 3))
    run = v.run()
    owner: Any = {"audit": build, "drop_branch": Table}.get(step, model_publication.Publication)
    name = "audit_features" if step == "audit" else step
    done = getattr(owner, name)
    calls = []

    def crash(*arguments: Any) -> Any:
        calls.append(step)
        # the branch is dropped before it is made and again after the commit
        if step == "drop_branch" and len(calls) == 1:
            return done(*arguments)
        if step in ("_write", "audit"):
            done(*arguments)
        raise KeyboardInterrupt(step)

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, crash)
        with pytest.raises(KeyboardInterrupt):
            v.do(run, "build_features")
    report = v.do(run, "build_features")
    assert report.outcome == ("already_published" if step == "drop_branch" else "published")
    assert (sorted(v.rows()), branches(v), report.rows) == ([1, 2], {"main"}, 2)
    assert v.do(run, "build_features").outcome == "already_published"


def test_a_superseded_run_publishes_nothing(visits: Any) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1), visit(2, 2, 3, batch=TWO))
    v.build(ONE, fencing_token=7)
    with pytest.raises(JobError, match="fencing token 7, this run holds 6: a newer run has taken over"):
        v.build(TWO, fencing_token=6)
    assert sorted(v.rows()) == [1]


def test_rows_are_written_anew_when_main_moves_meanwhile(visits: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1), visit(2, 2, 3, batch=TWO))
    audit = build.audit_features
    other = v.run(TWO)

    def interrupted(*arguments: Any) -> Any:
        monkeypatch.setattr(build, "audit_features", audit)
        v.do(other, "build_features")
        return audit(*arguments)

    monkeypatch.setattr(build, "audit_features", interrupted)
    assert v.build(ONE).outcome == "published"
    assert (sorted(v.rows()), branches(v)) == ([1, 2], {"main"})


def test_a_snapshot_that_is_gone_is_an_error(visits: Any) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1))
    v.pins["visits"] = v.pins["visits"].model_copy(update={"snapshot_id": 5})
    with pytest.raises(JobError, match=r"snapshot 5 of lake\.sandbox_tests_refined\.visits_\w+ is gone"):
        v.build()
    v.pins.clear()
    with pytest.raises(JobError, match="the run does not pin 'visits': plan it again"):
        v.build()


def test_the_report_says_where_its_evidence_is(visits: Any) -> None:
    v = visits(features=SMALL)
    v.visits(visit(1, 0, 1))
    run = v.run()
    report = v.do(run, "build_features")
    text = storage.read(report.artefacts["contract"]).decode()
    assert report.artefacts["contract"] == run.artefact_uri("build_features", "contract.yaml")
    assert "shop_spent_1d" in text
