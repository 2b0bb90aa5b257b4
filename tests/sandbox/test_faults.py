"""Faults on demand hit the calls they name, as often as they say, in the shape that each service has."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

from sandbox.launcher import Sandbox, SandboxError

ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture(autouse=True)
def no_fault_is_left(sandbox: Sandbox) -> Any:
    yield
    if sandbox.status().healthy:
        sandbox.ask("faults", "DELETE")


FAULTS = [
    ("s3", "list_buckets", "throttle", ("SlowDown", 503)),
    ("s3", "list_buckets", "fail", ("InternalError", 500)),
    ("dynamodb", "list_tables", "throttle", ("ThrottlingException", 400)),
    ("glue", "get_databases", "throttle", ("ThrottlingException", 400)),
    ("sns", "list_topics", "throttle", ("ThrottlingException", 400)),
    ("sqs", "list_queues", "fail", ("InternalError", 500)),
    ("emr-serverless", "list_applications", "throttle", ("ThrottlingException", 400)),
    ("emr-serverless", "list_applications", "quota", ("ServiceQuotaExceededException", 402)),
    ("sagemaker", "list_training_jobs", "throttle", ("ThrottlingException", 400)),
    ("sagemaker", "list_training_jobs", "quota", ("ResourceLimitExceeded", 400)),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0]}-{fault[2]}")
def test_a_fault_hits_once_and_is_gone(sandbox: Sandbox, aws: Any, fault: Any) -> None:
    service, action, kind, answer = fault
    call = getattr(aws(service, config=ONCE), action)
    sandbox.ask("faults", "POST", {"service": service, "kind": kind})
    with pytest.raises(ClientError) as hit:
        call()
    response = hit.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == answer
    assert call()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_sdks_try_again_after_a_throttle(sandbox: Sandbox, aws: Any) -> None:
    sandbox.ask("faults", "POST", {"service": "s3", "action": "ListBuckets", "kind": "throttle", "times": 2})
    assert aws("s3").list_buckets()["ResponseMetadata"]["RetryAttempts"] == 2


def test_a_fault_of_one_action_spares_the_others(sandbox: Sandbox, aws: Any) -> None:
    wanted = {"service": "glue", "action": "GetTable", "kind": "fail", "times": 1, "seconds": 1.0}
    sandbox.ask("faults", "POST", wanted)
    aws("glue", config=ONCE).get_databases()
    assert sandbox.ask("faults")["faults"] == [wanted]
    sandbox.ask("faults", "DELETE")
    assert sandbox.ask("faults")["faults"] == []


def test_slow_delays_one_call_and_no_other(sandbox: Sandbox, aws: Any) -> None:
    sts = aws("sts")
    sts.get_caller_identity()
    sandbox.ask("faults", "POST", {"service": "sts", "kind": "slow", "seconds": 0.7})
    took = []
    for _ in range(2):
        started = time.monotonic()
        sts.get_caller_identity()
        took.append(time.monotonic() - started)
    assert took[0] >= 0.7 > took[1]


def test_die_ends_the_server_before_the_call_has_an_effect(fresh_sandbox: Sandbox, clients: Any) -> None:
    glue = clients(fresh_sandbox, "glue", config=ONCE)
    fresh_sandbox.ask("faults", "POST", {"service": "glue", "action": "CreateDatabase", "kind": "die"})
    with pytest.raises(HTTPClientError):
        glue.create_database(DatabaseInput={"Name": "never"})
    assert not fresh_sandbox.status().running
    fresh_sandbox.up()
    assert glue.get_databases()["DatabaseList"] == []


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"service": "s3", "kind": "explode"}, "kind"),
        ({"service": "athena", "kind": "fail"}, "service"),
        ({"service": "s3", "kind": "fail", "times": 0}, "times"),
        ({"service": "s3", "kind": "slow", "seconds": -1}, "seconds"),
        ({"service": "s3", "kind": "fail", "often": 3}, "often"),
        ({"kind": "fail"}, "service"),
        ({"service": "s3", "kind": "quota"}, "service: 's3' is not with a quota"),
    ],
)
def test_a_wrong_fault_is_refused_by_field(sandbox: Sandbox, wanted: dict[str, Any], field: str) -> None:
    with pytest.raises(SandboxError, match=field):
        sandbox.ask("faults", "POST", wanted)


def test_calls_are_counted_by_service_and_action(sandbox: Sandbox, aws: Any) -> None:
    sandbox.ask("requests", "DELETE")
    for _ in range(3):
        aws("s3").list_buckets()
    aws("glue").get_databases()
    assert sandbox.ask("requests") == {"s3": {"ListBuckets": 3}, "glue": {"GetDatabases": 1}}
