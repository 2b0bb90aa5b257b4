"""Runs of refine_data, publish_batch, undo_publish and replay_quarantine: planned, recorded, told, and held back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
import pytest

from groundwork.hooks.batches import Batches
from groundwork.hooks.evidence import EvidenceHook
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.publications import Publications
from groundwork.hooks.writers import Writers
from groundwork.spec.decision import Decision
from groundwork.spec.history import BatchFigures, figures_uri
from groundwork.spec.report import Counts, RefineReport, UndoReport
from groundwork.spec.run import FrozenRun, LandedFile
from sandbox.launcher import Sandbox
from sandbox.settings import REGION
from tests.dags.conftest import Include
from tests.dags.operators.conftest import RunDag
from tests.dags.operators.test_acquisition import events

REASON = "12.00% of the rows are quarantined, at most 5.00% may be"


class Refined:
    """A product with acquired batches, and its refined table as Iceberg would show it."""

    def __init__(self, ledger: LedgerHook, product: str) -> None:
        self.product = product
        self.batches = Batches(ledger, product)
        self.publications = Publications(ledger, product)
        self.writers = Writers(ledger, product)
        self.head: int | None = None
        boto3.client("glue", region_name=REGION).create_table(
            DatabaseName="sandbox_shop_refined",
            TableInput={
                "Name": product,
                "Parameters": {"metadata_location": f"s3://groundwork-sandbox-lake/{product}/m.json"},
                "StorageDescriptor": {"Columns": [{"Name": "id", "Type": "string"}]},
            },
        )
        self.set_head(None)

    def set_head(
        self, snapshot_id: int | None, fields: Sequence[dict[str, Any]] = (), age: timedelta = timedelta()
    ) -> None:
        schemas = {"current-schema-id": 1, "schemas": [{"schema-id": 1, "fields": list(fields)}]}
        made = round((datetime.now(UTC) - age).timestamp() * 1000)
        snapshots = [{"snapshot-id": snapshot_id, "timestamp-ms": made}] if snapshot_id else []
        body = json.dumps({"current-snapshot-id": snapshot_id, "snapshots": snapshots, **schemas}).encode()
        boto3.client("s3").put_object(Bucket="groundwork-sandbox-lake", Key=f"{self.product}/m.json", Body=body)

    def acquire(self, text: str) -> str:
        digest = hashlib.sha256(text.encode()).hexdigest()
        file = LandedFile(uri=f"s3://landing/{text}", size=1, etag="e", sha256=digest)
        batch = self.batches.claim({digest: file}, datetime.now(UTC), "a run")
        assert batch is not None
        self.batches.record_acquired(batch.batch_id, 1, "s3://evidence/report")
        return batch.batch_id

    def job(
        self,
        *blocked: str,
        stage: str = "refine",
        first: int = 100,
        seen: list[FrozenRun] | None = None,
        warnings: tuple[str, ...] = (),
        unchanged: bool = False,
        quarantined: int = 2,
    ) -> Callable[[FrozenRun], None]:
        """Publishes the run's batches but those, as snapshots 100, 101 …"""

        def leave(run: FrozenRun) -> None:
            if seen is not None:
                seen.append(run)
            for number, batch in enumerate(run.batches):
                held = batch.batch_id in blocked
                report = RefineReport(
                    product=self.product,
                    batch_id=batch.batch_id,
                    decision=_decision(held, warnings),
                    table=f"lake.sandbox_shop_refined.{self.product}",
                    stage=stage,  # type: ignore[arg-type]
                    outcome="unchanged" if unchanged else "blocked" if held else "published",
                    snapshot_id=None if held or unchanged else first + number,
                    previous_snapshot_id=None,
                    branch=f"audit_{batch.batch_id}" if held else None,
                    counts=Counts(raw=10, published=9 - quarantined, quarantined=quarantined, dropped=1),
                    total_rows=7,
                )
                evidence = EvidenceHook(region_name=REGION)
                evidence.write(run.report_uri(stage, batch.batch_id), report)  # type: ignore[arg-type]
                figures = {"rows": 10.0, "quarantined_share": 0.2, "mean(id)": 1.0}
                left = BatchFigures(
                    batch_id=batch.batch_id, sequence=batch.sequence, at=batch.acquired_at, figures=figures
                )
                evidence.write(figures_uri(run.report_uri(stage, batch.batch_id)), left)  # type: ignore[arg-type]
                if not held:
                    self.set_head(first + number)

        return leave

    def states(self) -> list[str]:
        """States of the publications, by the batches' order."""
        found = self.publications.all()
        return [found[record.batch.batch_id].state for record in self.batches.all() if record.batch.batch_id in found]

    def undo_job(self, run: FrozenRun, *, takes_back: int = 100, stands: int | None = None) -> None:
        """Takes a snapshot back; of a replay the batch's earlier one stands again."""
        (batch,) = run.batches
        report = UndoReport(
            product=self.product,
            batch_id=batch.batch_id,
            decision=Decision(outcome="undo"),
            table=f"lake.sandbox_shop_refined.{self.product}",
            outcome="undone",
            undone_snapshot_id=takes_back,
            snapshot_id=stands,
            earlier_snapshot_id=stands,
            total_rows=0 if stands is None else 7,
        )
        EvidenceHook(region_name=REGION).write(run.report_uri("undo", batch.batch_id), report)
        self.set_head(stands)


def _decision(held: bool, warnings: tuple[str, ...]) -> Decision:
    if held:
        return Decision(outcome="block", reasons=(REASON,))
    return Decision(outcome="publish_with_warnings" if warnings else "publish", reasons=warnings)


@pytest.fixture
def refined(sandbox_ledger: LedgerHook, include: Include, product: str) -> Refined:
    include.add(product)
    return Refined(sandbox_ledger, product)


def test_pending_batches_are_refined_in_order_and_once(run_dag: RunDag, refined: Refined, product: str) -> None:
    ids = [refined.acquire("a"), refined.acquire("b")]
    frozen: list[FrozenRun] = []
    run = run_dag(f"refine_data__{product}", refined.job(seen=frozen))
    assert run.tasks == {
        "plan_refinement": "success",
        "refine_and_publish": "success",
        "record_publication": "success",
        "report_blocked": "skipped",
    }
    assert run.state == "success"
    assert [batch.batch_id for batch in frozen[0].batches] == ids
    assert refined.states() == ["published", "published"]
    assert events(product, "refined") == [{"batches": ids, "snapshot_id": 101}]
    assert refined.writers.holder("refined") is None
    publication = refined.publications.get(ids[0])
    assert publication is not None
    assert (publication.snapshot_id, publication.by, dict(publication.counts)) == (
        100,
        "dag_test",
        {"raw": 10, "published": 7, "quarantined": 2, "dropped": 1, "superseded": 0},
    )
    assert set(run_dag(f"refine_data__{product}").tasks.values()) == {"skipped"}


def test_a_blocked_batch_is_overridden_by_a_person(
    run_dag: RunDag, refined: Refined, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    batch = refined.acquire("a")
    run = run_dag(f"refine_data__{product}", refined.job(batch))
    assert (run.state, run.tasks["record_publication"], run.tasks["report_blocked"]) == (
        *("failed", "failed", "upstream_failed"),
    )
    text = "".join(capfd.readouterr())
    assert f"batch {batch} of {product} is blocked and not published: {REASON}" in text
    assert f"on branch audit_{batch}" in text
    assert f"trigger publish_batch__{product} with batch_id={batch} and a reason" in text
    assert refined.states() == ["blocked"]
    assert events(product, "refined") == []
    assert refined.writers.holder("refined") is None
    assert set(run_dag(f"refine_data__{product}").tasks.values()) == {"skipped"}  # not again by itself

    run = run_dag(f"publish_batch__{product}", refined.job(stage="publish"), batch_id=batch, reason="checked by hand")
    assert run.state == "success"
    publication = refined.publications.get(batch)
    assert publication is not None
    assert (publication.state, publication.by, publication.reason) == ("published", "dag_test", "checked by hand")
    assert publication.reasons == (REASON,)
    assert [earlier["state"] for earlier in publication.history] == ["blocked"]
    assert events(product, "refined") == [{"batches": [batch], "snapshot_id": 100}]

    assert run_dag(f"publish_batch__{product}", batch_id=batch, reason="once more please").state == "failed"
    assert "only a blocked one can be overridden" in "".join(capfd.readouterr())


def test_some_published_some_blocked(
    run_dag: RunDag, refined: Refined, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    good, bad = refined.acquire("a"), refined.acquire("b")
    run = run_dag(f"refine_data__{product}", refined.job(bad))
    assert (run.state, run.tasks["record_publication"], run.tasks["report_blocked"]) == ("failed", "success", "failed")
    assert f"batch {bad} of {product} is blocked" in "".join(capfd.readouterr())
    assert refined.states() == ["published", "blocked"]
    assert events(product, "refined") == [{"batches": [good], "snapshot_id": 100}]


def test_undo_tells_consumers_and_a_replay_publishes_again(
    run_dag: RunDag, refined: Refined, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    batch = refined.acquire("a")
    run_dag(f"refine_data__{product}", refined.job())
    refined.set_head(777)
    assert run_dag(f"undo_publish__{product}", batch_id=batch, reason="wrong month landed").state == "failed"
    assert "later batches were published on top of it" in "".join(capfd.readouterr())
    refined.set_head(100)
    run = run_dag(f"undo_publish__{product}", refined.undo_job, batch_id=batch, reason="wrong month landed")
    assert run.state == "success"
    assert refined.states() == ["undone"]
    assert events(product, "refined")[-1] == {"undone": batch, "snapshot_id": None}

    assert run_dag(f"refine_data__{product}", batch_id=batch).state == "failed"
    assert "set replay to refine it again" in "".join(capfd.readouterr())
    assert run_dag(f"refine_data__{product}", refined.job(first=200), batch_id=batch, replay=True).state == "success"
    publication = refined.publications.get(batch)
    assert publication is not None
    assert (publication.state, publication.snapshot_id) == ("published", 200)
    assert [earlier["state"] for earlier in publication.history] == ["published", "undone"]


def test_undo_of_a_replay_lets_the_first_publish_stand_again(
    run_dag: RunDag, refined: Refined, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    batch = refined.acquire("a")
    run_dag(f"refine_data__{product}", refined.job())
    first = refined.publications.get(batch)
    assert first is not None
    replay = {"batch_id": batch, "replay": True}
    assert run_dag(f"refine_data__{product}", refined.job(first=200), **replay).state == "success"
    undo = {"batch_id": batch, "reason": "the new rules were wrong"}
    job = partial(refined.undo_job, takes_back=200, stands=100)
    assert run_dag(f"undo_publish__{product}", job, **undo).state == "success"
    again = refined.publications.get(batch)
    assert again is not None
    # The first publish stands, with its report; who took the replay back and why is kept with it.
    assert (again.state, again.snapshot_id, again.report_uri) == ("published", 100, first.report_uri)
    assert (again.by, again.reason) == ("dag_test", "the new rules were wrong")
    assert [(each["state"], each["snapshot_id"]) for each in again.history] == [("published", 100), ("published", 200)]
    assert refined.publications.of_snapshot(100) == again
    assert refined.publications.of_snapshot(200) is None
    assert events(product, "refined")[-1] == {"undone": batch, "snapshot_id": 100}
    # It counts as published: nothing waits for the gate, and it can be taken back like any other.
    assert set(run_dag(f"refine_data__{product}").tasks.values()) == {"skipped"}
    assert run_dag(f"undo_publish__{product}", refined.undo_job, **undo).state == "success"
    assert refined.states() == ["undone"]


def test_a_person_replays_quarantined_rows(
    run_dag: RunDag, refined: Refined, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    dag_id, why = f"replay_quarantine__{product}", {"reason": "the limit was too low"}
    batch, held = refined.acquire("a"), refined.acquire("b")
    run_dag(f"refine_data__{product}", refined.job(held))
    assert run_dag(dag_id, batch_id=held, **why).state == "failed"
    assert "the batch is blocked, only rows of a published one are replayed" in "".join(capfd.readouterr())
    frozen: list[FrozenRun] = []
    run = run_dag(dag_id, refined.job(first=200, seen=frozen), rules=["positive"], **why)
    assert (run.state, run.tasks["report_blocked"]) == ("success", "skipped")
    assert [each.batch_id for each in frozen[0].batches] == [batch]
    assert (frozen[0].quarantined_rules, frozen[0].replay) == (("positive",), False)
    publication = refined.publications.get(batch)
    assert publication is not None
    assert (publication.state, publication.snapshot_id, publication.by) == ("published", 200, "dag_test")
    assert (publication.reason, len(publication.history)) == (why["reason"], 1)
    assert events(product, "refined")[-1] == {"batches": [batch], "snapshot_id": 200}
    # Rows that fail again change nothing.
    assert run_dag(dag_id, refined.job(unchanged=True), **why).tasks["record_publication"] == "skipped"
    assert refined.publications.get(batch) == publication


def test_a_blocked_replay_is_overridden_by_a_person_as_a_blocked_batch_is_and_taken_back(
    run_dag: RunDag, cloud: Sandbox, refined: Refined, include: Include, product: str
) -> None:
    batch = refined.acquire("a")
    run_dag(f"refine_data__{product}", refined.job())
    first = refined.publications.get(batch)
    assert first is not None
    frozen: list[FrozenRun] = []
    why = {"reason": "the limit was too low"}
    run_dag(f"replay_quarantine__{product}", refined.job(batch, quarantined=1, seen=frozen), **why)
    held = refined.publications.get(batch)
    assert held is not None
    assert replace(held, blocked_replay=None) == first

    # What was judged is published, whatever the rules have become meanwhile.
    include.add(product, {"version": "9.9.9"})
    override = {"batch_id": batch, "reason": "checked by hand"}
    job = refined.job(stage="publish", first=200, quarantined=0, seen=frozen)
    assert run_dag(f"publish_batch__{product}", job, **override).state == "success"
    replay, person = frozen
    kept = ("ruleset", "contract", "look_ups", "quarantined_rules", "frozen_at", "replay_id", "batches")
    assert [getattr(person, name) for name in kept] == [getattr(replay, name) for name in kept]
    assert (person.blocked_replay, person.reason) == (replay.prefix, "checked by hand")
    assert (person.prefix != replay.prefix, person.fencing_token > replay.fencing_token) == (True, True)
    published = refined.publications.get(batch)
    assert published is not None
    assert (published.state, published.snapshot_id, published.by) == ("published", 200, "dag_test")
    assert (published.reason, published.reasons, published.blocked_replay) == ("checked by hand", (REASON,), None)
    assert [(each["state"], each["reason"]) for each in published.history] == [
        ("published", ""),
        ("blocked", "the limit was too low"),
    ]
    assert events(product, "refined")[-1] == {"batches": [batch], "snapshot_id": 200}
    # Of the replay that was blocked whoever asked for it knows; of the override everybody is told.
    messages = [each for each in cloud.ask("messages")["messages"] if each["attributes"].get("product") == product]
    assert [each["attributes"]["outcome"] for each in messages] == ["overridden"]
    assert messages[0]["text"].startswith(f"The replay of quarantined rows of batch {batch} of")

    undo = partial(refined.undo_job, takes_back=200, stands=100)
    assert run_dag(f"undo_publish__{product}", undo, **override).state == "success"
    again = refined.publications.get(batch)
    assert again is not None
    # The first publish stands, and its quarantined rows can be taken up once more.
    assert (again.state, again.snapshot_id, again.counts, again.reasons) == ("published", 100, first.counts, ())
    assert run_dag(f"replay_quarantine__{product}", refined.job(first=300), **why).state == "success"


def test_a_blocked_replay_says_what_a_person_can_do(
    run_dag: RunDag, refined: Refined, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    batch = refined.acquire("a")
    override = {"batch_id": batch, "reason": "checked by hand"}
    run_dag(f"refine_data__{product}", refined.job())
    assert run_dag(f"publish_batch__{product}", **override).state == "failed"
    assert "no replay of its quarantined rows is blocked; only a blocked one can be" in "".join(capfd.readouterr())
    replay = partial(run_dag, f"replay_quarantine__{product}", reason="the limit was too low")
    frozen: list[FrozenRun] = []
    assert replay(refined.job(batch, seen=frozen)).state == "failed"
    said = "".join(capfd.readouterr())
    assert f"is blocked: {REASON}. The batch stays as it was published, its quarantined rows wait on" in said
    assert f"kept for inspection on branch audit_{batch}" in said
    assert f"trigger publish_batch__{product} with batch_id={batch} and a reason" in said
    assert events(product, "refined") == [{"batches": [batch], "snapshot_id": 100}]
    assert refined.writers.holder("refined") is None
    bucket, _, key = frozen[0].uri.removeprefix("s3://").partition("/")
    boto3.client("s3").delete_object(Bucket=bucket, Key=key)
    assert run_dag(f"publish_batch__{product}", **override).state == "failed"
    assert f"is not known any more: trigger replay_quarantine__{product} again" in "".join(capfd.readouterr())


def test_a_contract_that_takes_a_published_column_away_is_refused_before_a_job_begins(
    run_dag: RunDag, refined: Refined, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    refined.acquire("a")
    fields = [{"id": 1, "name": "id", "required": False, "type": "long"}, {"id": 2, "name": "size", "type": "int"}]
    refined.set_head(None, fields)
    assert run_dag(f"refine_data__{product}").state == "failed"
    said = "".join(capfd.readouterr())
    assert "column id is bigint, the contract says string, which is another type" in said
    assert "column size is published, and the contract has it no more" in said
    assert refined.writers.holder("refined") is None


def test_a_look_up_that_is_not_published_yet_is_waited_for_refused_where_it_is_stale_and_then_pinned(
    run_dag: RunDag,
    refined: Refined,
    include: Include,
    sandbox_ledger: LedgerHook,
    product: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    codes = f"{product}_codes"
    include.add(codes)
    look_up = {"name": "find", "kind": "enrich", "product": codes, "match": {"id": "id"}, "take": {"name2": "name"}}
    include.add(product, {"rules": [{**look_up, "maximumAgeHours": 24}]})
    refined.acquire("a")
    assert set(run_dag(f"refine_data__{product}").tasks.values()) == {"skipped"}
    looked_up = Refined(sandbox_ledger, codes)
    looked_up.set_head(54, age=timedelta(hours=30))
    assert run_dag(f"refine_data__{product}").tasks["plan_refinement"] == "failed"
    said = (
        f"rule 'find' looks up '{codes}', which was last published 30.0 hours before this run was planned; at most 24"
    )
    assert said in "".join(capfd.readouterr())
    assert refined.writers.holder("refined") is None
    looked_up.set_head(55, age=timedelta(hours=23))
    frozen: list[FrozenRun] = []
    run = run_dag(f"refine_data__{product}", refined.job(seen=frozen))
    assert run.state == "success"
    (pin,) = frozen[0].look_ups
    assert (pin.product, pin.table, pin.snapshot_id) == (codes, f"lake.sandbox_shop_refined.{codes}", 55)


def test_a_record_is_written_once_however_often_it_is_tried(run_dag: RunDag, refined: Refined, product: str) -> None:
    batch = refined.acquire("a")
    frozen: list[FrozenRun] = []
    run_dag(f"refine_data__{product}", refined.job(seen=frozen))
    before = refined.publications.get(batch)
    report = EvidenceHook(region_name=REGION).read(frozen[0].report_uri("refine", batch), RefineReport)
    refined.publications.record(frozen[0], report)
    assert refined.publications.get(batch) == before
