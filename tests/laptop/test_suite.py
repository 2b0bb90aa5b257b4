"""The totals that the test command ends with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO

from laptop import suite

CASES = """
import pytest
def test_passes(): pass
def test_fails(): assert 1 == 2
@pytest.mark.skip(reason="shown")
def test_is_skipped(): pass
@pytest.fixture
def broken(): raise RuntimeError
def test_cannot_start(broken): pass
@pytest.mark.parametrize("n", [1, 2])
def test_twice(n): pass
"""


def test_outcomes_are_counted_as_pytest_reports_them(tmp_path):
    (tmp_path / "test_cases.py").write_text(CASES)
    report = tmp_path / "report.xml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "/dev/null",
        "--rootdir",
        str(tmp_path),
        "-p",
        "no:cacheprovider",
    ]
    subprocess.run([*command, f"--junitxml={report}", str(tmp_path)], capture_output=True)
    assert suite.count(report) == {"passed": 3, "failed": 2, "skipped": 1}


def test_a_run_that_left_no_report_counts_as_a_failure(tmp_path):
    assert suite.count(tmp_path / "none.xml") == {"failed": 1}


def test_every_test_folder_belongs_to_one_environment(tmp_path):
    for name in ("spark", "sandbox", "unit", "empty"):
        (tmp_path / name / "deep").mkdir(parents=True)
    for name in ("spark", "sandbox/deep", "unit/deep"):
        (tmp_path / name / "test_x.py").touch()
    found = {key: [path.name for path in value] for key, value in suite.folders(tmp_path).items()}
    assert found == {".venv": ["unit"], ".venv-jobs": ["sandbox", "spark"]}


def test_no_test_of_this_repository_is_left_out():
    tests = suite.REPOSITORY / "tests"
    chosen = [path for paths in suite.folders(tests).values() for path in paths]
    left_out = [path for path in tests.rglob("test_*.py") if not any(path.is_relative_to(root) for root in chosen)]
    assert left_out == []


def test_a_failing_half_fails_the_whole_and_both_are_run(tmp_path, monkeypatch, capfdbinary):
    for name, body in (("unit", "def test_a(): assert False"), ("spark", "def test_b(): pass")):
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / "test_x.py").write_text(body)
    for name in (".venv", ".venv-jobs"):
        python = tmp_path / name / "bin" / "python"
        python.parent.mkdir(parents=True)
        Path(python).symlink_to(sys.executable)
    monkeypatch.setattr(suite, "REPOSITORY", tmp_path)
    monkeypatch.setattr(suite, "start", start_plainly)
    assert suite.main() == 1
    said = capfdbinary.readouterr().out.decode().splitlines()
    assert said[-1] == "1 passed, 1 failed, 0 skipped"
    assert "1 passed" in said[-2], "what the second half said comes last before the total"


def start_plainly(python: Path, chosen: list[Path], report: Path, output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "/dev/null",
        "-p",
        "no:cacheprovider",
        f"--junitxml={report}",
    ]
    return subprocess.Popen([*command, *map(str, chosen)], stdout=output, stderr=output and subprocess.STDOUT)
