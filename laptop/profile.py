"""``make profile``: what stands in a file, or in a table of the sandbox; the jobs environment has Spark."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from laptop.jobs import run_command
from sandbox.launcher import Sandbox
from sandbox.settings import default_settings


def main(arguments: Sequence[str]) -> int:
    """Run the jobs' command; gives its exit code.

    :param arguments: its own: the file, or the table with ``--table``
    """
    settings = default_settings()
    if "--table" in arguments and not Sandbox(settings).status().healthy:
        print(f"no sandbox answers at {settings.endpoint}: make up", file=sys.stderr)
        return 1
    return run_command(settings, "spark_jobs.profile", arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
