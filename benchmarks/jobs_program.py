"""Runs a program of the jobs environment and gives the figures that it prints."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from benchmarks.table import BenchmarkError
from sandbox.settings import REPOSITORY

PYTHON = REPOSITORY / ".venv-jobs" / "bin" / "python"


def figures_of(module: str) -> dict[str, Any]:
    """What the program's last line says.

    :param module: run with ``python -m``
    :raises BenchmarkError: it failed
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    environment["PYTHONPATH"] = ":".join(str(REPOSITORY / part) for part in (".", "plugins", "include"))
    done = subprocess.run([str(PYTHON), "-m", module], cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BenchmarkError(f"{module} failed:\n{done.stderr[-3000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures
