"""The totals that the test command ends with."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


def test_every_test_belongs_to_one_part_and_the_longest_come_first(tmp_path):
    for name in ("spark", "sandbox", "unit", "empty"):
        (tmp_path / name / "deep").mkdir(parents=True)
    for name in ("spark", "spark/deep", "sandbox/deep", "unit"):
        (tmp_path / name / "test_x.py").touch()
    found = [(part.name, part.environment, part.paths) for part in suite.parts(tmp_path)]
    assert found == [
        ("spark", ".venv-jobs", (tmp_path / "spark" / "test_x.py",)),
        ("spark/*", ".venv-jobs", (tmp_path / "spark" / "deep",)),
        ("sandbox", ".venv-jobs", (tmp_path / "sandbox",)),
        ("unit", ".venv", (tmp_path / "unit",)),
    ]


def test_no_test_of_this_repository_is_left_out():
    tests = suite.REPOSITORY / "tests"
    roots = [path for part in suite.parts(tests) for path in part.paths]
    assert [path for path in tests.rglob("test_*.py") if not any(path.is_relative_to(root) for root in roots)] == []


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A repository with two parts, whose interpreter is this one."""
    for name, body in (("unit", "def test_a(): assert 1 == 2"), ("spark", "def test_b(): pass")):
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / "test_x.py").write_text(body)
    for name in (".venv", ".venv-jobs"):
        python = tmp_path / name / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@" -q -c /dev/null -p no:cacheprovider\n')
        python.chmod(0o755)
    monkeypatch.setattr(suite, "REPOSITORY", tmp_path)
    return tmp_path


def test_a_failing_part_fails_the_whole_and_only_its_output_is_shown(checkout, capfdbinary):
    assert suite.main() == 1
    said = capfdbinary.readouterr().out.decode()
    assert said.splitlines()[-1] == "1 passed, 1 failed, 0 skipped"
    assert "assert 1 == 2" in said
    assert "tests/spark: 1 passed in" in said
    assert "test_b" not in said


def test_a_suite_that_is_stopped_leaves_no_process(checkout, tmp_path):
    (checkout / "tests" / "unit" / "test_x.py").write_text("import time\ndef test_a(): time.sleep(60)")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    runs = suite.run_all(suite.parts(checkout / "tests"), scratch, at_once=2)
    assert next(runs).part.name == "spark"
    runs.close()
    assert subprocess.run(["pgrep", "-f", str(checkout / "tests" / "unit")], capture_output=True).stdout == b""
