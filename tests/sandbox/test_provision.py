"""What infrastructure code would make, made in a real sandbox and left alone when it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from groundwork.spec.errors import SpecError
from groundwork.spec.include import load_environment
from sandbox.launcher import Sandbox
from sandbox.provision import provision
from sandbox.settings import REPOSITORY

INCLUDE = REPOSITORY / "include"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox of these tests alone: the application keeps a driver warm, which would slow the others."""
    with Sandbox.temporary(tmp_path_factory.mktemp("provisioned")) as running:
        yield running


@pytest.fixture
def aws(sandbox: Sandbox, clients: Callable[..., Any]) -> Callable[..., Any]:
    """Makes boto3 clients of it."""
    return lambda service: clients(sandbox, service)


@pytest.fixture(scope="module")
def first(sandbox: Sandbox) -> list[tuple[str, str]]:
    """What the first run did."""
    return list(provision(sandbox.settings, INCLUDE, "sandbox"))


def test_the_first_run_makes_everything(first: list[tuple[str, str]], aws: Callable[..., Any]) -> None:
    assert {outcome for _, outcome in first} == {"created"}
    buckets = {each["Name"] for each in aws("s3").list_buckets()["Buckets"]}
    assert {f"groundwork-sandbox-{name}" for name in ("landing", "lake", "artifacts", "evidence")} <= buckets
    keys = aws("dynamodb").describe_table(TableName="groundwork-sandbox")["Table"]["KeySchema"]
    assert [(key["AttributeName"], key["KeyType"]) for key in keys] == [("pk", "HASH"), ("sk", "RANGE")]
    refined = aws("glue").get_database(Name="sandbox_airline_operations_refined")["Database"]
    assert refined["LocationUri"] == "s3://groundwork-sandbox-lake/sandbox_airline_operations_refined/"
    role = aws("iam").get_role(RoleName="groundwork-sandbox-refine")["Role"]
    assert role["Arn"] == load_environment(INCLUDE, "sandbox").execution_roles["refine"]


def test_the_application_is_started_with_the_declared_defaults(
    first: list[tuple[str, str]], aws: Callable[..., Any]
) -> None:
    emr = aws("emr-serverless")
    (found,) = [each for each in emr.list_applications()["applications"] if each["name"] == "groundwork-sandbox"]
    application = emr.get_application(applicationId=found["id"])["application"]
    assert application["state"] == "STARTED"
    assert application["initialCapacity"]["Driver"]["workerCount"] == 1
    (defaults,) = application["runtimeConfiguration"]
    assert defaults["properties"]["spark.sql.catalog.lake.type"] == "glue"
    assert defaults["properties"]["spark.sql.session.timeZone"] == "UTC"


def test_the_second_run_changes_nothing_and_keeps_the_secret(
    first: list[tuple[str, str]], sandbox: Sandbox, aws: Callable[..., Any]
) -> None:
    secret = aws("secretsmanager").get_secret_value(SecretId="groundwork_sandbox_tokenise")["SecretString"]
    assert len(bytes.fromhex(secret)) == 32
    second = list(provision(sandbox.settings, INCLUDE, "sandbox"))
    assert second == [(what, "unchanged") for what, _ in first]
    assert aws("secretsmanager").get_secret_value(SecretId="groundwork_sandbox_tokenise")["SecretString"] == secret


def test_a_changed_declaration_changes_the_application_alone(
    first: list[tuple[str, str]], sandbox: Sandbox, aws: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "contracts").symlink_to(INCLUDE / "contracts")
    (tmp_path / "rules").symlink_to(INCLUDE / "rules")
    (tmp_path / "environments").mkdir()
    declared = (INCLUDE / "environments" / "sandbox.yaml").read_text()
    changed = declared.replace('spark.sql.shuffle.partitions: "4"', 'spark.sql.shuffle.partitions: "7"')
    assert changed != declared
    (tmp_path / "environments" / "sandbox.yaml").write_text(changed)
    outcomes = list(provision(sandbox.settings, tmp_path, "sandbox"))
    assert [what for what, outcome in outcomes if outcome == "changed"] == ["application groundwork-sandbox"]
    assert {outcome for _, outcome in outcomes} == {"changed", "unchanged"}
    emr = aws("emr-serverless")
    (found,) = [each for each in emr.list_applications()["applications"] if each["name"] == "groundwork-sandbox"]
    application = emr.get_application(applicationId=found["id"])["application"]
    assert application["runtimeConfiguration"][0]["properties"]["spark.sql.shuffle.partitions"] == "7"
    assert application["state"] == "STARTED"


def test_a_topic_of_another_account_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    """A message to it would reach nobody."""
    (tmp_path / "contracts").symlink_to(INCLUDE / "contracts")
    (tmp_path / "rules").symlink_to(INCLUDE / "rules")
    (tmp_path / "environments").mkdir()
    declared = (INCLUDE / "environments" / "sandbox.yaml").read_text()
    changed = declared.replace("arn:aws:sns:eu-west-1:123456789012:", "arn:aws:sns:eu-west-1:999999999999:")
    assert changed != declared
    (tmp_path / "environments" / "sandbox.yaml").write_text(changed)
    with pytest.raises(SpecError, match="is of another account or region than the sandbox"):
        list(provision(sandbox.settings, tmp_path, "sandbox"))
