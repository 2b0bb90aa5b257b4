"""Main holds whole batches, each once: the driver is killed at every step, and tables are compacted meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from groundwork.spec.run import FrozenRun, JobSpec
from sandbox.settings import REPOSITORY
from spark_jobs import refine
from spark_jobs.errors import JobError
from spark_jobs.iceberg import Table
from tests.spark.products import Product, columns

POSITIVE = {"name": "positive", "kind": "require", "predicate": "id > 0"}
# What is killed when; whether main then holds what was being published.
STEPS = {
    "plan": False,
    "rules": False,
    "quarantine": False,
    "write": False,
    "audit": False,
    "commit": True,
}
SETTINGS = ("spark.driver.", "spark.local.", "spark.python.", "spark.sql.", "spark.hadoop.", "spark.ui.")


def session_settings(spark: Any) -> dict[str, str]:
    """Of the tests' session, for a session of another JVM on the same lake."""
    conf = dict(spark.sparkContext.getConf().getAll())
    return {key: value for key, value in conf.items() if key.startswith(SETTINGS) and key != "spark.driver.port"}


@contextmanager
def stopped_drivers(spark: Any, folder: Path, runs: list[tuple[FrozenRun, str]]) -> Iterator[subprocess.Popen[str]]:
    """A JVM of its own that carries the runs out, each until after a step; killed at the end."""
    specs = [JobSpec(spec_version=1, stages=("refine",), run=run).to_json() for run, _ in runs]
    file = folder / "killed.json"
    file.write_text(json.dumps({"conf": session_settings(spark), "specs": specs, "steps": [step for _, step in runs]}))
    command = [sys.executable, "-m", "tests.spark.killed_driver", str(file)]
    path = os.pathsep.join(str(REPOSITORY / place) for place in (".", "plugins", "include"))
    process = subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": path},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # The driver's Python and its JVM at once, as when its machine goes.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def published(p: Product) -> list[int]:
    return sorted(row["id"] for row in p.spark.table(p.name("refined")).select("id").collect())


def snapshots_of(p: Product, batch_id: str) -> int:
    history = Table(p.spark, p.name("refined")).history()
    return Counter(snapshot.summary.get("groundwork.batch-id") for snapshot in history)[batch_id]


@pytest.mark.timeout(240)
def test_a_killed_driver_leaves_whole_batches_and_a_rerun_finishes(spark: Any, tmp_path: Path) -> None:
    cases: dict[str, tuple[Product, FrozenRun]] = {}
    for step in STEPS:
        p = Product(spark, f"killed_after_{step}", columns("id* int"), rules=[POSITIVE])
        p.refine(p.land("id\n1\n"))
        cases[step] = (p, second(p))
    upsert = Product(spark, "killed_upsert", columns("id* int"), rules=[POSITIVE], load_mode="upsert")
    upsert.refine(upsert.land("id\n1\n"))
    replayed = Product(spark, "killed_replay", columns("id* int"), rules=[{**POSITIVE, "predicate": "id > 2"}])
    batch = replayed.land("id\n3\n-3\n2\n1\n")
    replayed.refine(batch)
    replayed.rules = [POSITIVE]
    replay = replayed.run(batch, quarantined_rules=())
    runs = [(run, step) for step, (_, run) in cases.items()]
    upserted = second(upsert)
    with stopped_drivers(spark, tmp_path, [*runs, (upserted, "write"), (replay, "commit")]) as process:
        assert process.stdout is not None
        said = next((line for line in process.stdout if line == "all stopped\n"), None)
        assert said, "the driver has ended by itself"
    for step, there in STEPS.items():
        p, run = cases[step]
        assert published(p) == ([1, 2, 3] if there else [1]), step
        finishes(p, run, "already_published" if there else "published")
    assert published(upsert) == [1]
    finishes(upsert, upserted, "published")
    killed_after_its_commit(replayed, replay)


def second(p: Product) -> FrozenRun:
    """A run over a batch that is acquired: two rows that are published and one that is not."""
    batch = p.land("id\n2\n3\n-1\n")
    p.do(p.run(batch), "acquire")
    return p.run(batch)


def finishes(p: Product, run: FrozenRun, outcome: str) -> None:
    """The same run again publishes what is not published, and once more nothing."""
    (report,) = p.do(run, "refine")
    counts = report.counts
    assert (report.outcome, counts.raw, counts.published, counts.quarantined) == (outcome, 3, 2, 1), p.product
    assert p.do(run, "refine")[0].outcome == "already_published"
    assert (published(p), p.broken(), snapshots_of(p, report.batch_id)) == ([1, 2, 3], [(3, ["positive"])], 1)
    assert [row["name"] for row in p.spark.table(f"{p.name('refined')}.refs").collect()] == ["main"]


def killed_after_its_commit(p: Product, run: FrozenRun) -> None:
    """Another replay finds the rows in main and publishes none; the same run marks what it has published."""
    assert published(p) == [1, 2, 3]
    waiting = p.spark.table(p.name("quarantine")).where("_state = 'quarantined'")
    assert waiting.count() == 3
    other = run.model_copy(update={"prefix": run.prefix + "other/"})
    assert p.do(other, "refine")[0].outcome == "unchanged"
    assert p.do(run, "refine")[0].outcome == "already_published"
    states = {row["id"]: row["_state"] for row in p.spark.table(p.name("quarantine")).collect()}
    assert (published(p), states) == ([1, 2, 3], {"-3": "quarantined", "2": "published", "1": "published"})


def compact(p: Product) -> None:
    name = p.name("refined").removeprefix("lake.")
    rewritten = p.spark.sql(
        f"CALL lake.system.rewrite_data_files(table => '{name}', options => map('rewrite-all', 'true'))"
    ).collect()
    assert rewritten[0]["rewritten_data_files_count"] >= 2


@pytest.mark.parametrize("load_mode", ["append", "upsert"])
def test_a_compaction_meanwhile_costs_a_second_attempt(
    product: Any, monkeypatch: pytest.MonkeyPatch, load_mode: str
) -> None:
    p = product("id* int", rules=[POSITIVE], load_mode=load_mode, fencing_token=7)
    for text in ("id\n1\n", "id\n4\n"):
        p.refine(p.land(text))
    write: Callable[..., Any] = refine.write_branch
    written = []

    def compacted(*arguments: Any) -> Any:
        found = write(*arguments)
        if not written:
            compact(p)
        written.append(found)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(refine, "write_branch", compacted)
        report = p.refine(batch := p.land("id\n2\n3\n-1\n"))
    assert (len(written), report.outcome, report.counts.published, report.total_rows) == (2, "published", 2, 4)
    assert (published(p), snapshots_of(p, batch.batch_id)) == ([1, 2, 3, 4], 1)
    # A compaction has no fencing token: a run that was superseded before it stays so.
    compact(p)
    with pytest.raises(JobError, match="fencing token 7, this run holds 6"):
        p.refine(p.land("id\n9\n"), fencing_token=6)
    (undone,) = p.do(p.run(batch), "undo")
    assert undone.decision.reasons == ("main was rewritten, as a compaction does, on top of it: undo that first",)
