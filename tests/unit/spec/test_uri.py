"""S3 addresses as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundwork.spec.include import load_environment
from groundwork.spec.uri import ObjectUri, object_url, parse_uri, web_address

INCLUDE = Path(__file__).parents[3] / "include"


def test_an_address_is_taken_apart_and_put_together() -> None:
    assert parse_uri("s3://bucket/a/b c.csv") == ObjectUri("bucket", "a/b c.csv")
    assert str(ObjectUri("bucket", "a/b c.csv")) == "s3://bucket/a/b c.csv"


@pytest.mark.parametrize(
    "text", ["", "s3://", "s3://bucket", "s3://bucket/", "s3:///key", "https://bucket/key", "bucket/key"]
)
def test_what_is_no_address_of_an_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not s3://bucket/key"):
        parse_uri(text)


def test_a_persons_address_escapes_what_a_key_may_hold() -> None:
    template = "https://{region}.example/{bucket}?prefix={key}"
    assert object_url(template, "eu-west-1", "s3://b/run 1/a&b=?.json") == (
        "https://eu-west-1.example/b?prefix=run%201/a%26b%3D%3F.json"
    )


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:4999", "http://127.0.0.1:4999/"])
def test_the_sandboxs_addresses_follow_its_port(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    environment = load_environment(INCLUDE, "sandbox")
    assert object_url(environment.object_url, environment.region, "s3://b/r.html") == (
        "http://127.0.0.1:4999/_sandbox/objects/b/r.html"
    )
    assert environment.job_url is not None
    assert web_address(environment.job_url, region="r", application="a", job="j1") == (
        "http://127.0.0.1:4999/_sandbox/emr-serverless/jobs/j1"
    )


def test_a_sandboxs_address_without_a_sandbox_says_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert web_address("https://{region}.example", region="r") == "https://r.example"
    with pytest.raises(ValueError, match=r"names \{endpoint\}, and AWS_ENDPOINT_URL is not set. Write a whole address"):
        web_address("{endpoint}/x/{key}", key="k")
