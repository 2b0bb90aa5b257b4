"""Environments of the engines that ours is measured against, made when they are asked for.

cuallee and DQX stand beside the jobs' own libraries and share a session with them; Deequ has a Spark of its own.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from benchmarks.table import BenchmarkError
from laptop.setup import PYTHON, REPOSITORY, SetupError, Step, base_python, digest, only_one, set_up, sync_environment

PEERS = REPOSITORY / ".venv-peers"
DEEQU = REPOSITORY / ".venv-deequ"


def steps() -> list[Step]:
    """One step an environment."""
    found = []
    for folder, environment in ((PEERS, "peers"), (DEEQU, "deequ")):
        lock = REPOSITORY / "requirements" / f"{environment}-{PYTHON}.txt"
        work = partial(sync_environment, folder, lock, REPOSITORY / ".setup" / "python" / "bin" / "uv")
        found.append(Step(folder.name, folder, digest(f"{sys.version} {base_python()}", lock), work))
    return found


def peer_python(folder: Path) -> Path:
    """The environment's interpreter.

    :param folder: ``PEERS`` or ``DEEQU``
    :raises BenchmarkError: it cannot be made
    """
    try:
        with only_one(REPOSITORY / ".setup"):
            set_up(lambda: [step for step in steps() if step.folder == folder])
    except SetupError as error:
        raise BenchmarkError(f"{folder.name} could not be made: {error}") from error
    return folder / "bin" / "python"
