"""The landing files, made once, and a sandbox with a ledger for the driver to wait on."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from groundwork.spec.ledger import table_definition
from sandbox.launcher import Sandbox
from sandbox.provision import clients
from sandbox.settings import REGION, REPOSITORY

LEDGER = "groundwork-sandbox"
LANDING = "groundwork-sandbox-landing"
JOBS_PYTHON = REPOSITORY / ".venv-jobs" / "bin" / "python"


@pytest.fixture(scope="session")
def make_landing() -> Callable[[Path], Path]:
    """Runs the command as the demo does."""

    def make(folder: Path) -> Path:
        command = [str(JOBS_PYTHON), "-m", "demo.landing", "--folder", str(folder)]
        return Path(subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.strip())

    return make


@pytest.fixture(scope="session")
def landing(tmp_path_factory: pytest.TempPathFactory, make_landing: Callable[[Path], Path]) -> Path:
    """Folder with all landing files."""
    return make_landing(tmp_path_factory.mktemp("landing"))


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox of the demo's tests."""
    with Sandbox.temporary(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Callable[[str], Any]]:
    """Makes boto3 clients of a sandbox that holds an empty ledger and landing bucket."""
    made = clients(sandbox.settings, REGION)
    dynamodb, s3 = made("dynamodb"), made("s3")
    dynamodb.create_table(**table_definition(LEDGER))
    s3.create_bucket(Bucket=LANDING, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield made
    dynamodb.delete_table(TableName=LEDGER)
    for each in s3.list_objects_v2(Bucket=LANDING).get("Contents", []):
        s3.delete_object(Bucket=LANDING, Key=each["Key"])
    s3.delete_bucket(Bucket=LANDING)


@pytest.fixture
def put_fact(client: Callable[[str], Any], sandbox: Sandbox) -> Callable[..., None]:
    """Writes a record as the hooks do."""
    resource = boto3.Session("AKIASANDBOXSANDBOX00", "sandbox", region_name=REGION).resource(
        "dynamodb", endpoint_url=sandbox.settings.endpoint
    )
    return lambda **item: resource.Table(LEDGER).put_item(Item=item)
