"""What a job leaves, on its way to S3."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.sagemaker.errors import JobFailure
from sandbox.sagemaker.jobs.s3_source import ONE_THREAD, read_address


def upload_file(s3: Any, file: Path, address: str, key_id: str = "") -> None:
    """Write one file to one address.

    :param key_id: KMS key that the object shall name; none when empty
    :raises JobFailure: it cannot be written
    """
    bucket, key = read_address(address, "output")
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key_id} if key_id else {}
    try:
        s3.upload_file(str(file), bucket, key, ExtraArgs=encryption, Config=ONE_THREAD)
    except (ClientError, BotoCoreError, OSError) as error:
        raise JobFailure(f"ClientError: {address} cannot be written: {error}") from error


def upload_folder(s3: Any, folder: Path, address: str, key_id: str = "") -> None:
    """Write every file below a folder to the same place below an address; links are not followed.

    :raises JobFailure: one cannot be written
    """
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            place = file.relative_to(folder).as_posix()
            upload_file(s3, file, f"{address.rstrip('/')}/{place}", key_id)


def pack(folder: Path, archive: Path) -> Path:
    """A folder's content as ``.tar.gz``, with paths that begin inside of it."""
    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        for each in sorted(folder.iterdir()):
            packed.add(each, each.name)
    return archive
