"""``make data-docs``: the Data Docs of the sandbox's batches, by the jobs environment, which has Great Expectations."""

from __future__ import annotations

import sys

from groundwork.spec.include import load_environment
from laptop.jobs import run_command, sandbox_answers
from sandbox.settings import REPOSITORY, default_settings

FOLDER = REPOSITORY / ".groundwork" / "data-docs"


def main() -> int:
    """Build the site; gives the exit code."""
    settings = default_settings()
    if not sandbox_answers(settings):
        return 1
    bucket = load_environment(REPOSITORY / "include", "sandbox").bucket("evidence")
    return run_command(settings, "spark_jobs.data_docs", [bucket, str(FOLDER)])


if __name__ == "__main__":
    sys.exit(main())
