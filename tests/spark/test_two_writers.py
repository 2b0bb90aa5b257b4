"""Two jobs of their own, each with its own catalogue, on the sandbox's Glue, which compares and swaps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from spark_jobs import refine
from spark_jobs.iceberg import Table
from tests.spark.conftest import GlueLake
from tests.spark.products import Product, columns


@pytest.mark.parametrize("load_mode", ["append", "upsert"])
def test_two_jobs_at_once_publish_both_batches_once(
    glue_lake: GlueLake, monkeypatch: pytest.MonkeyPatch, load_mode: str
) -> None:
    sessions = [glue_lake.session() for _ in range(2)]
    first = Product(sessions[0], f"raced_{load_mode}", columns("id* int"), load_mode=load_mode)
    second = replace(first, spark=sessions[1])
    one, two = first.land("id\n1\n5\n"), first.land("id\n2\n5\n")
    first.do(first.run(one, two), "acquire")
    runs = [(first, first.run(one)), (second, first.run(two))]
    meeting = Barrier(2)
    write, met = refine.write_branch, set()

    def wait(run: Any, *arguments: Any) -> Any:
        written = write(run, *arguments)
        if run.prefix not in met:
            met.add(run.prefix)
            meeting.wait(120)
        return written

    monkeypatch.setattr(refine, "write_branch", wait)
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda pair: pair[0].do(pair[1], "refine")[0], runs))
    assert [report.outcome for report in reports] == ["published", "published"]
    assert sorted(first.rows()) == [(1,), (2,), (5,)]
    if load_mode == "append":
        assert sorted(report.counts.quarantined for report in reports) == [0, 1]
    else:
        # Whoever came first: the row of the later acquisition stands.
        assert {row for row in first.rows("refined", "id", "_batch_id") if row[0] == 5} == {(5, two.batch_id)}
        assert [report.counts.published + report.counts.superseded for report in reports] == [2, 2]
    history = Table(sessions[0], first.name("refined")).history()
    batches = [snapshot.summary.get("groundwork.batch-id") for snapshot in history]
    assert sorted(filter(None, batches)) == sorted([one.batch_id, two.batch_id])
