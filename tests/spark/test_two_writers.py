"""Two jobs of their own, each with its own catalogue, on the sandbox's Glue, which compares and swaps."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from sandbox.launcher import Sandbox
from sandbox.settings import REGION
from spark_jobs import refine
from spark_jobs.iceberg import Table
from spark_jobs.session import settle
from tests.spark.products import Product, columns

BUCKET = "groundwork-sandbox-lake"


@pytest.fixture
def sessions(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Any]]:
    """Two sessions whose catalogue ``lake`` is Glue."""
    import boto3

    with Sandbox.temporary(tmp_path_factory.mktemp("glue") / "sandbox") as sandbox:
        endpoint = sandbox.settings.endpoint
        boto3.client("s3", endpoint_url=endpoint).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        made = [spark.newSession() for _ in range(2)]
        for session in made:
            settle(session)
            lake = {
                "type": "glue",
                "warehouse": f"s3://{BUCKET}/",
                "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
                "s3.endpoint": endpoint,
                "glue.endpoint": endpoint,
                "s3.path-style-access": "true",
            }
            for key, value in lake.items():
                session.conf.set(f"spark.sql.catalog.lake.{key}", value)
        yield made


def test_two_jobs_at_once_publish_both_batches_once(sessions: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    first = Product(sessions[0], "raced", columns("id* int"))
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
    assert sorted(report.counts.quarantined for report in reports) == [0, 1]
    history = Table(sessions[0], first.name("refined")).history()
    batches = [snapshot.summary.get("groundwork.batch-id") for snapshot in history]
    assert sorted(filter(None, batches)) == sorted([one.batch_id, two.batch_id])
