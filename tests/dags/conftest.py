"""A provisioned sandbox, a migrated Airflow database, and declarations of a test's own."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from groundwork.spec.environment import Environment
from groundwork.spec.include import Product, load_environment, load_product
from groundwork.spec.ledger import table_definition
from laptop.airflow_database import copy_database, is_migrated
from sandbox.launcher import Sandbox
from sandbox.settings import REGION, REPOSITORY

# Before Airflow is imported: it reads these once.
os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(REPOSITORY / "dags")
os.environ["OPENLINEAGE_DISABLED"] = "true"

DOMAIN = "shop"
BUNDLE = {
    "specVersion": 1,
    "digest": "d" * 64,
    "archive": "bundles/d/spark_jobs.zip",
    "entryPoint": "bundles/d/main.py",
}


def contract(product: str, **changes: Any) -> dict[str, Any]:
    """A contract of two columns, whose files are whole at once."""
    columns = [
        {"name": "id", "logicalType": "string", "primaryKey": True, "description": "Number of the order"},
        {
            "name": "name",
            "logicalType": "string",
            "required": True,
            "classification": "personal",
            "customProperties": [{"property": "groundwork.exemption", "value": "the people here are made up"}],
        },
    ]
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"shop.{product}",
        "version": "1.0.0",
        "status": "active",
        "name": product,
        "dataProduct": product.capitalize(),
        "domain": DOMAIN,
        "description": {"purpose": "To test with."},
        "team": {"members": [{"username": "steward", "role": "owner"}]},
        "servers": [
            {
                "server": "landing",
                "type": "s3",
                "location": f"s3://{{landing}}/shop/{product}/{product}*",
                "format": "csv",
                "customProperties": [{"property": "groundwork.completeness", "value": {"settleSeconds": 0}}],
            }
        ],
        "schema": [{"name": product, "physicalType": "table", "properties": columns}],
        **changes,
    }


def ruleset(product: str, **changes: Any) -> dict[str, Any]:
    """No rules."""
    return {"specVersion": 1, "product": product, "version": "1.0.0", "owner": "steward", "rules": [], **changes}


@dataclass
class Include:
    """Declarations in a folder of their own."""

    folder: Path

    def add(self, product: str, rules: dict[str, Any] | None = None, **changes: Any) -> str:
        """Declare a product."""
        for kind, content in (
            ("contracts", contract(product, **changes)),
            ("rules", ruleset(product, **(rules or {}))),
        ):
            (self.folder / kind).mkdir(parents=True, exist_ok=True)
            (self.folder / kind / f"{product}.yaml").write_text(yaml.safe_dump(content))
        return product

    def environment(self, **changes: Any) -> None:
        """Declare the sandbox as the repository does, with changes."""
        content = yaml.safe_load((REPOSITORY / "include" / "environments" / "sandbox.yaml").read_text())
        (self.folder / "environments").mkdir(parents=True, exist_ok=True)
        (self.folder / "environments" / "sandbox.yaml").write_text(yaml.safe_dump({**content, **changes}))

    def load(self, product: str) -> tuple[Environment, Product]:
        """What an operator is given."""
        return load_environment(self.folder, "sandbox"), load_product(self.folder, product)


@pytest.fixture
def include(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Include:
    """An include folder with an environment and a job bundle's manifest."""
    declared = Include(tmp_path / "include")
    declared.environment()
    (declared.folder / "contracts").mkdir()
    (declared.folder / "job_bundle.json").write_text(json.dumps(BUNDLE))
    monkeypatch.setenv("GROUNDWORK_INCLUDE", str(declared.folder))
    monkeypatch.setenv("GROUNDWORK_ENVIRONMENT", "sandbox")
    return declared


@pytest.fixture(scope="session")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox with the environment's buckets, ledger and databases; tests use products of their own in it."""
    environment = load_environment(REPOSITORY / "include", "sandbox")
    with Sandbox.temporary(tmp_path_factory.mktemp("dags-sandbox")) as running:
        session = boto3.Session("AKIASANDBOXSANDBOX00", "sandbox", region_name=REGION)
        made: Callable[[str], Any] = lambda service: session.client(service, endpoint_url=running.settings.endpoint)  # noqa: E731
        for purpose in ("landing", "lake", "artifacts", "evidence"):
            place = {"LocationConstraint": REGION}
            made("s3").create_bucket(Bucket=environment.bucket(purpose), CreateBucketConfiguration=place)  # type: ignore[arg-type]
        made("dynamodb").create_table(**table_definition(environment.ledger_table))
        assert environment.notifications is not None
        made("sns").create_topic(Name=environment.notifications.topic.rpartition(":")[2])
        for layer in ("raw", "refined", "quarantine"):
            made("glue").create_database(DatabaseInput={"Name": f"sandbox_{DOMAIN}_{layer}"})
        yield running


@pytest.fixture
def cloud(provisioned: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Points every client of this test at the provisioned sandbox."""
    for name, value in provisioned.settings.client_environment().items():
        monkeypatch.setenv(name, value)
    return provisioned


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Airflow's database in the tests' AIRFLOW_HOME."""
    home = Path(os.environ["AIRFLOW_HOME"])
    assert is_migrated(home) or copy_database(home)


@pytest.fixture
def product() -> str:
    """Name of a product that no other test uses."""
    return f"p{uuid.uuid4().hex[:8]}"
