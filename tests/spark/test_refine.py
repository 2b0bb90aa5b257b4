"""A batch is published whole or not at all, once, and every row is somewhere."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from groundwork.spec import names
from groundwork.spec.expectation import Expectation
from groundwork.spec.gate import Gate
from spark_jobs import candidate, refine, storage
from spark_jobs.errors import JobError
from spark_jobs.iceberg import RULESET_DIGEST, Table
from tests.spark.products import Product

POSITIVE = {"name": "positive", "kind": "require", "predicate": "id > 0"}
NO_SIZE = [
    {"name": f"no_{column}", "kind": "augment", "column": column, "expression": f"cast(null as {type_})"}
    for column, type_ in (("size", "int"), ("name", "string"))
]
NO_B = {"name": "no_b", "kind": "require", "predicate": "name <> 'b'", "otherwise": "drop"}


def branches(p: Product) -> set[str]:
    return {row["name"] for row in p.spark.table(f"{p.name('refined')}.refs").collect()}


def test_rows_go_where_the_rules_say_and_add_up(product: Any) -> None:
    warn = {"name": "short", "kind": "require", "predicate": "length(name) < 3", "otherwise": "warn"}
    p = product("id* bigint", "name string", rules=[POSITIVE, NO_B, warn])
    batch = p.land("id,name\n1,a\n2,b\n-3,b\nx,d\n1,e\n5,long\n")
    report = p.refine(batch)
    assert p.rows() == [(1, "a"), (5, "long")]
    # a row that is to be dropped and to be looked at is looked at
    assert p.broken() == [(3, ["positive", "no_b"]), (4, ["readable_id", "positive"]), (5, ["primary_key"])]
    counts = report.counts
    assert (counts.raw, counts.published, counts.quarantined, counts.dropped) == (6, 2, 3, 1)
    assert {rule.rule: rule.violations for rule in report.rules if rule.violations} == {
        "readable_id": 1,
        "positive": 2,
        "no_b": 2,
        "short": 1,
        "primary_key": 1,
    }
    assert report.quarantine_reasons == {"positive": 2, "readable_id": 1, "primary_key": 1}
    assert (report.outcome, report.total_rows, report.branch) == ("published", 2, None)
    assert branches(p) == {"main"}


@pytest.mark.parametrize("step", ["quarantine", "write_branch", "evaluate"])
def test_a_batch_whose_parts_do_not_add_up_is_not_published(
    product: Any, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whatever loses a row on its way: the parts are measured where they lie, before the commit."""
    p = product(
        "id* int", rules=[POSITIVE, {"name": "no_9", "kind": "require", "predicate": "id < 9", "otherwise": "drop"}]
    )
    p.refine(p.land("id\n1\n"))
    batch = p.land("id\n2\n3\n-4\n9\n")
    p.do(p.run(batch), "acquire")
    honest = getattr(refine, step)

    def loses_a_row(*arguments: Any) -> Any:
        if step == "quarantine":
            return honest(*arguments) - 1
        if step == "evaluate":
            found = honest(*arguments)
            return replace(found, dropped=found.dropped - 1)
        *before, found = arguments
        return honest(*before, replace(found, rows=found.rows.where("id <> 3")))

    with monkeypatch.context() as patched:
        patched.setattr(refine, step, loses_a_row)
        with pytest.raises(ValueError, match=r"raw 4 is not published \d \+ quarantined \d \+ dropped \d"):
            p.do(p.run(batch), "refine")
    assert p.rows() == [(1,)]
    report = p.do(p.run(batch), "refine")[0]
    assert (report.outcome, report.counts.published) == ("published", 2)


@pytest.mark.parametrize("at_most", [1_000, 0])
def test_rows_are_kept_while_their_batch_is_refined_and_no_longer(
    product: Any, monkeypatch: pytest.MonkeyPatch, at_most: int
) -> None:
    """In memory, and on disk what does not fit; they may be personal. All of a batch, or those that break a rule."""
    monkeypatch.setattr(candidate, "KEPT_ROWS", at_most)
    p = product("id* int", "name string", rules=[POSITIVE])
    batch = p.land("id,name\n1,a\n-2,b\n")
    frames, levels = [], []
    honest = refine.write_branch

    def looks(*arguments: Any) -> Any:
        frames.append(arguments[-1].marked)
        levels.append(frames[0].storageLevel)
        return honest(*arguments)

    monkeypatch.setattr(refine, "write_branch", looks)
    p.refine(batch)
    assert p.rows() == [(1, "a")]
    assert p.broken() == [(2, ["positive"])]
    assert [(level.useMemory, level.useDisk) for level in levels] == [(True, True)]
    assert not frames[0].storageLevel.useMemory
    assert not frames[0].storageLevel.useDisk


def test_quarantine_keeps_the_row_as_it_came(product: Any) -> None:
    p = product("id bigint", "name string", rules=[{**POSITIVE, "description": "Numbers begin at one."}])
    p.refine(p.land("id,name\n -1 ,A \n"))
    (row,) = p.spark.table(p.name("quarantine")).collect()
    assert (row["id"], row["name"], row["_source_row"]) == (" -1 ", "A ", 1)
    assert row["_ruleset_digest"] == p.ruleset.content_digest()
    assert [violation.asDict() for violation in row["violations"]] == [
        {
            "rule": "positive",
            "kind": "require",
            "column": "id",
            "action": "quarantine",
            "message": "Numbers begin at one.",
        }
    ]


def test_a_key_stands_once_across_batches(product: Any) -> None:
    p = product("a* int", "b* int", rules=[{"name": "small", "kind": "require", "predicate": "b < 9"}])
    p.refine(p.land("a,b\n1,1\n1,2\n"))
    # the first 3,3 breaks another rule, so the second is published
    report = p.refine(p.land("a,b\n1,2\n2,1\n2,1\n2,1\n3,9\n3,3\n"))
    assert sorted(p.rows()) == [(1, 1), (1, 2), (2, 1), (3, 3)]
    assert p.broken() == [(1, ["primary_key"]), (3, ["primary_key"]), (4, ["primary_key"]), (5, ["small"])]
    assert report.counts.published == 2


def test_full_mode_replaces_everything(product: Any) -> None:
    p = product("id* int", "name string", load_mode="full")
    p.refine(p.land("id,name\n1,a\n2,b\n"))
    report = p.refine(p.land("id,name\n2,new\n"))
    assert (p.rows(), report.total_rows) == ([(2, "new")], 1)


def test_a_failed_gate_leaves_main_as_it_was_and_the_branch(product: Any) -> None:
    p = product("id* int", rules=[{**POSITIVE, "otherwise": "fail"}])
    first = p.refine(p.land("id\n1\n"))
    blocked = p.refine(batch := p.land("id\n2\n-2\n"))
    assert (blocked.outcome, blocked.snapshot_id, blocked.branch) == ("blocked", None, names.branch(batch.batch_id))
    assert blocked.decision.reasons == ("rule positive fails the batch: 1 rows break it",)
    assert (p.rows(), blocked.total_rows, blocked.previous_snapshot_id) == ([(1,)], 1, first.snapshot_id)
    kept = p.spark.read.option("branch", blocked.branch).table(p.name("refined"))
    assert sorted(row["id"] for row in kept.collect()) == [1, 2]
    assert p.broken() == [(2, ["positive"])]


def test_a_batch_of_bad_rows_only_is_blocked(product: Any) -> None:
    p = product("id* int", rules=[POSITIVE], gate=Gate())
    report = p.refine(p.land("id\n-1\n-2\n"))
    assert report.outcome == "blocked"
    assert (report.counts.published, report.counts.quarantined, p.rows()) == (0, 2, [])


def test_a_critical_check_blocks_and_a_warning_does_not(product: Any) -> None:
    kwargs = {"column": "id", "max_value": 5}
    check = Expectation(name="small", type="expect_column_values_to_be_between", kwargs=kwargs, severity="warning")
    p = product("id* int", expectations=(check,))
    assert p.refine(p.land("id\n9\n")).outcome == "published"
    p.expectations = (check.model_copy(update={"severity": "critical"}),)
    report = p.refine(p.land("id\n8\n"))
    assert report.decision.reasons == ("check small is not met: 1 of 1 values are unexpected",)


def test_an_override_publishes_the_kept_branch(product: Any) -> None:
    p = product("id* int", rules=[{**POSITIVE, "otherwise": "fail"}])
    batch = p.land("id\n2\n-2\n")
    blocked, judged_by = p.refine(batch), p.ruleset.content_digest()
    p.rules = []  # what is written meanwhile has judged nothing of it
    run = p.run(batch, reason="the negative one is known <b>")
    (report,) = p.do(run, "publish")
    told = {row["key"]: row["value"] for row in p.spark.sql(f"show tblproperties {p.name('refined')}").collect()}
    assert told[RULESET_DIGEST] == report.ruleset_digest == judged_by != p.ruleset.content_digest()
    assert (report.outcome, report.stage, report.counts, report.rules) == (
        "published",
        "publish",
        blocked.counts,
        blocked.rules,
    )
    assert (p.rows(), report.decision.outcome) == ([(2,)], "block")
    page = storage.read(report.artefacts["page"]).decode()
    assert "the negative one is known &lt;b&gt;" in page
    (again,) = p.do(run, "publish")
    assert (again.outcome, again.snapshot_id) == ("already_published", report.snapshot_id)


def test_an_override_on_a_main_that_moved_is_written_anew(product: Any) -> None:
    p = product("id* int", rules=[{**POSITIVE, "otherwise": "fail"}])
    blocked = p.land("id\n2\n3\n-2\n")
    p.refine(blocked)
    p.refine(p.land("id\n3\n"))
    (report,) = p.do(p.run(blocked), "publish")
    assert report.outcome == "published"
    assert sorted(p.rows()) == [(2,), (3,)]
    assert (report.counts.published, report.counts.quarantined) == (1, 2)


def test_an_override_brings_nothing_along_that_was_taken_back_meanwhile(product: Any) -> None:
    p = product("id* int", rules=[{**POSITIVE, "otherwise": "fail"}])
    taken_back, blocked = p.land("id\n3\n"), p.land("id\n2\n-2\n")
    p.refine(taken_back)
    p.refine(blocked)  # on a branch of the main that is taken back
    p.do(p.run(taken_back), "undo")
    (report,) = p.do(p.run(blocked), "publish")
    assert (report.outcome, report.total_rows, p.rows()) == ("published", 1, [(2,)])


def test_undo_goes_back_one_publish(product: Any) -> None:
    p = product("id* int")
    one, two = p.land("id\n1\n"), p.land("id\n2\n")
    first, second = p.refine(one), p.refine(two)
    (refused,) = p.do(p.run(one), "undo")
    assert refused.outcome == "refused"
    assert refused.decision.reasons == (f"batch {two.batch_id} was published on top of it: undo that first",)
    run = p.run(two)
    (undone,) = p.do(run, "undo")
    assert (undone.outcome, undone.undone_snapshot_id) == ("undone", second.snapshot_id)
    assert (undone.snapshot_id, undone.total_rows, p.rows()) == (first.snapshot_id, 1, [(1,)])
    assert p.do(run, "undo")[0].outcome == "already_undone"
    assert p.refine(two).outcome == "published"
    never = p.land("id\n3\n")
    assert p.do(p.run(never), "undo")[0].decision.reasons == (f"batch {never.batch_id} is not published",)


def test_undo_of_the_first_publish_leaves_an_empty_table(product: Any) -> None:
    p = product("id* int")
    batch = p.land("id\n1\n")
    p.refine(batch)
    (undone,) = p.do(p.run(batch), "undo")
    assert (undone.outcome, undone.total_rows, p.rows()) == ("undone", 0, [])


def test_a_replay_replaces_the_batch_under_the_rules_of_now(product: Any) -> None:
    p = product("id* int", "name string")
    one, two = p.land("id,name\n1,a\n2,b\n"), p.land("id,name\n3,c\n")
    p.refine(one)
    p.refine(two)
    p.rules = [NO_B]
    run = p.run(one, replay=True)
    (report,) = p.do(run, "refine")
    assert (report.outcome, sorted(p.rows())) == ("published", [(1, "a"), (3, "c")])
    assert (report.counts.published, report.counts.dropped, report.total_rows) == (1, 1, 2)
    assert p.do(run, "refine")[0].outcome == "already_published"


def test_an_undone_replay_lets_the_first_publish_stand_however_often_it_is_tried(product: Any) -> None:
    p = product("id* int", "name string")
    batch = p.land("id,name\n1,a\n2,b\n")
    first = p.refine(batch)
    p.rules = [NO_B]
    replayed = p.refine(batch, replay=True)
    assert p.rows() == [(1, "a")]
    run = p.run(batch, takes_back=replayed.snapshot_id)
    for outcome in ("undone", "already_undone"):
        (report,) = p.do(run, "undo")
        assert (report.outcome, report.undone_snapshot_id) == (outcome, replayed.snapshot_id)
        assert (report.snapshot_id, report.earlier_snapshot_id) == (first.snapshot_id, first.snapshot_id)
        assert sorted(p.rows()) == [(1, "a"), (2, "b")]


def test_an_override_of_a_replay_on_a_main_that_moved_replaces_the_first_publish(product: Any) -> None:
    p = product("id* int")
    batch = p.land("id\n1\n-2\n")
    p.refine(batch)
    p.rules = [{**POSITIVE, "otherwise": "fail"}]
    assert p.refine(batch, replay=True).outcome == "blocked"
    p.refine(p.land("id\n3\n"))
    (report,) = p.do(p.run(batch), "publish")
    assert (report.outcome, report.counts.published, report.counts.quarantined) == ("published", 1, 1)
    assert sorted(p.rows()) == [(1,), (3,)]


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (refine, "quarantine"),
        (refine, "write_branch"),
        (refine, "finish"),
        (refine, "with_artefacts"),
        (Table, "drop_branch"),
    ],
)
def test_a_crash_at_any_step_and_a_retry_publish_once(
    product: Any, monkeypatch: pytest.MonkeyPatch, module: Any, step: str
) -> None:
    p = product("id* int", rules=[POSITIVE])
    batch = p.land("id\n1\n-1\n")
    p.do(p.run(batch), "acquire")
    run = p.run(batch)
    done = getattr(module, step)
    calls = []

    def crash(*arguments: Any) -> Any:
        calls.append(step)
        # the branch is dropped before it is made and again after the commit
        if step == "drop_branch" and len(calls) == 1:
            return done(*arguments)
        if step in ("quarantine", "write_branch"):
            done(*arguments)
        raise KeyboardInterrupt(step)

    with monkeypatch.context() as patched:
        patched.setattr(module, step, crash)
        with pytest.raises(KeyboardInterrupt):
            p.do(run, "refine")
    (report,) = p.do(run, "refine")
    committed = step in ("with_artefacts", "drop_branch")
    assert report.outcome == ("already_published" if committed else "published")
    assert (report.counts.published, report.counts.quarantined) == (1, 1)
    assert {rule.rule: rule.violations for rule in report.rules}["positive"] == 1
    (again,) = p.do(run, "refine")
    assert (again.outcome, again.snapshot_id, again.rules) == ("already_published", report.snapshot_id, report.rules)
    assert (p.rows(), p.broken(), branches(p)) == ([(1,)], [(2, ["positive"])], {"main"})


def test_a_superseded_run_publishes_nothing(product: Any) -> None:
    p = product("id* int", fencing_token=7)
    p.refine(p.land("id\n1\n"))
    late = p.land("id\n2\n")
    with pytest.raises(JobError, match="fencing token 7, this run holds 6: a newer run has taken over"):
        p.refine(late, fencing_token=6)
    assert p.rows() == [(1,)]
    assert p.refine(late, fencing_token=7).outcome == "published"


def test_two_batches_at_once_both_end_in_main_once(product: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    p = product("id* int")
    one, two = p.land("id\n1\n5\n"), p.land("id\n2\n5\n")
    p.do(p.run(one, two), "acquire")
    both_written = threading.Barrier(2)
    write = candidate.write_branch
    waited = threading.local()

    def wait(*arguments: Any) -> Any:
        written = write(*arguments)
        if not getattr(waited, "once", False):
            waited.once = True
            both_written.wait(60)
        return written

    monkeypatch.setattr(refine, "write_branch", wait)
    reports: dict[str, Any] = {}
    runs = {batch.batch_id: p.run(batch) for batch in (one, two)}
    threads = [
        threading.Thread(target=lambda key=key, run=run: reports.update({key: p.do(run, "refine")[0]}))
        for key, run in runs.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert {report.outcome for report in reports.values()} == {"published"}
    assert sorted(p.rows()) == [(1,), (2,), (5,)]
    assert sorted(report.counts.quarantined for report in reports.values()) == [0, 1]
    history = [snapshot.summary.get("groundwork.batch-id") for snapshot in Table(p.spark, p.name("refined")).history()]
    assert sorted(filter(None, history)) == sorted([one.batch_id, two.batch_id])


def test_a_batch_that_was_not_acquired_is_an_error(product: Any) -> None:
    p = product("id* int")
    with pytest.raises(JobError, match=r"is not in lake\.sandbox_tests_raw\..*: acquire it first"):
        p.do(p.run(p.land("id\n1\n")), "refine")


def test_several_batches_in_their_order_and_no_refine_after_a_refusal(product: Any) -> None:
    p = product("id* int")
    good, bad, last = p.land("id\n1\n"), p.land("other\n1\n"), p.land("id\n1\n2\n")
    reports = p.do(p.run(last, bad, good), "acquire", "refine")
    assert [(report.stage, report.outcome) for report in reports] == [
        ("acquire", "acquired"),
        ("refine", "published"),
        ("acquire", "refused"),
        ("acquire", "acquired"),
        ("refine", "published"),
    ]
    assert sorted(p.rows()) == [(1,), (2,)]


def test_a_new_column_is_added_and_a_changed_type_is_refused(product: Any) -> None:
    p = product("id* int", "name string")
    p.refine(p.land("id,name\n1,a\n"))
    wider = product("id* bigint", "size int", "name string", more={"size": {"description": "it's new"}})
    wider.product = p.product
    wider.refine(wider.land("id,size,name\n2,20,b\ntwo,20,c\n"))
    assert sorted(wider.rows()) == [(1, None, "a"), (2, 20, "b")]
    assert p.spark.table(p.name("refined")).schema["size"].metadata["comment"] == "it's new"
    # A file may lack a column, or the contract a field of it; the published table may not.
    less = product("id* bigint", "size int", "name string", fields=("id bigint",), rules=NO_SIZE)
    less.product = p.product
    less.refine(less.land("id\n3\nthree\n"))
    assert sorted(wider.rows()) == [(1, None, "a"), (2, 20, "b"), (3, None, None)]
    assert sorted(wider.rows("quarantine", "id", "name"), key=str) == [("three", None), ("two", "c")]
    for declared, reason in {
        ("id* int", "size int", "name string"): "id is bigint, the contract says int, which is narrower",
        ("id* bigint", "size string", "name string"): "size is int, the contract says string, which is another type",
        ("id* bigint", "name string"): "column size is published, and the contract has it no more",
    }.items():
        other = product(*declared)
        other.product = p.product
        batch = other.land(",".join(column.name for column in other.table) + "\n" + "4," * (len(declared) - 1) + "4\n")
        other.do(other.run(batch), "acquire")
        with pytest.raises(JobError, match=reason):
            other.do(other.run(batch), "refine")


def test_undeclared_personal_data_is_named(product: Any) -> None:
    rule = {"name": "hide", "kind": "comply", "columns": ["hidden"], "method": "redact"}
    more = {"declared": {"classification": "personal"}}
    p = product("shown string", "declared string", "hidden string", more=more, rules=[rule])
    mails = "".join(f"a{n}@example.org,b{n}@example.org,c{n}@example.org\n" for n in range(5))
    assert p.refine(p.land("shown,declared,hidden\n" + mails)).undeclared_personal == ("shown",)
