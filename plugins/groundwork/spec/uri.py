"""S3 addresses as text, and where a person opens what they name."""

from __future__ import annotations

import os
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
    return web_address(template, region=region, bucket=target.bucket, key=quote(target.key))


def web_address(template: str, **values: str) -> str:
    """Fill in an address for people that an environment declares.

    :param template: ``{endpoint}`` in it is where this process's AWS is, so that nobody has to declare a sandbox's port
    :param values: what its other placeholders stand for
    :raises ValueError: it names the endpoint, and this process speaks to Amazon itself
    """
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
    if not endpoint and "{endpoint}" in template:
        raise ValueError(
            f"{template} names {{endpoint}}, and AWS_ENDPOINT_URL is not set. Write a whole address into the "
            "environment's objectUrl and jobUrl, or choose an environment that is meant for Amazon"
        )
    return template.format(endpoint=endpoint, **values)
