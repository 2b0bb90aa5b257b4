"""``make profile``: what stands in a file, or in a table of the sandbox; the jobs environment has Spark."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from sandbox.launcher import Sandbox
from sandbox.settings import REPOSITORY, default_settings


def main(arguments: Sequence[str]) -> int:
    """Run the jobs' command; gives its exit code.

    :param arguments: its own: the file, or the table with ``--table``
    """
    settings = default_settings()
    if "--table" in arguments and not Sandbox(settings).status().healthy:
        print(f"no sandbox answers at {settings.endpoint}: make up", file=sys.stderr)
        return 1
    path = os.pathsep.join(str(REPOSITORY / folder) for folder in ("plugins", "include"))
    environment = {**os.environ, **settings.client_environment(), "PYTHONPATH": path}
    python = REPOSITORY / ".venv-jobs" / "bin" / "python"
    return subprocess.run([str(python), "-m", "spark_jobs.profile", *arguments], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
