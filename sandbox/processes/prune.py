"""Keeps a jobs folder bounded: of the jobs that have ended, the newest keep theirs with script, conf and log."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path


def prune(jobs: Path, ended: Iterable[str], kept: int) -> list[str]:
    """Delete the folders of what ended first; logs that went to S3 and CloudWatch stay there.

    :param jobs: the jobs folder
    :param ended: names of the folders of job runs and spare drivers that have ended; nothing else is looked at
    :param kept: how many of them stay
    :returns: names of what was deleted
    """
    folders = {name: jobs / name for name in ended if (jobs / name).is_dir()}
    # A job in a spare driver reads its output from the spare's folder: the two count as one.
    spares = {name: spare for name, folder in folders.items() if (spare := _spare_of(folder))}
    counted = folders.keys() - spares.values()
    deleted = []
    for name in sorted(counted, key=lambda each: folders[each].stat().st_mtime, reverse=True)[kept:]:
        for each in (name, spares.get(name, "")):
            if each in folders:
                shutil.rmtree(folders[each], ignore_errors=True)
                deleted.append(each)
    return deleted


def _spare_of(folder: Path) -> str:
    """Name of the folder of the spare driver that did the job; empty where the job had a driver of its own."""
    output = folder / "stdout"
    return output.readlink().parent.name if output.is_symlink() else ""
