"""Which objects a job's S3 source names, and where each lies below the folder that it is brought to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.sagemaker.errors import JobFailure

MOST_MANIFEST_BYTES = 50_000_000
ONE_THREAD = TransferConfig(use_threads=False)


@dataclass(frozen=True)
class SourceObject:
    """One object of a source.

    :param path: where it lies below the source's folder
    """

    bucket: str
    key: str
    path: str

    @property
    def address(self) -> str:
        """``s3://bucket/key``."""
        return f"s3://{self.bucket}/{self.key}"


def read_address(address: str, what: str) -> tuple[str, str]:
    """Bucket and key (or prefix) of an s3:// address.

    :param what: what named it, for the error
    :raises JobFailure: it is not one
    """
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc:
        raise JobFailure(f"ClientError: {what} {address}: expected s3://bucket/prefix")
    return parts.netloc, parts.path.lstrip("/")


def find_objects(s3: Any, data_type: str, address: str, what: str) -> list[SourceObject]:
    """The objects of a source, at least one.

    :param data_type: ``S3Prefix`` or ``ManifestFile``
    :param address: the prefix, or the manifest's address
    :param what: the channel or input that has this source, for errors
    :raises JobFailure: nothing is there, or it cannot be read
    """
    bucket, key = read_address(address, what)
    try:
        named = _manifest(s3, bucket, key, what) if data_type == "ManifestFile" else _prefix(s3, bucket, key)
        found = list(named)
    except (ClientError, BotoCoreError) as error:
        raise JobFailure(f"ClientError: Data download failed: {what} {address} cannot be read: {error}") from error
    if not found:
        raise JobFailure(
            f"ClientError: Data download failed: No S3 objects found under S3 URL {address} given in {what}"
        )
    for each in found:
        if ".." in PurePosixPath(each.path).parts or each.path.startswith("/"):
            raise JobFailure(f"ClientError: Data download failed: {each.address} would lie outside of {what}")
    return found


def download(s3: Any, source: list[SourceObject], folder: Path, what: str) -> None:
    """Bring the objects of a source below a folder, which is made.

    :raises JobFailure: one cannot be read, or has no place beside another
    """
    folder.mkdir(parents=True, exist_ok=True)
    for each in source:
        target = folder / each.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(each.bucket, each.key, str(target), Config=ONE_THREAD)
        except (ClientError, BotoCoreError, OSError) as error:
            raise JobFailure(f"ClientError: Data download failed: {each.address} of {what}: {error}") from error


def _prefix(s3: Any, bucket: str, prefix: str) -> Iterator[SourceObject]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for each in page.get("Contents", []):
            if not each["Key"].endswith("/"):  # what a console makes to show a folder
                yield SourceObject(bucket, each["Key"], below(prefix, each["Key"]))


def below(prefix: str, key: str) -> str:
    """Where a key lies below its prefix: a prefix is a folder, a whole key, or the beginning of some names."""
    if key == prefix:
        return PurePosixPath(key).name
    folder = prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
    if not key.startswith(folder):
        folder = prefix[: prefix.rfind("/") + 1]
    return key.removeprefix(folder)


def _manifest(s3: Any, bucket: str, key: str, what: str) -> Iterator[SourceObject]:
    """The objects of ``[{"prefix": "s3://bucket/folder/"}, "name", …]``."""
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read(MOST_MANIFEST_BYTES)
    try:
        first, *names = json.loads(body)
        place, prefix = read_address(first["prefix"], what)
    except (ValueError, KeyError, TypeError) as error:
        raise JobFailure(
            f"ClientError: {what}: the manifest s3://{bucket}/{key} is not a list "
            f'that begins with {{"prefix": "s3://…"}} ({error!r})'
        ) from error
    for name in names:
        if not isinstance(name, str):
            raise JobFailure(f"ClientError: {what}: {name!r} in the manifest s3://{bucket}/{key} is not a name")
        yield SourceObject(place, prefix + name, name)
