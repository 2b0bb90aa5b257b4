"""``make data-docs``: the Data Docs of the sandbox's batches, by the jobs environment, which has Great Expectations."""

from __future__ import annotations

import os
import subprocess
import sys

from groundwork.spec.include import load_environment
from sandbox.launcher import Sandbox
from sandbox.settings import REPOSITORY, default_settings

FOLDER = REPOSITORY / ".groundwork" / "data-docs"


def main() -> int:
    """Build the site; gives the exit code."""
    settings = default_settings()
    if not Sandbox(settings).status().healthy:
        print(f"no sandbox answers at {settings.endpoint}: make up", file=sys.stderr)
        return 1
    bucket = load_environment(REPOSITORY / "include", "sandbox").bucket("evidence")
    path = os.pathsep.join(str(REPOSITORY / folder) for folder in ("plugins", "include"))
    environment = {**os.environ, **settings.client_environment(), "PYTHONPATH": path}
    python = REPOSITORY / ".venv-jobs" / "bin" / "python"
    command = [str(python), "-m", "spark_jobs.data_docs", bucket, str(FOLDER)]
    return subprocess.run(command, env=environment, cwd=REPOSITORY).returncode


if __name__ == "__main__":
    sys.exit(main())
