"""Runs a command of the Spark jobs in the jobs environment, with the sandbox as its AWS.

``make draft`` and ``make profile`` are ``python -m laptop.jobs spark_jobs.draft …`` and ``… spark_jobs.profile …``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from sandbox.launcher import Sandbox
from sandbox.settings import REPOSITORY, Settings, default_settings

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


def sandbox_answers(settings: Settings) -> bool:
    """Whether the sandbox does; says what to do where it does not."""
    answers = Sandbox(settings).status().healthy
    if not answers:
        print(f"no sandbox answers at {settings.endpoint}: make up", file=sys.stderr)
    return answers


def main(arguments: Sequence[str]) -> int:
    """Run the command; gives its exit code.

    :param arguments: its module, then its own: the file, or the table with ``--table``
    """
    module, *own = arguments
    settings = default_settings()
    if "--table" in own and not sandbox_answers(settings):
        return 1
    return run_command(settings, module, own)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
