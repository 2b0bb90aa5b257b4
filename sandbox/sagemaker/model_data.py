"""A model's artefact: fetched from S3 and unpacked where a container looks for it."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

MOST_BYTES = 10 * 1024**3


class ModelDataError(Exception):
    """The artefact cannot be had; the message names it and the mend, and becomes the ``FailureReason``."""


def fetch_model(s3: Any, address: str, folder: Path) -> None:
    """Unpack a ``model.tar.gz`` into the model's folder, which is made.

    :param s3: client of the sandbox's S3
    :param address: ``ModelDataUrl``, s3:// address
    :param folder: ``<prefix>/model``
    :raises ModelDataError: not on S3, not readable, not a whole archive, or with members that have no place in one
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc or not parts.path.strip("/"):
        raise ModelDataError(f"model data {address}: expected s3://bucket/key of a model.tar.gz")
    archive = folder.with_name(folder.name + ".tar.gz")
    try:
        s3.download_file(parts.netloc, parts.path.lstrip("/"), str(archive))
        unpack(archive, folder, address)
    except (ClientError, BotoCoreError) as error:
        raise ModelDataError(f"model data {address} cannot be read: {error}") from error
    finally:
        archive.unlink(missing_ok=True)


def unpack(archive: Path, folder: Path, address: str) -> None:
    """Unpack in one pass: files and folders only, none outside, and not without end.

    :param archive: what was fetched
    :param folder: where to
    :param address: where it came from, for the errors
    :raises ModelDataError: see ``fetch_model``
    """
    total = 0
    try:
        with tarfile.open(archive, "r:gz") as members:
            for member in members:
                total += member.size
                if not (member.isfile() or member.isdir()):
                    raise ModelDataError(f"model data {address}: {member.name} is a link or a device: pack plain files")
                if total > MOST_BYTES:
                    raise ModelDataError(f"model data {address}: unpacks to more than {MOST_BYTES} bytes")
                members.extract(member, folder, filter="data")
    except tarfile.FilterError as outside:
        raise ModelDataError(f"model data {address}: {outside}: pack with paths relative to the model") from outside
    except (tarfile.TarError, EOFError, zlib.error, OSError) as torn:
        raise ModelDataError(f"model data {address}: not a whole .tar.gz ({torn}): upload it again") from torn
