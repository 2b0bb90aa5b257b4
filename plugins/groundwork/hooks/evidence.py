"""What runs leave behind: models as JSON objects in S3."""

from __future__ import annotations

from typing import Any, TypeVar

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.exceptions import ClientError
from pydantic import ValidationError

from groundwork.hooks.aws_retries import retrying
from groundwork.spec.base import Frozen
from groundwork.spec.uri import parse_uri

Model = TypeVar("Model", bound=Frozen)


class EvidenceError(Exception):
    """A piece of evidence is missing, is not what it should be, or stands already with other content."""


class MissingEvidenceError(EvidenceError):
    """Nothing stands at an address whose bucket is there."""


class EvidenceHook(AwsBaseHook):
    """Reads and writes models of ``groundwork.spec`` in the evidence bucket.

    :param region_name: AWS region; boto3's own where left out
    """

    def __init__(self, *, region_name: str | None = None) -> None:
        super().__init__(aws_conn_id=None, client_type="s3", region_name=region_name, config=retrying())

    def read(self, uri: str, model: type[Model]) -> Model:
        """The model that stands at an address.

        :param uri: ``s3://bucket/key``
        :raises MissingEvidenceError: nothing stands there
        :raises EvidenceError: something else stands there
        """
        content = self._bytes(uri)
        if content is None:
            raise MissingEvidenceError(f"{uri} is not there; the stage that writes it has not finished")
        try:
            return model.from_json(content)
        except ValidationError as error:
            raise EvidenceError(f"{uri} is not a {model.__name__}: {error}") from error

    def write(self, uri: str, model: Frozen) -> None:
        """Write a model once; writing the same again changes nothing.

        :param uri: ``s3://bucket/key``
        :raises EvidenceError: something else stands there; what a run has frozen is never changed
        """
        target = parse_uri(uri)
        body = model.to_json().encode()
        client: Any = self.conn
        try:
            client.put_object(
                Bucket=target.bucket, Key=target.key, Body=body, ContentType="application/json", IfNoneMatch="*"
            )
        except ClientError as error:
            # A lost answer and boto's second try end here as well, as does a writer at the same moment (409).
            if error.response["Error"]["Code"] not in ("PreconditionFailed", "ConditionalRequestConflict", "412"):
                raise
            if self._bytes(uri) != body:
                raise EvidenceError(
                    f"{uri} stands already with other content, and evidence is never changed; trigger a new run"
                ) from error

    def _bytes(self, uri: str) -> bytes | None:
        target = parse_uri(uri)
        client: Any = self.conn
        try:
            body: bytes = client.get_object(Bucket=target.bucket, Key=target.key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            if error.response["Error"]["Code"] == "NoSuchBucket":
                raise EvidenceError(
                    f"bucket {target.bucket} is not there. On a laptop: make up; on AWS: deploy the infrastructure"
                ) from error
            raise
        return body
