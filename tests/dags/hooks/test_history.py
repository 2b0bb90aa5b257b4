"""Which batches are a product's history: what is published now, by the ledger, with the figures of that publish."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from groundwork.hooks.batches import Batches
from groundwork.hooks.evidence import EvidenceHook
from groundwork.hooks.history import published_figures
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.publications import Publications
from groundwork.spec.decision import Decision
from groundwork.spec.history import BatchFigures, figures_uri
from groundwork.spec.report import Counts, RefineReport, UndoReport
from groundwork.spec.run import Batch, FrozenRun, LandedFile
from tests.dags.conftest import Include
from tests.dags.operators.test_lineage import frozen

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class History:
    """A product whose batches are published, blocked and undone in the ledger, with figures in a bucket."""

    def __init__(self, run: FrozenRun, ledger: LedgerHook, evidence: EvidenceHook, bucket: str) -> None:
        self.run, self.ledger, self.evidence, self.bucket = run, ledger, evidence, bucket
        self.publications = Publications(ledger, "orders")
        self.runs = 0

    def acquire(self, text: str) -> Batch:
        digest = hashlib.sha256(text.encode()).hexdigest()
        file = LandedFile(uri=f"s3://landing/{text}", size=1, etag="e", sha256=digest)
        batch = Batches(self.ledger, "orders").claim({digest: file}, NOW, "a run")
        assert batch is not None
        return batch

    def next_run(self) -> FrozenRun:
        self.runs += 1
        return self.run.model_copy(update={"prefix": f"s3://{self.bucket}/{self.runs}/"})

    def refine(self, batch: Batch, rows: float | None, *, blocked: bool = False) -> int:
        """Write down a refinement, with figures unless None; gives its snapshot."""
        run = self.next_run()
        report = RefineReport(
            product="orders",
            batch_id=batch.batch_id,
            decision=Decision(outcome="block" if blocked else "publish"),
            table="lake.t",
            stage="refine",
            outcome="blocked" if blocked else "published",
            snapshot_id=None if blocked else self.runs,
            previous_snapshot_id=None,
            counts=Counts(raw=0, published=0, quarantined=0, dropped=0),
            total_rows=0,
        )
        if rows is not None:
            at = NOW + timedelta(days=batch.sequence)
            left = BatchFigures(batch_id=batch.batch_id, sequence=batch.sequence, at=at, figures={"rows": rows})
            self.evidence.write(figures_uri(run.report_uri("refine", batch.batch_id)), left)
        self.publications.record(run, report)
        return self.runs

    def undo(self, batch: Batch, snapshot: int, stands: int | None) -> None:
        report = UndoReport(
            product="orders",
            batch_id=batch.batch_id,
            decision=Decision(outcome="undo"),
            table="lake.t",
            outcome="undone",
            undone_snapshot_id=snapshot,
            snapshot_id=stands,
            earlier_snapshot_id=stands,
            total_rows=0,
        )
        self.publications.record_undo(self.next_run(), report)

    def before(self, *batches: Batch) -> list[tuple[int, float]]:
        """Sequence and rows of what a run about these batches is frozen with."""
        found = published_figures(self.ledger, "orders", batches)
        return [(item.sequence, item.figures["rows"]) for item in found]


@pytest.fixture
def history(include: Include, ledger: LedgerHook, evidence: tuple[EvidenceHook, str]) -> History:
    return History(frozen(include), ledger, *evidence)


def test_only_what_stands_counts_and_only_before_the_batch(history: History) -> None:
    one, two, three, four = (history.acquire(text) for text in ("a", "b", "c", "d"))
    history.refine(one, 10)
    history.refine(two, 20, blocked=True)
    history.refine(three, 30)
    assert history.before(four) == [(1, 10), (3, 30)]
    assert history.before(two, four) == [(1, 10), (3, 30)]
    assert history.before(three) == [(1, 10)]  # a replay is held against what its first refinement was held against
    assert history.before(one) == []


def test_a_replay_counts_and_its_undo_brings_the_first_publish_back(history: History) -> None:
    one, two = history.acquire("a"), history.acquire("b")
    first = history.refine(one, 10)
    second = history.refine(one, 11)
    assert history.before(two) == [(1, 11)]
    history.undo(one, second, stands=first)
    assert history.before(two) == [(1, 10)]
    history.undo(one, first, stands=None)
    assert history.before(two) == []


def test_a_publish_without_figures_leaves_those_before_it_and_lost_ones_leave_the_batch_out(
    history: History, caplog: pytest.LogCaptureFixture
) -> None:
    """As the replay of quarantined rows does, which are not the batch."""
    one, two, three = (history.acquire(text) for text in ("a", "b", "c"))
    history.refine(one, 10)
    history.refine(one, None)
    history.refine(two, None)
    assert history.before(three) == [(1, 10)]
    assert "no figures stand beside" in caplog.text


def test_no_more_than_the_newest_are_read(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundwork.hooks.history.HISTORY_BATCHES", 4)
    for number in range(7):
        history.refine(history.acquire(str(number)), number)
    assert history.before(history.acquire("now")) == [(4, 3), (5, 4), (6, 5), (7, 6)]
