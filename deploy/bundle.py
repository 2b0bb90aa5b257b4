"""The job bundle: the code that Spark jobs run, under a name that is its content.

``python -m deploy.bundle`` writes it to .groundwork/bundles/<digest>/ and notes it in include/job_bundle.json, which
DAGs read; ``--upload`` puts it into the artifacts bucket, where it is never written twice.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy import model_image
from deploy.archive import tree, write_zip
from deploy.model_image import SHARED

REPOSITORY = Path(__file__).resolve().parent.parent
SPEC_VERSION = 1
ENTRY_POINT = "main.py"


@dataclass(frozen=True)
class Bundle:
    """A job bundle.

    :param modules: what goes into the zip, by path in it
    :param entry_point: content of the script that EMR is given beside the zip
    :param image_tag: of the models' container that belongs to it; not part of what the bundle is
    """

    modules: Mapping[str, bytes]
    entry_point: bytes
    image_tag: str | None = None

    @property
    def digest(self) -> str:
        """Digest of names and contents; the zip's own bytes have no say in it."""
        total = hashlib.sha256()
        for name, content in sorted({**self.modules, f"/{ENTRY_POINT}": self.entry_point}.items()):
            total.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        return total.hexdigest()

    @property
    def prefix(self) -> str:
        """Where its files lie: in the artifacts bucket, in dist/ and in .groundwork/."""
        return f"bundles/{self.digest}"

    def manifest(self) -> dict[str, Any]:
        """What include/job_bundle.json says."""
        return {
            "specVersion": SPEC_VERSION,
            "digest": self.digest,
            "archive": f"{self.prefix}/spark_jobs.zip",
            "entry_point": f"{self.prefix}/{ENTRY_POINT}",
            "image_tag": self.image_tag,
        }

    def write(self, root: Path) -> list[Path]:
        """Write the files under a root, at their prefix, and give their paths."""
        folder = root / self.prefix
        write_zip(folder / "spark_jobs.zip", self.modules)
        (folder / ENTRY_POINT).write_bytes(self.entry_point)
        return [folder / "spark_jobs.zip", folder / ENTRY_POINT]


def collect(repository: Path = REPOSITORY) -> Bundle:
    """Read the bundle out of a checkout.

    :param repository: the checkout
    :raises FileNotFoundError: a part that has to be shipped is not there
    """
    jobs = tree(repository / "include", ["spark_jobs"])
    entry_point = jobs.pop(f"spark_jobs/{ENTRY_POINT}", None)
    if entry_point is None:
        raise FileNotFoundError(f"{repository / 'include' / 'spark_jobs' / ENTRY_POINT} is not there")
    image = model_image.collect(repository)
    return Bundle({**tree(repository / "plugins", SHARED), **jobs}, entry_point, image.tag)


def manifest_text(bundle: Bundle) -> str:
    """The manifest as it is written."""
    return json.dumps(bundle.manifest(), indent=2) + "\n"


def write_manifest(bundle: Bundle, file: Path) -> None:
    """Note the bundle for the DAGs; a file that says the same is left alone, so that nothing is parsed again."""
    text = manifest_text(bundle)
    if not file.is_file() or file.read_text() != text:
        draft = file.with_suffix(".draft")
        draft.write_text(text)
        draft.replace(file)


def upload(bundle: Bundle, root: Path, bucket: str) -> list[str]:
    """Put what is not there yet into the artifacts bucket; an object that is there is never replaced.

    :param bundle: a bundle that has been written
    :param root: where it was written
    :param bucket: name of the bucket
    :returns: keys that were new
    :raises botocore.exceptions.ClientError: the bucket refused
    """
    import boto3
    from botocore.exceptions import ClientError

    client = boto3.client("s3")
    new = []
    for path in bundle.write(root):
        key = path.relative_to(root).as_posix()
        try:
            client.put_object(Bucket=bucket, Key=key, Body=path.read_bytes(), IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
        else:
            new.append(key)
    return new


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m deploy.bundle", description=__doc__)
    top.add_argument("--upload", action="store_true", help="put it into <prefix>-<environment>-artifacts as well")
    top.add_argument("--prefix", default="groundwork", help="first part of the bucket's name (%(default)s)")
    top.add_argument("--environment", default=os.environ.get("GROUNDWORK_ENVIRONMENT", "sandbox"))
    return top


def main() -> int:
    """The entry point."""
    arguments = parser().parse_args()
    bundle = collect()
    root = REPOSITORY / ".groundwork"
    bundle.write(root)
    if arguments.upload:
        bucket = f"{arguments.prefix}-{arguments.environment}-artifacts"
        new = upload(bundle, root, bucket)
        print(f"s3://{bucket}/{bundle.prefix}: {len(new)} new")
    # Only now: a DAG must never read of a bundle that is not where it says.
    write_manifest(bundle, REPOSITORY / "include" / "job_bundle.json")
    print(bundle.digest)
    return 0


if __name__ == "__main__":
    sys.exit(main())
