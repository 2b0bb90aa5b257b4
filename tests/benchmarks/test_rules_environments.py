"""The peers' environments stand beside the others."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks import rules_environments
from benchmarks.rules_deequ import IVY
from laptop import setup, spark_4_0


def test_their_folders_are_their_own_and_ignored_by_git_and_docker() -> None:
    folders = {step.folder for step in rules_environments.steps()} | {IVY}
    assert len(folders) == 3
    assert not folders & {step.folder for step in (*setup.steps(), *spark_4_0.steps())}
    assert {folder.name for folder in folders} <= set((setup.REPOSITORY / ".dockerignore").read_text().split())
    for folder in folders:
        assert subprocess.run(["git", "check-ignore", "--quiet", f"{folder}/"], cwd=setup.REPOSITORY).returncode == 0


def test_a_changed_lock_is_installed_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = [step.inputs for step in rules_environments.steps()]
    monkeypatch.setattr(rules_environments, "REPOSITORY", tmp_path)
    (tmp_path / "requirements").mkdir()
    for environment in ("peers", "deequ"):
        (tmp_path / "requirements" / f"{environment}-{setup.PYTHON}.txt").write_text("other")
    assert not set(before) & {step.inputs for step in rules_environments.steps()}
