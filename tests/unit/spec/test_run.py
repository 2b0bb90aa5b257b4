"""The seam between control plane and jobs: a run reads as it was frozen, wherever it is read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from groundwork.spec.include import load_environment, load_product
from groundwork.spec.run import Batch, FrozenRun, JobBundle, JobSpec, LandedFile, LookUpPin
from tests.unit.conftest import RULES

REPOSITORY = Path(__file__).parents[3]
FILE = LandedFile(uri="s3://acme-test-landing/shop/orders/orders 1.csv", size=3, etag="e", sha256="0" * 64)
BATCH = Batch(
    batch_id="0123456789abcdef",
    files=(FILE,),
    acquired_at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    sequence=1,
)


@pytest.fixture
def freeze() -> Callable[[Path, str], FrozenRun]:
    def frozen(include: Path, product: str) -> FrozenRun:
        declared = load_product(include, product)
        return FrozenRun(
            prefix="s3://acme-test-evidence/runs/refine_data__orders/00/",
            dag_id="refine_data__orders",
            run_id="manual__2026",
            requested_by="ada",
            frozen_at=datetime(2026, 1, 2, tzinfo=UTC),
            environment=load_environment(include, "test" if product == "orders" else "sandbox"),
            contract=declared.contract,
            ruleset=declared.ruleset,
            bundle=JobBundle(spec_version=1, digest="d", archive="a.zip", entry_point="main.py"),
            batches=(BATCH,),
            look_ups=(LookUpPin(product="shops", table="lake.x.shops", snapshot_id=2**62),),
            fencing_token=7,
        )

    return frozen


def test_addresses_stand_under_the_runs_prefix(include: Path, freeze: Callable[[Path, str], FrozenRun]) -> None:
    run = freeze(include, "orders")
    assert run.uri == f"{run.prefix}run.json"
    assert run.report_uri("refine", BATCH.batch_id) == f"{run.prefix}0123456789abcdef/refine.report.json"
    assert run.artefact_uri("refine", BATCH.batch_id, "quality.json") == (
        f"{run.prefix}0123456789abcdef/refine.quality.json"
    )
    spec = JobSpec(spec_version=1, stages=("acquire", "refine"), run=run)
    assert spec.uri == f"{run.prefix}acquire-refine.spec.json"
    assert FILE.name == "orders 1.csv"


@pytest.mark.parametrize("product", ["orders", "flights", "passengers", "airlines"])
def test_a_run_of_any_product_is_read_as_it_was_frozen(
    include: Path, freeze: Callable[[Path, str], FrozenRun], product: str
) -> None:
    run = freeze(include if product == "orders" else REPOSITORY / "include", product)
    spec = JobSpec(spec_version=1, stages=("refine",), run=run)
    again = JobSpec.from_json(spec.to_json())
    assert again == spec
    assert again.content_digest() == spec.content_digest()
    assert again.run.ruleset.rules == run.ruleset.rules
    assert again.run.batches[0].acquired_at == BATCH.acquired_at


def test_a_digest_changes_with_anything_declared(include: Path, freeze: Callable[[Path, str], FrozenRun]) -> None:
    before = freeze(include, "orders")
    (include / "rules" / "orders.yaml").write_text(RULES.replace("amount > 0", "amount > 1"))
    after = freeze(include, "orders")
    assert before.ruleset.content_digest() != after.ruleset.content_digest()
    assert before.contract.content_digest() == after.contract.content_digest()


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (FILE, {"sha256": "xyz"}),
        (FILE, {"size": -1}),
        (BATCH, {"batch_id": "short"}),
        (BATCH, {"files": ()}),
        (BATCH, {"sequence": 0}),
        (BATCH, {"acquired_at": "2026-01-01T00:00:00"}),
    ],
)
def test_what_is_no_batch_is_refused(model: LandedFile | Batch, change: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(change)).split("_")[0]):
        type(model).model_validate({**model.model_dump(), **change})


@pytest.mark.parametrize(
    "module", ["groundwork.spec.run", "groundwork.spec.report", "groundwork.decisions.publication"]
)
def test_a_job_reads_its_run_without_what_only_the_control_plane_needs(module: str) -> None:
    heavy = ["airflow", "boto3", "botocore", "pyspark", "pandas", "yaml", "open_data_contract_standard"]
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    finished = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(REPOSITORY / "plugins")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert finished.stdout == "[]\n"
