"""The landing bucket: which files lie there, which of them are whole, and what they hold."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from fnmatch import fnmatchcase
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.exceptions import ClientError
from pydantic import Field, ValidationError

from groundwork.hooks.aws_retries import retrying
from groundwork.hooks.landing_content import Content, inspect
from groundwork.spec.base import Frozen
from groundwork.spec.contract import Contract, Landing
from groundwork.spec.environment import Environment
from groundwork.spec.uri import ObjectUri, parse_uri

CHUNK_BYTES = 1 << 20
MANIFEST_BYTES = 1 << 20
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")


class LandingError(Exception):
    """The landing place cannot be read; the message says the mend."""


class ChangedFileError(Exception):
    """A file was replaced between being listed and being read."""


class ManifestFile(Frozen):
    """One file of a delivery."""

    name: str = Field(pattern=f"^{NAME.pattern}$")
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(Frozen):
    """What a delivery consists of."""

    files: tuple[ManifestFile, ...] = Field(min_length=1)


@dataclass(frozen=True)
class LandingPlace:
    """Where a product's files land.

    :param folder: key of the folder, ending in a slash unless it is the bucket's root
    :param pattern: name pattern of the files
    :param manifest: name pattern of the deliveries' manifests
    """

    bucket: str
    folder: str
    pattern: str
    manifest: str | None = None
    settle_seconds: int = 0

    @property
    def prefix(self) -> str:
        """The longest beginning that all keys of files and manifests have."""
        return self.folder if self.manifest else self.folder + self.pattern.partition("*")[0]

    def holds(self, key: str) -> bool:
        """Whether a key is meant as one of the files, however strange the rest of its name is."""
        if not key.startswith(self.folder) or self.is_manifest(key):
            return False
        return fnmatchcase(key.removeprefix(self.folder), self.pattern)

    def is_manifest(self, key: str) -> bool:
        """Whether a key is a delivery's manifest."""
        name = key.removeprefix(self.folder)
        return bool(self.manifest and key.startswith(self.folder) and fnmatchcase(name, self.manifest))


@dataclass(frozen=True)
class LandingObject:
    """One object as the listing shows it.

    :param age: seconds since it was written, by the clock of S3
    """

    key: str
    size: int
    etag: str
    age: float

    @property
    def fingerprint(self) -> str:
        """Name and version, short."""
        return fingerprint(self.key, self.etag)

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rpartition("/")[2]


def fingerprint(key: str, etag: str) -> str:
    """Name and version of an object, short: what a trigger is given to know what has been looked at."""
    return hashlib.sha256(f"{key}\n{etag}".encode()).hexdigest()[:20]


def landing_place(environment: Environment, contract: Contract) -> LandingPlace:
    """Where a registered product's files land."""
    assert contract.landing is not None
    target = parse_uri(contract.landing.location.format(landing=environment.bucket("landing")))
    folder, slash, pattern = target.key.rpartition("/")
    completeness = contract.landing.completeness
    return LandingPlace(target.bucket, folder + slash, pattern, completeness.manifest, completeness.settle_seconds or 0)


def name_problem(place: LandingPlace, key: str) -> str | None:
    """Why a key's name is not used in paths, tables and logs; None when it is harmless."""
    name = key.removeprefix(place.folder)
    if NAME.fullmatch(name) and ".." not in name:
        return None
    return (
        f"the name {name[:120]!r} is not acceptable; rename the file: letters, digits, dots, hyphens and underscores, "
        "at most 200 characters, no folder"
    )


def listed(page: dict[str, Any]) -> Iterator[LandingObject]:
    """Objects of one page of ListObjectsV2."""
    headers = page["ResponseMetadata"]["HTTPHeaders"]
    now = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
    for item in page.get("Contents", ()):
        age = (now - item["LastModified"]).total_seconds()
        yield LandingObject(item["Key"], item["Size"], item["ETag"].strip('"'), age)


def worth_a_look(place: LandingPlace, objects: Sequence[LandingObject], known: Collection[str]) -> list[LandingObject]:
    """Objects that nobody has looked at yet, once they have stayed the same for long enough.

    S3 shows an object only when all of it is there and dates it anew with every write, so its age is the time for
    which size and ETag have stayed the same.

    :param known: fingerprints that need no look
    """
    return [
        item
        for item in objects
        if item.fingerprint not in known
        and (place.holds(item.key) or place.is_manifest(item.key))
        and item.age >= place.settle_seconds
    ]


class LandingHook(AwsBaseHook):
    """Reads one product's landing place.

    :param place: the place
    :param region_name: AWS region; boto3's own where left out
    """

    def __init__(self, place: LandingPlace, *, region_name: str | None = None) -> None:
        super().__init__(aws_conn_id=None, client_type="s3", region_name=region_name, config=retrying())
        self.place = place

    def objects(self) -> list[LandingObject]:
        """Everything that lies at the place.

        :raises LandingError: the bucket is not there
        """
        client: Any = self.conn
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.place.bucket, Prefix=self.place.prefix)
        try:
            return [item for page in pages for item in listed(page)]
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucket":
                raise
            raise LandingError(
                f"bucket {self.place.bucket} is not there. On a laptop: make up; on AWS: deploy the infrastructure"
            ) from error

    def uri(self, item: LandingObject) -> str:
        """Address of an object."""
        return str(ObjectUri(self.place.bucket, item.key))

    def manifest(self, item: LandingObject) -> Manifest:
        """The content of a manifest.

        :raises ValueError: it is not one
        """
        if item.size > MANIFEST_BYTES:
            raise ValueError(f"has {item.size} bytes, at most {MANIFEST_BYTES} are read")
        try:
            return Manifest.from_json(b"".join(self._chunks(item)))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise ValueError(f"{place}: {first['msg']}") from error

    def inspect(self, item: LandingObject, landing: Landing) -> Content:
        """Reads a file once.

        :raises ChangedFileError: it is no longer what was listed
        """
        return inspect(self._chunks(item), landing, gzip=item.key.endswith(".gz"))

    def _chunks(self, item: LandingObject) -> Iterator[bytes]:
        client: Any = self.conn
        try:
            answer = client.get_object(Bucket=self.place.bucket, Key=item.key, IfMatch=item.etag)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("PreconditionFailed", "412", "NoSuchKey", "404"):
                raise ChangedFileError(f"{item.key!r} has changed since it was listed") from error
            raise
        yield from answer["Body"].iter_chunks(CHUNK_BYTES)
