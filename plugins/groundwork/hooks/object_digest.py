"""What stands in S3 now, by its content."""

from __future__ import annotations

import hashlib
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.exceptions import ClientError

from groundwork.hooks.aws_retries import retrying
from groundwork.spec.model_version import Artefact, ModelVersion
from groundwork.spec.uri import parse_uri

CHUNK = 1_000_000
PARTS = ("artifact", "evaluation", "golden", "reference")
"""The objects of a version."""


class ObjectDigestHook(AwsBaseHook):
    """Hashes objects by reading them: an ETag says nothing about the content that a digest could be held against.

    :param region_name: AWS region; boto3's own where left out
    """

    def __init__(self, *, region_name: str | None = None) -> None:
        super().__init__(aws_conn_id=None, client_type="s3", region_name=region_name, config=retrying())

    def digest(self, uri: str) -> str | None:
        """sha256 of an object as it is now; None where it is not there.

        :param uri: ``s3://bucket/key``
        """
        target = parse_uri(uri)
        client: Any = self.conn
        try:
            body = client.get_object(Bucket=target.bucket, Key=target.key)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise
        digest = hashlib.sha256()
        for chunk in body.iter_chunks(CHUNK):
            digest.update(chunk)
        return digest.hexdigest()

    def content(self, artefact: Artefact) -> bytes:
        """An object's bytes, if they are those that its digest names.

        :raises ValueError: they are not, or it is gone
        """
        target = parse_uri(artefact.uri)
        client: Any = self.conn
        try:
            body: bytes = client.get_object(Bucket=target.bucket, Key=target.key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                raise ValueError(f"{artefact.uri} is gone from S3") from error
            raise
        if hashlib.sha256(body).hexdigest() != artefact.sha256:
            raise ValueError(f"{artefact.uri} is not what was registered: its content is another one now")
        return body

    def standing(self, version: ModelVersion) -> str | None:
        """Digest of a version with its objects as they are now: equal to its own as long as none was replaced.

        :return: None where an object is gone
        """
        found = {}
        for part in PARTS:
            artefact: Artefact = getattr(version, part)
            digest = self.digest(artefact.uri)
            if digest is None:
                self.log.warning("%s of the version is gone: %s", part, artefact.uri)
                return None
            if digest != artefact.sha256:
                self.log.warning("%s of the version was replaced: %s", part, artefact.uri)
            found[part] = Artefact(uri=artefact.uri, sha256=digest)
        return version.model_copy(update=found).content_digest()
