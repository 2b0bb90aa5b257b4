"""A model's artifact: a folder of files, each bound by the manifest to its content; nothing in it is a pickle."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from model_code.container import existing
from model_code.errors import ModelError
from model_code.manifest import FILE, Manifest

VERSION_DIGITS = 12


def write_artifact(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """Write an artifact; the manifest last, so that half an artifact is none.

    :param folder: where to; SageMaker packs it
    :param manifest: its ``files`` are filled in here
    :param files: content by name
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    (folder / FILE).write_text(manifest.model_copy(update={"files": digests}).to_json())


def read_artifact(folder: Path) -> tuple[Manifest, dict[str, bytes], str]:
    """The manifest, the files whose content it names, and the version that answers carry.

    The version is taken from the manifest's digest: it covers every file, and a server can work it out by itself, which
    it cannot for the packed artifact that it never sees.

    :raises ModelError: a file is missing or changed, or something lies there that the manifest does not name
    """
    text = existing(folder / FILE, "the model has no manifest: it was not made by our train program").read_bytes()
    try:
        manifest = Manifest.from_json(text)
    except ValidationError as error:
        raise ModelError(f"{folder / FILE} is no manifest: {error.errors()[0]['msg']}") from error
    there = {path.name for path in folder.iterdir()} - {FILE}
    if there != manifest.files.keys():
        wrong = ", ".join(sorted(there ^ manifest.files.keys()))
        raise ModelError(f"{folder} does not hold the files that its manifest names: {wrong}")
    files = {name: (folder / name).read_bytes() for name in manifest.files}
    for name, content in files.items():
        found = hashlib.sha256(content).hexdigest()
        if found != manifest.files[name]:
            raise ModelError(
                f"{name} is not what was trained: its sha256 is {found[:12]}…, the manifest says "
                f"{manifest.files[name][:12]}…. Take the artifact of the training job again"
            )
    return manifest, files, hashlib.sha256(text).hexdigest()[:VERSION_DIGITS]


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack ``model.tar.gz``, without following links or leaving the folder.

    :return: the folder
    :raises ModelError: it is no such archive, or something in it points elsewhere
    """
    try:
        with tarfile.open(archive, "r:gz") as packed:
            packed.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ModelError(f"{archive} cannot be unpacked: {error}") from error
    return folder
