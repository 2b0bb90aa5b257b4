"""The commands of the README."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MAKEFILE = (REPOSITORY / "Makefile").read_text()


def make(*words: str) -> str:
    command = ["make", "--no-print-directory", *words]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout


def test_help_is_the_default_and_names_every_target():
    shown = make()
    targets = set(re.findall(r"^([a-z0-9.-]+):", MAKEFILE, re.MULTILINE))
    assert {re.split(r"\s+", line.strip())[1] for line in shown.splitlines()} == targets
    assert {"setup", "demo", "test", "up", "down", "reset", "status", "doctor", "check", "lint", "bench"} <= targets


def test_every_module_that_a_recipe_runs_is_in_this_repository():
    for package, module in re.findall(r"-m (laptop|deploy)(?:\.(\w+))?", MAKEFILE):
        assert (REPOSITORY / package / f"{module or '__main__'}.py").is_file()


def test_every_target_that_an_error_recommends_is_there():
    folders = ("plugins", "laptop", "sandbox", "deploy", "demo", "benchmarks", "include")
    sources = [path.read_text() for folder in folders for path in (REPOSITORY / folder).rglob("*.py")]
    named = {word for text in sources for word in re.findall(r"(?:run|laptop:|again:) make ([a-z]+)", text)}
    assert {"bundle", "up"} <= named <= set(re.findall(r"^([a-z0-9.-]+):", MAKEFILE, re.MULTILINE))


def test_a_python_is_found_and_fits():
    found = subprocess.run(
        ["sh", "laptop/find_python.sh"], cwd=REPOSITORY, capture_output=True, text=True
    ).stdout.strip()
    words = [found, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    version = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True).stdout.strip()
    assert version in ("3.11", "3.12")
