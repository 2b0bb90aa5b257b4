"""Runs of acquire_data, from the landing bucket to the receipt."""

from __future__ import annotations

import gzip
import shutil
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from groundwork.hooks.batches import Batches
from groundwork.hooks.evidence import EvidenceHook
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.writers import Writers
from groundwork.spec.decision import Decision
from groundwork.spec.names import database
from groundwork.spec.report import AcquireReport, FileResult
from groundwork.spec.run import FrozenRun, LandedFile
from sandbox.launcher import Sandbox
from sandbox.settings import REGION
from tests.dags.conftest import Include
from tests.dags.operators.conftest import RunDag

Land = Callable[[str, str, bytes], None]
GOOD = b"id,name\n1,one\n2,two\n"


def acquire_report(run: FrozenRun, **changes: Any) -> None:
    """What the job leaves after loading the run's batch."""
    (batch,) = run.batches
    name = run.contract.product
    if changes.get("outcome") != "refused":
        columns = [{"Name": column.name, "Type": "string"} for column in run.contract.columns]
        boto3.client("glue", region_name=REGION).create_table(
            DatabaseName=database(run.environment, run.contract, "raw"),
            TableInput={"Name": name, "Parameters": {}, "StorageDescriptor": {"Columns": columns}},
        )
    content: dict[str, Any] = {
        "product": name,
        "batch_id": batch.batch_id,
        "decision": Decision(outcome="load"),
        "table": f"lake.sandbox_shop_raw.{name}",
        "outcome": "acquired",
        "snapshot_id": 4242,
        "files": tuple(FileResult(uri=file.uri, rows=2, unreadable=0) for file in batch.files),
        **changes,
    }
    report = AcquireReport(**content)
    EvidenceHook(region_name=REGION).write(run.report_uri("acquire", batch.batch_id), report)


@pytest.fixture
def batches(sandbox_ledger: LedgerHook, include: Include, product: str) -> Batches:
    """What the ledger knows of a declared product."""
    include.add(product)
    return Batches(sandbox_ledger, product)


def events(product: str, layer: str = "raw") -> list[dict[str, Any]]:
    """Extras of the asset's events, oldest first."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        wanted = select(AssetEvent).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        found = session.scalars(wanted.where(AssetModel.name == f"{layer}/{product}").order_by(AssetEvent.id))
        return [event.extra for event in found]


def test_files_become_a_batch_with_a_receipt_and_an_event(
    run_dag: RunDag, land: Land, batches: Batches, product: str, sandbox_ledger: LedgerHook
) -> None:
    land(product, "_1.csv", GOOD)
    land(product, "_bad.csv", b"id;name\n")
    frozen: list[FrozenRun] = []

    def job(run: FrozenRun) -> None:
        frozen.append(run)
        assert Writers(sandbox_ledger, product).holder("raw") == f"{run.dag_id}/{run.run_id}"
        acquire_report(run)

    run = run_dag(f"acquire_data__{product}", job, wait_minutes=0)
    assert run.tasks == {"collect_files": "success", "append_raw": "success", "record_batch": "success"}
    (record,) = batches.all()
    assert (record.state, record.snapshot_id, [file.name for file in record.batch.files]) == (
        "acquired",
        4242,
        [f"{product}_1.csv"],
    )
    assert frozen[0].batches == (record.batch,)
    assert (frozen[0].requested_by, frozen[0].bundle.digest) == ("dag_test", "d" * 64)
    assert record.report_uri == frozen[0].report_uri("acquire", record.batch.batch_id)
    assert events(product) == [{"batches": [record.batch.batch_id], "snapshot_id": 4242}]
    assert Writers(sandbox_ledger, product).holder("raw") is None
    table = boto3.client("glue", region_name=REGION).get_table(DatabaseName="sandbox_shop_raw", Name=product)["Table"]
    assert table["Parameters"]["groundwork.business.owner"] == "steward"
    assert table["Parameters"]["groundwork.operational.rows_in_batch"] == "2"
    assert table["StorageDescriptor"]["Columns"][1]["Parameters"] == {"groundwork.classification": "personal"}

    again = run_dag(f"acquire_data__{product}", wait_minutes=0)
    assert set(again.tasks.values()) == {"skipped"}
    assert len(batches.all()) == len(events(product)) == 1


def test_nothing_that_can_be_loaded_fails_at_once_with_every_reason(
    run_dag: RunDag, land: Land, batches: Batches, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    land(product, "_1.csv", b"id;name\n")
    land(product, "_2.csv", b"")
    run = run_dag(f"acquire_data__{product}", wait_minutes=0)
    assert run.tasks == {"collect_files": "failed", "append_raw": "upstream_failed", "record_batch": "upstream_failed"}
    said = capfd.readouterr()
    text = said.out + said.err
    assert "no file can be loaded" in text
    assert "is the delimiter ','?" in text
    assert "the file is empty" in text
    assert batches.all() == []
    assert set(run_dag(f"acquire_data__{product}", wait_minutes=0).tasks.values()) == {"skipped"}


BAD_FILES = {
    "_empty.csv": (b"", "the file is empty"),
    "_cut.csv.gz": (gzip.compress(GOOD * 50)[:-9], "the gzip file is truncated; deliver it again"),
    "_other.csv": (b"id;name\n1;one\n", "is the delimiter ','?"),
    "_latin.csv": ("id,name\n1,café\n".encode("latin-1"), "line 2, byte 14 is not UTF-8"),
    "_added.csv": (b"id,name,age\n1,one,7\n", "columns the contract does not know: age"),
    "_missing.csv": (b"name\none\n", "declared columns are missing: id"),
    "_quote.csv": (b'id,name\n1,"one\n', "line 2: a quote is opened and never closed"),
    ";rm -rf $HOME.csv": (GOOD, "is not acceptable; rename the file"),
}


def test_every_bad_file_is_told_with_its_reason_and_stays_and_the_good_ones_go_on(
    run_dag: RunDag, land: Land, batches: Batches, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, (content, _) in BAD_FILES.items():
        land(product, name, content)
    assert run_dag(f"acquire_data__{product}", wait_minutes=0).tasks["collect_files"] == "failed"
    text = "".join(capfd.readouterr())
    assert (batches.all(), events(product)) == ([], [])
    refused = {record.uri.rpartition("/")[2]: record for record in batches.files().values()}
    assert refused.keys() == {f"{product}{name}" for name in BAD_FILES}
    for name, (_, reason) in BAD_FILES.items():
        record = refused[f"{product}{name}"]
        assert (record.batch_id, reason in "; ".join(record.reasons)) == (None, True), record
        assert reason in text, name

    good = {"_bom.csv": b"\xef\xbb\xbf" + GOOD, "_turned.csv": b"name,id\nthree,3\n"}
    for name, content in good.items():
        land(product, name, content)
    assert run_dag(f"acquire_data__{product}", acquire_report, wait_minutes=0).state == "success"
    (loaded,) = batches.all()
    assert [file.name for file in loaded.batch.files] == [f"{product}{name}" for name in good]
    assert "is refused" not in "".join(capfd.readouterr()), "told once, until file or contract change"
    s3 = boto3.client("s3")
    for name, content in good.items() | {(name, content) for name, (content, _) in BAD_FILES.items()}:
        found = s3.get_object(Bucket="groundwork-sandbox-landing", Key=f"shop/{product}/{product}{name}")
        assert found["Body"].read() == content, name


def test_a_file_that_is_rewritten_while_it_is_waited_for_is_loaded_once_as_it_ends(
    run_dag: RunDag, land: Land, include: Include, product: str, sandbox_ledger: LedgerHook
) -> None:
    settle(include, product, seconds=2)
    versions = [GOOD[:9], GOOD[:14], GOOD, b"id,name\n1,one\n2,two\n3,three\n"]
    land(product, "_1.csv", versions[0])

    def write_on() -> None:
        for version in versions[1:]:
            time.sleep(1)
            land(product, "_1.csv", version)

    writer = threading.Thread(target=write_on)
    writer.start()
    run = run_dag(f"acquire_data__{product}", acquire_report, wait_minutes=1)
    writer.join()
    assert run.state == "success"
    (record,) = Batches(sandbox_ledger, product).all()
    assert [file.sha256 for file in record.batch.files] == [_sha256(versions[-1])]


def settle(include: Include, product: str, seconds: int) -> None:
    """Declare the product so that its files count as whole after that time."""
    server = {
        "server": "landing",
        "type": "s3",
        "location": f"s3://{{landing}}/shop/{product}/{product}*",
        "format": "csv",
        "customProperties": [{"property": "groundwork.completeness", "value": {"settleSeconds": seconds}}],
    }
    include.add(product, servers=[server])


def test_it_waits_deferred_until_files_have_settled(
    run_dag: RunDag, land: Land, include: Include, product: str, sandbox_ledger: LedgerHook
) -> None:
    settle(include, product, seconds=2)
    land(product, "_1.csv", GOOD)
    run = run_dag(f"acquire_data__{product}", acquire_report, wait_minutes=1)
    assert run.state == "success"
    assert [record.state for record in Batches(sandbox_ledger, product).all()] == ["acquired"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"status": "draft"}, "its status is draft"), ({"servers": []}, "no landing server is declared")],
)
def test_a_source_that_is_not_registered_is_refused(
    run_dag: RunDag,
    include: Include,
    land: Land,
    product: str,
    sandbox_ledger: LedgerHook,
    changes: dict[str, Any],
    said: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    include.add(product, **changes)
    land(product, "_1.csv", GOOD)
    assert run_dag(f"acquire_data__{product}").tasks["collect_files"] == "failed"
    text = "".join(capfd.readouterr())
    assert f"{product} is not registered, so nothing is acquired: {said}" in text
    assert "set status: active and declare a server named landing" in text
    batches = Batches(sandbox_ledger, product)
    assert (batches.all(), batches.files(), events(product)) == ([], {}, [])


def test_without_a_job_bundle_nothing_is_lost(
    run_dag: RunDag, land: Land, include: Include, batches: Batches, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    land(product, "_1.csv", GOOD)
    bundle = include.folder / "job_bundle.json"
    shutil.move(bundle, bundle.with_suffix(".away"))
    assert run_dag(f"acquire_data__{product}", wait_minutes=0).tasks["collect_files"] == "failed"
    assert "run make bundle" in "".join(capfd.readouterr())
    shutil.move(bundle.with_suffix(".away"), bundle)
    # The next run takes the lease of the one that failed, and its batch.
    run = run_dag(f"acquire_data__{product}", acquire_report, wait_minutes=0)
    assert run.state == "success"
    assert [(record.state, record.batch.sequence) for record in batches.all()] == [("acquired", 1)]


def test_a_batch_whose_run_died_is_gone_on_with_before_new_files(
    run_dag: RunDag, land: Land, batches: Batches, product: str
) -> None:
    land(product, "_1.csv", GOOD)

    def die(_: FrozenRun) -> None:
        raise RuntimeError("the worker was lost")

    assert run_dag(f"acquire_data__{product}", die, wait_minutes=0).state == "failed"
    (record,) = batches.all()
    land(product, "_2.csv", b"id,name\n3,three\n")
    assert run_dag(f"acquire_data__{product}", acquire_report, wait_minutes=0).state == "success"
    (finished,) = batches.all()
    assert finished.batch == record.batch
    assert finished.state == "acquired"
    assert finished.claimed_by != record.claimed_by


def test_a_dead_runs_batch_whose_file_was_replaced_does_not_block_the_product(
    run_dag: RunDag, land: Land, batches: Batches, product: str
) -> None:
    land(product, "_1.csv", GOOD)

    def die(_: FrozenRun) -> None:
        raise RuntimeError("the worker was lost")

    run_dag(f"acquire_data__{product}", die, wait_minutes=0)
    land(product, "_1.csv", b"id,name\n9,nine\n")
    assert run_dag(f"acquire_data__{product}", acquire_report, wait_minutes=0).state == "success"
    first, second = batches.all()
    assert (first.state, first.reasons) == ("refused", (f"{product}_1.csv was replaced before it was loaded",))
    assert second.state == "acquired"


def test_a_refused_batch_leaves_no_event_and_frees_its_files(
    run_dag: RunDag, land: Land, batches: Batches, product: str, capfd: pytest.CaptureFixture[str]
) -> None:
    land(product, "_1.csv", GOOD)
    reason = "column id is retyped: no value of the batch reads as int"

    def job(run: FrozenRun) -> None:
        decision = Decision(outcome="refuse", reasons=(reason,))
        acquire_report(run, outcome="refused", decision=decision, snapshot_id=None)

    run = run_dag(f"acquire_data__{product}", job, wait_minutes=0)
    assert run.tasks["record_batch"] == "failed"
    assert reason in "".join(capfd.readouterr())
    assert events(product) == []
    assert [record.state for record in batches.all()] == ["refused"]
    (file,) = batches.files().values()
    assert (file.batch_id, file.reasons) == (None, (reason,))


def test_another_running_run_is_waited_for(
    run_dag: RunDag,
    land: Land,
    batches: Batches,
    product: str,
    sandbox_ledger: LedgerHook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other run, which this Airflow does not know, holds the lease and takes the file while this one waits: exactly
    one of the two loads it."""
    from datetime import timedelta

    from groundwork.operators import run_planning

    land(product, "_1.csv", GOOD)
    writers = Writers(sandbox_ledger, product)
    assert writers.take("raw", "acquire_data__x/other", 600, lambda _: False) == 1
    waited: list[str] = []
    wait = run_planning.RunPlanningOperator._wait_for_writer

    def other_run_finishes(operator: run_planning.RunPlanningOperator, why: str) -> None:
        waited.append(why)
        item = LandedFile(uri="s3://x/y", size=20, etag="e", sha256=_sha256(GOOD))
        assert batches.claim({"place": item}, datetime.now(UTC), "acquire_data__x/other")
        batches.record_acquired(batches.all()[0].batch.batch_id, 1, "s3://x/report")
        writers.release("acquire_data__x/other")
        wait(operator, why)

    monkeypatch.setattr(run_planning, "LEASE_PAUSE", timedelta(seconds=0.2))
    monkeypatch.setattr(run_planning.RunPlanningOperator, "_wait_for_writer", other_run_finishes)
    run = run_dag(f"acquire_data__{product}", wait_minutes=0)
    assert waited == [f"acquire_data__x/other writes raw/{product}"]
    assert set(run.tasks.values()) == {"skipped"}
    assert len(batches.all()) == 1


@pytest.mark.parametrize("kind", ["throttle", "fail"])
def test_s3_that_answers_503_or_500_for_a_moment_fails_nothing(
    run_dag: RunDag, land: Land, batches: Batches, product: str, cloud: Sandbox, kind: str
) -> None:
    land(product, "_1.csv", GOOD)
    for action in ("ListObjectsV2", "GetObject", "PutObject"):
        cloud.ask("faults", "POST", {"service": "s3", "action": action, "kind": kind, "times": 2})
    assert run_dag(f"acquire_data__{product}", acquire_report, wait_minutes=0).state == "success"
    assert cloud.ask("faults")["faults"] == []
    assert [record.state for record in batches.all()] == ["acquired"]


def test_s3_that_goes_on_answering_503_fails_the_run_and_the_next_one_goes_on_with_its_batch(
    run_dag: RunDag, land: Land, batches: Batches, product: str, cloud: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    land(product, "_1.csv", GOOD)
    # The run's frozen plan cannot be written: the batch has been claimed by then.
    cloud.ask("faults", "POST", {"service": "s3", "action": "PutObject", "kind": "throttle", "times": 1000})
    try:
        assert run_dag(f"acquire_data__{product}", wait_minutes=0).tasks["collect_files"] == "failed"
    finally:
        cloud.ask("faults", "DELETE")
    assert "SlowDown" in "".join(capfd.readouterr())
    (claimed,) = batches.all()
    assert (claimed.state, events(product)) == ("claimed", [])
    land(product, "_2.csv", b"id,name\n3,three\n")
    assert run_dag(f"acquire_data__{product}", acquire_report, wait_minutes=0).state == "success"
    (finished,) = batches.all()
    assert (finished.state, finished.batch) == ("acquired", claimed.batch)


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()
