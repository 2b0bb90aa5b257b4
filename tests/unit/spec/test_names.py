"""One thing has one name everywhere, and AWS accepts it."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from groundwork.spec import names
from groundwork.spec.contract import Contract
from groundwork.spec.include import load_environment

DIGESTS = st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), min_size=1, max_size=5)
IDENTIFIERS = st.from_regex(r"\A[a-z][a-z0-9_]{0,62}\Z")


def test_names_of_tables_and_assets(include: Path, contract: Contract) -> None:
    environment = load_environment(include, "test")
    assert names.table(environment, contract, "raw") == "lake.test_shop_raw.orders"
    assert names.table(environment, contract, "quarantine") == "lake.test_shop_quarantine.orders"
    assert names.unreadable_table(environment, contract) == "lake.test_shop_quarantine.orders_unreadable"
    assert names.deletions_table(environment, contract) == "lake.test_shop_quarantine.orders_deletions"
    assert names.asset_name("refined", "orders") == "refined/orders"
    assert names.asset_uri("refined", "orders") == "x-groundwork://refined/orders"
    assert names.dag_id("refine_data", "orders") == "refine_data__orders"
    assert names.branch("0123456789abcdef") == "audit_0123456789abcdef"
    assert environment.bucket("evidence") == "acme-test-evidence"
    assert environment.ledger_table == "groundwork-test"


def test_a_batch_is_named_by_its_content() -> None:
    # printf 'orders\naa\nbb' | sha256sum
    assert names.batch_id("orders", ["bb", "aa"]) == "db5f1d97a8d5d04f"


@given(IDENTIFIERS, IDENTIFIERS, DIGESTS, st.randoms())
def test_a_batch_id_knows_neither_order_nor_time_but_product_and_content(
    product: str, other: str, digests: list[str], random: object
) -> None:
    shuffled = sorted(digests, key=lambda _: random.random())  # type: ignore[attr-defined]
    batch_id = names.batch_id(product, digests)
    assert names.batch_id(product, shuffled) == batch_id
    assert re.fullmatch("[0-9a-f]{16}", batch_id)
    assert (names.batch_id(other, digests) == batch_id) == (other == product)
    assert names.batch_id(product, [*digests, "f" * 64]) != batch_id


@given(st.text(max_size=80), st.text(max_size=80), IDENTIFIERS, st.integers(-1, 2000))
def test_a_job_key_is_one_a_piece_of_work(dag: str, run_id: str, task: str, map_index: int) -> None:
    key = names.job_key(dag, run_id, task, map_index)
    assert re.fullmatch("[0-9a-f]{32}", key)
    assert key == names.job_key(dag, run_id, task, map_index)
    assert key != names.job_key(dag, run_id, task, map_index + 1)
    assert key != names.job_key(dag, run_id + "x", task, map_index)


@given(IDENTIFIERS, st.integers(1, 99_999))
def test_a_job_name_is_one_that_aws_accepts(product: str, attempt: int) -> None:
    name = names.job_name(names.dag_id("refine_data", product), "0123456789abcdef" * 2, attempt)
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*", name)
    assert len(name) <= 63
    assert name.endswith(f"-0123456789ab-{attempt}")


def test_a_runs_prefix_holds_no_character_of_its_run_id(include: Path) -> None:
    environment = load_environment(include, "test")
    prefix = names.run_prefix(environment, "refine_data__orders", "manual__2026-01-01T00:00:00+00:00/../é")
    assert re.fullmatch("s3://acme-test-evidence/runs/refine_data__orders/[0-9a-f]{16}/", prefix)
    assert prefix != names.run_prefix(environment, "refine_data__orders", "another")


@given(IDENTIFIERS, st.integers(1, 999_999))
def test_a_releases_name_is_one_that_sagemaker_accepts(model: str, number: int) -> None:
    environment = SimpleNamespace(name="sandbox")
    name = names.release(environment, model, number)  # type: ignore[arg-type]
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", name)
    assert name.endswith(f"-{number:06d}")
    assert name != names.release(environment, model, number + 1)  # type: ignore[arg-type]
