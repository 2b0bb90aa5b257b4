"""A running sandbox with a ledger and an evidence bucket."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import boto3
import pytest

from groundwork.hooks.evidence import EvidenceHook
from groundwork.hooks.ledger import LedgerHook
from groundwork.spec.ledger import table_definition
from sandbox.launcher import Sandbox
from sandbox.settings import REGION


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for every test here."""
    with Sandbox.temporary(tmp_path_factory.mktemp("hooks-sandbox")) as running:
        yield running


@pytest.fixture
def aws(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Points every client of this test at the sandbox."""
    for name, value in sandbox.settings.client_environment().items():
        monkeypatch.setenv(name, value)
    return sandbox


@pytest.fixture
def ledger(aws: Sandbox) -> LedgerHook:
    """An empty ledger."""
    name = f"ledger-{uuid.uuid4().hex[:8]}"
    boto3.client("dynamodb", region_name=REGION).create_table(**table_definition(name))
    return LedgerHook(table=name, region_name=REGION)


@pytest.fixture
def evidence(aws: Sandbox) -> tuple[EvidenceHook, str]:
    """The hook, and an empty bucket."""
    bucket = f"evidence-{uuid.uuid4().hex[:8]}"
    boto3.client("s3", region_name=REGION).create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    return EvidenceHook(region_name=REGION), bucket
