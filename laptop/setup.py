"""Set the project up: uv, both environments, Spark's jars. Standard library only; runs under the system's Python.

Every step leaves a stamp (a digest of what it was made from) inside the folder that it makes, after success and not
before: nothing changed means nothing done, an interrupted set-up is continued, a changed lock is installed again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from laptop.checks import SUPPORTED_PYTHONS, Check, check_disk, check_java, check_python

REPOSITORY = Path(__file__).resolve().parent.parent
UV_VERSION = "0.13.9"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
STAMP = ".groundwork-stamp"


class SetupError(Exception):
    """Set-up cannot go on; the message says the mend."""


@dataclass(frozen=True)
class Step:
    """One step of set-up.

    :param name: what the progress line calls it
    :param folder: what it makes; holds the stamp
    :param inputs: digest of everything the result depends on
    :param work: does it; must be able to start again on a half-made folder
    """

    name: str
    folder: Path
    inputs: str
    work: Callable[[], None]

    def is_current(self) -> bool:
        """Whether the folder was made, to the end, from the same inputs."""
        stamp = self.folder / STAMP
        return stamp.is_file() and stamp.read_text() == self.inputs

    def run(self) -> None:
        """Do the work and leave the stamp."""
        started = time.monotonic()
        print(f"  {self.name} ...", end="", flush=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / STAMP).unlink(missing_ok=True)
        try:
            self.work()
        except BaseException:
            print()
            raise
        (self.folder / STAMP).write_text(self.inputs)
        print(f" {time.monotonic() - started:.1f} s", flush=True)


def digest(*parts: str | Path) -> str:
    """Digest of texts and of files' contents; a file that is not there counts as empty."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            content = part.read_bytes() if part.is_file() else b""
        else:
            content = part.encode()
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def command(*words: str | Path, cwd: Path = REPOSITORY) -> None:
    """Run a command; its output is shown only when it fails.

    :raises SetupError: it failed; holds the end of its output
    """
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_NO_PROGRESS": "1"}
    # A virtual environment that happens to be active must not be taken for one of ours.
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    if done.returncode:
        shown = " ".join(str(word) for word in words)
        raise SetupError(f"`{shown}` failed with {done.returncode}:\n{done.stdout[-4000:].rstrip()}")


def install_uv(folder: Path) -> None:
    """Make the little environment that holds uv."""
    command(base_python(), "-m", "venv", "--clear", folder / "python")
    command(folder / "python" / "bin" / "python", "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}")


def sync_environment(folder: Path, lock: Path, uv: Path) -> None:
    """Make a virtual environment hold exactly a lock."""
    python = folder / "bin" / "python"
    if version_of(python) != PYTHON:
        command(uv, "venv", "--quiet", "--clear", "--python", base_python(), folder)
    command(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, lock)


def base_python() -> str:
    """The interpreter behind the one that runs this: what set-up remakes must not be what runs it."""
    return os.path.realpath(sys.executable)


def version_of(python: Path) -> str:
    """Version (3.11) of an interpreter; empty when it does not run."""
    words = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(words, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def steps(repository: Path = REPOSITORY) -> list[Step]:
    """The steps in order; each may lean on those before it."""
    tools = repository / ".setup"
    uv = tools / "python" / "bin" / "uv"
    base = f"{sys.version} {base_python()}"
    found = [Step("uv", tools, digest(base, UV_VERSION), partial(install_uv, tools))]
    for name, environment in ((".venv", "control"), (".venv-jobs", "jobs")):
        lock = repository / "requirements" / f"{environment}-{PYTHON}.txt"
        folder = repository / name
        work = partial(sync_environment, folder, lock, uv)
        found.append(Step(f"{name} ({environment})", folder, digest(base, lock), work))
    # The jars are pinned in the code that fetches them; the class archive is made from them and from pyspark's own.
    made_by = [repository / "sandbox" / name for name in ("jars.py", "class_archive.py", "settings.py")]
    jars_inputs = digest(*made_by, repository / "requirements" / f"jobs-{PYTHON}.txt")
    fetch = partial(command, repository / ".venv-jobs" / "bin" / "python", "-m", "sandbox.jars", cwd=repository)
    lock = repository / "requirements" / f"control-{PYTHON}.txt"
    database_inputs = digest(base, lock, repository / "laptop" / "airflow_database.py")
    migrate = partial(command, repository / ".venv" / "bin" / "python", "-m", "laptop.airflow_database", cwd=repository)
    found.append(Step("Airflow's database", repository / ".airflow-database", database_inputs, migrate))
    found.append(Step("Spark jars", repository / ".jars", jars_inputs, fetch))
    return found


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Let one set-up work at a time; a second waits, then finds everything done."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another set-up is at work; waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(todo: Callable[[], list[Step]]) -> int:
    """Run the steps that are not current; a finished one makes those after it look again.

    :param todo: gives the steps
    :returns: how many were run
    :raises SetupError: the machine lacks something, or a step failed
    """
    done = 0
    for step in todo():
        if step.is_current():
            continue
        if not done:
            require(check_python(), check_java(), check_disk(step.folder.parent))
            print("setting up (once; a few minutes with a fast network):")
        step.run()
        done += 1
    return done


def require(*checks: Check) -> None:
    """Stop on the first check that the machine does not pass."""
    for check in checks:
        if not check.passed:
            raise SetupError(f"{check.name}: {check.found}\nmend: {check.mend}")


def main() -> int:
    """Set the checkout up; silent when there is nothing to do."""
    try:
        if sys.version_info[:2] not in SUPPORTED_PYTHONS:
            require(check_python())
        with only_one(REPOSITORY / ".setup"):
            set_up(steps)
    except SetupError as error:
        print(f"set-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up interrupted; the next one goes on from here", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
