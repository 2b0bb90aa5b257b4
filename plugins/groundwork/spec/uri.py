"""S3 addresses as text."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote


class ObjectUri(NamedTuple):
    """Bucket and key of one object."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def parse_uri(uri: str) -> ObjectUri:
    """Bucket and key of ``s3://bucket/key``.

    :raises ValueError: not such an address
    """
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket or not key:
        raise ValueError(f"{uri!r} is not s3://bucket/key")
    return ObjectUri(bucket, key)


def object_url(template: str, region: str, uri: str) -> str:
    """Address at which a person opens an object.

    :param template: the environment's ``objectUrl``
    """
    target = parse_uri(uri)
    return template.format(region=region, bucket=target.bucket, key=quote(target.key))
