"""Recompile the exact locks in requirements/ from the .in files: ``make lock``."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PYTHON_VERSIONS = ("3.11", "3.12")


@dataclass(frozen=True)
class Lock:
    """One lock: an environment for one version of Python.

    :param overrides: files whose versions are taken instead of those that the inputs ask for
    """

    environment: str
    python: str
    inputs: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where the lock is committed."""
        return REPOSITORY / "requirements" / f"{self.environment}-{self.python}.txt"


def locks() -> list[Lock]:
    """Every lock of the project."""
    found = []
    for python in PYTHON_VERSIONS:
        found.append(
            Lock(
                "control",
                python,
                ("requirements/control.in", "requirements/dev.in"),
                constraints=("dags/constraints-3.2.1.txt",),
            )
        )
        found.append(Lock("jobs", python, ("requirements/jobs.in",)))
        found.append(Lock("spark-4.0", python, ("requirements/jobs.in",), overrides=("requirements/spark-4.0.in",)))
        # What the engine is measured against: beside the jobs' libraries, and on a Spark of its own.
        found.append(Lock("peers", python, ("requirements/jobs.in", "requirements/peers.in")))
        found.append(Lock("deequ", python, ("requirements/deequ.in",)))
    # The models' container has one version of Python, and the versions of the jobs environment, where it is tested.
    found.append(
        Lock("model", "3.12", ("requirements/model.in",), constraints=("requirements/jobs-3.12.txt",)),
    )
    # The image of EMR Serverless has Spark itself; its own Python of a version that we name.
    found.append(Lock("emr", "3.11", ("requirements/emr.in",), constraints=("requirements/jobs-3.11.txt",)))
    return found


def compile_lock(lock: Lock, output: Path, uv: Path) -> None:
    """Resolve one lock into a file; versions already in that file are kept unless an input forbids them.

    :param lock: what to resolve
    :param output: file to write; a copy of the committed lock keeps its versions
    :param uv: the uv binary
    :raises subprocess.CalledProcessError: nothing satisfies the inputs, or the registry does not answer
    """
    # --no-annotate, no index address: a lock says what, not where from; hashes say that it is the same what.
    command = [str(uv), "pip", "compile", "--quiet", "--no-annotate", "--generate-hashes"]
    command += ["--python-version", lock.python, "--custom-compile-command", "make lock", "--output-file", str(output)]
    for constraint in lock.constraints:
        command += ["--constraint", constraint]
    for override in lock.overrides:
        command += ["--override", override]
    environment = {**os.environ, "UV_NO_PROGRESS": "1"}
    subprocess.run([*command, *lock.inputs], cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Recompile every lock in place."""
    uv = REPOSITORY / ".setup" / "python" / "bin" / "uv"
    for lock in locks():
        try:
            compile_lock(lock, lock.path, uv)
        except subprocess.CalledProcessError:
            print(f"{lock.path.name}: not recompiled; uv says why above", file=sys.stderr)
            return 1
        print(f"{lock.path.relative_to(REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
