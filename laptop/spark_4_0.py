"""The Spark tests on the Spark of EMR Serverless, 4.0: ``make test-spark-4.0``.

An environment of its own, made by the steps of set-up, which knows nothing of it.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial

from laptop.setup import (
    PYTHON,
    REPOSITORY,
    SetupError,
    Step,
    base_python,
    command,
    digest,
    only_one,
    set_up,
    sync_environment,
)

ENVIRONMENT = REPOSITORY / ".venv-spark-4.0"
JARS = REPOSITORY / ".jars-spark-4.0"


def steps() -> list[Step]:
    """The environment, then the jars, which its Spark fetches."""
    python = ENVIRONMENT / "bin" / "python"
    lock = REPOSITORY / "requirements" / f"spark-4.0-{PYTHON}.txt"
    sync = partial(sync_environment, ENVIRONMENT, lock, REPOSITORY / ".setup" / "python" / "bin" / "uv")
    fetch = partial(command, python, "-m", "sandbox.jars", "--spark", "4.0", "--jars", JARS)
    return [
        Step(ENVIRONMENT.name, ENVIRONMENT, digest(f"{sys.version} {base_python()}", lock), sync),
        Step("jars of Spark 4.0", JARS, digest(REPOSITORY / "sandbox" / "jars.py"), fetch),
    ]


def main() -> int:
    """Set the environment up and run the tests in it."""
    try:
        with only_one(REPOSITORY / ".setup"):
            set_up(steps)
    except SetupError as error:
        print(f"set-up stopped: {error}", file=sys.stderr)
        return 1
    return subprocess.run([ENVIRONMENT / "bin" / "python", "-m", "pytest", "tests/spark"], cwd=REPOSITORY).returncode


if __name__ == "__main__":
    sys.exit(main())
