"""Every test in the environment it belongs to: ``make test``. Ends with one line of totals over both."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

REPOSITORY = Path(__file__).resolve().parent.parent
# What needs Spark, the models' libraries or the sandbox's server in its own process; the rest is the control plane's.
JOBS_FOLDERS = {"spark", "sandbox", "model_code"}


def folders(tests: Path) -> dict[str, list[Path]]:
    """Test folders of each environment.

    :param tests: the tests' root
    """
    found: dict[str, list[Path]] = {".venv": [], ".venv-jobs": []}
    for folder in sorted(path for path in tests.iterdir() if path.is_dir() and any(path.rglob("test_*.py"))):
        found[".venv-jobs" if folder.name in JOBS_FOLDERS else ".venv"].append(folder)
    return found


def start(python: Path, chosen: list[Path], report: Path, output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    """Start pytest.

    :param output: where it writes; the terminal where left out
    """
    command = [str(python), "-m", "pytest", f"--junitxml={report}", *map(str, chosen)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=output, stderr=output and subprocess.STDOUT)


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


def main() -> int:
    """Run both halves side by side, each mostly on one core; what the second says is shown when the first is done."""
    total: Counter[str] = Counter()
    first, second = folders(REPOSITORY / "tests").items()
    with tempfile.TemporaryDirectory() as scratch, (Path(scratch) / "output").open("w+b") as output:
        halves = []
        for (environment, chosen), place in ((second, output), (first, None)):
            report = Path(scratch) / f"{environment}.xml"
            python = REPOSITORY / environment / "bin" / "python"
            halves.append((start(python, chosen, report, place), report))
            where = "their output follows" if place else "on this terminal"
            print(f"{', '.join(path.name for path in chosen)} in {environment}: {where}", flush=True)
        codes = [half.wait() for half, _ in reversed(halves)]
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout.buffer)
        sys.stdout.flush()
        for _, report in halves:
            total += count(report)
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    return 1 if any(codes) or total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
