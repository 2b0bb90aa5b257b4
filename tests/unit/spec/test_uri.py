"""S3 addresses as text."""

from __future__ import annotations

import pytest

from groundwork.spec.uri import ObjectUri, object_url, parse_uri


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
