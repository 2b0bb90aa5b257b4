"""Runs a program of the jobs environment, or of a peer's, and gives the figures that it prints."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.table import BenchmarkError
from sandbox.settings import REPOSITORY

PYTHON = REPOSITORY / ".venv-jobs" / "bin" / "python"


def figures_of(module: str, *arguments: int, python: Path = PYTHON) -> dict[str, Any]:
    """What the program's last line says.

    :param module: run with ``python -m``
    :param arguments: of the program
    :param python: interpreter of its environment
    :raises BenchmarkError: it failed
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    environment["PYTHONPATH"] = ":".join(str(REPOSITORY / part) for part in (".", "plugins", "include"))
    # Spark's Python workers are this interpreter too, not the first one on the path.
    environment["PYSPARK_PYTHON"] = str(python)
    words = [str(python), "-m", module, *map(str, arguments)]
    done = subprocess.run(words, cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BenchmarkError(f"{module} failed:\n{done.stderr[-3000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures
