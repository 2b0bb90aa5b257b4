"""What every container gets, beside what its job, model or endpoint asks for."""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.settings import Settings


def container_environment(settings: Settings, folder: Path) -> dict[str, str]:
    """Nothing of the sandbox's own environment but where programs are.

    :param folder: the container's: ``ml`` stands for ``/opt/ml``, ``work`` is its home
    """
    inherited = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return {
        **inherited,
        **settings.client_environment(),
        "LANG": "C.UTF-8",
        "HOME": str(folder / "work"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONUNBUFFERED": "1",
        "GROUNDWORK_ML_PREFIX": str(folder / "ml"),
        "GROUNDWORK_SANDBOX_JOB": str(folder),
    }


def make_folders(folder: Path) -> Path:
    """Make a container's folder and return what stands for ``/opt/ml``."""
    for name in ("work", "tmp", "ml"):
        (folder / name).mkdir(parents=True)
    return folder / "ml"
