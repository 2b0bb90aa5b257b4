"""Runs a command of the Spark jobs in the jobs environment, with the sandbox as its AWS."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence

from sandbox.settings import REPOSITORY, Settings

PYTHON = str(REPOSITORY / ".venv-jobs" / "bin" / "python")


def run_command(
    settings: Settings, module: str, arguments: Sequence[str], variables: Mapping[str, str] | None = None
) -> int:
    """Run a module's command; gives its exit code.

    :param settings: the sandbox that AWS's variables point at
    :param module: of the jobs, as ``spark_jobs.profile``
    :param variables: more of the environment
    """
    path = os.pathsep.join(str(REPOSITORY / folder) for folder in ("plugins", "include"))
    environment = {**os.environ, **settings.client_environment(), "PYTHONPATH": path, **(variables or {})}
    return subprocess.run([PYTHON, "-m", module, *arguments], env=environment).returncode
