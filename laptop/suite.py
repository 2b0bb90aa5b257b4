"""Every test in the environment it belongs to: ``make test``.

Each folder of tests is a part with a process of its own, or two: its own files, and its folders. A few run side by
side, the longest first, as a part waits much of its time for processes that start. Shows the output of a part that
failed, and ends with totals over all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

REPOSITORY = Path(__file__).resolve().parent.parent
# What needs Spark, the models' libraries or the sandbox's server in its own process; the rest is the control plane's.
JOBS_FOLDERS = {"spark", "sandbox", "model_code"}
LONGEST_FIRST = ("spark", "lifecycle", "dags", "sandbox", "model_code", "laptop", "packaging")


@dataclass(frozen=True)
class Part:
    """Tests that run in one process.

    :param name: what progress lines call it
    :param environment: folder of the virtual environment that they need
    :param paths: files or folders
    """

    name: str
    environment: str
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Run:
    """A part at work.

    :param place: folder of its output and its report
    """

    part: Part
    process: subprocess.Popen[bytes]
    place: Path
    began: float

    @property
    def outcomes(self) -> Counter[str]:
        """What became of its tests."""
        return count(self.place / "report.xml")

    def tell(self) -> None:
        """One line; all that it said where something failed."""
        found, seconds = self.outcomes, time.monotonic() - self.began
        if self.process.returncode or found["failed"]:
            sys.stdout.flush()
            with (self.place / "output").open("rb") as output:
                shutil.copyfileobj(output, sys.stdout.buffer)
        told = ", ".join(f"{found[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped") if found[outcome])
        print(f"tests/{self.part.name}: {told or 'no tests'} in {seconds:.0f} s", flush=True)


def parts(tests: Path) -> list[Part]:
    """All tests, the longest parts first.

    :param tests: the tests' root
    """
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    ordered = sorted(_with_tests(tests), key=lambda path: (order.get(path.name, len(order)), path.name))
    return [part for folder in ordered for part in _parts_of(folder)]


def _with_tests(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and any(path.rglob("test_*.py")))


def _parts_of(folder: Path) -> list[Part]:
    environment = ".venv-jobs" if folder.name in JOBS_FOLDERS else ".venv"
    files, folders = tuple(sorted(folder.glob("test_*.py"))), tuple(_with_tests(folder))
    if files and folders:
        return [Part(folder.name, environment, files), Part(f"{folder.name}/*", environment, folders)]
    return [Part(folder.name, environment, (folder,))]


def start(part: Part, place: Path) -> Run:
    """Start pytest on a part.

    :param place: an empty folder for what it leaves
    """
    python = REPOSITORY / part.environment / "bin" / "python"
    command = [str(python), "-m", "pytest", f"--junitxml={place / 'report.xml'}", *map(str, part.paths)]
    with (place / "output").open("wb") as output:
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=output, stderr=subprocess.STDOUT)
    return Run(part, process, place, time.monotonic())


def count(report: Path) -> Counter[str]:
    """Outcomes in a JUnit report; an error outside a test's body counts as a failure.

    :param report: what ``pytest --junitxml`` wrote; one that is missing counts as one failure
    """
    if not report.is_file():
        return Counter(failed=1)
    outcomes: Counter[str] = Counter()
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 our own pytest wrote it
        if case.find("failure") is not None or case.find("error") is not None:
            outcomes["failed"] += 1
        elif case.find("skipped") is not None:
            outcomes["skipped"] += 1
        else:
            outcomes["passed"] += 1
    return outcomes


def run_all(waiting: Sequence[Part], scratch: Path, at_once: int) -> Iterator[Run]:
    """Run the parts and give each when it has ended; those that run are ended with the caller.

    :param at_once: how many run side by side
    """
    queue, running = list(waiting), list[Run]()
    try:
        while queue or running:
            while queue and len(running) < at_once:
                place = Path(tempfile.mkdtemp(dir=scratch))
                running.append(start(queue.pop(0), place))
            for ended in [run for run in running if run.process.poll() is not None]:
                running.remove(ended)
                yield ended
            time.sleep(0.1)
    finally:
        for run in running:
            run.process.terminate()
            run.process.wait()


def main() -> int:
    """Run every part; 1 when a test failed or a part could not be run."""
    total: Counter[str] = Counter()
    failed = False
    chosen = parts(REPOSITORY / "tests")
    # One more than cores: while a process starts or sleeps, another can work.
    at_once = (os.cpu_count() or 1) + 1
    print(f"{', '.join(part.name for part in chosen)}: {at_once} at once", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        for run in run_all(chosen, Path(scratch), at_once):
            run.tell()
            total += run.outcomes
            failed = failed or bool(run.process.returncode)
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    return 1 if failed or total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
