"""Objects on S3 that are read and written outside Spark: specs, reports, pages, header lines."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from groundwork.spec.uri import parse_uri


@lru_cache(maxsize=1)
def client() -> Any:
    """The process's S3 client; ``AWS_ENDPOINT_URL`` decides whose S3 it is."""
    import boto3
    from botocore.config import Config

    return boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 6}))


def read(uri: str) -> bytes:
    """The object's bytes.

    :raises botocore.exceptions.ClientError: it is not there or may not be read
    """
    bucket, key = parse_uri(uri)
    body: bytes = client().get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def write(uri: str, text: str, content_type: str = "application/json") -> None:
    """Put a text; an object that is there is replaced."""
    bucket, key = parse_uri(uri)
    client().put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType=f"{content_type}; charset=utf-8")


def etag(uri: str) -> str | None:
    """The object's ETag without quotes; None where there is none."""
    from botocore.exceptions import ClientError

    bucket, key = parse_uri(uri)
    try:
        found: str = client().head_object(Bucket=bucket, Key=key)["ETag"]
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
            return None
        raise
    return found.strip('"')


def open_stream(uri: str) -> Any:
    """A binary stream over the object, read as it is consumed."""
    bucket, key = parse_uri(uri)
    return client().get_object(Bucket=bucket, Key=key)["Body"]
