"""The environment of Spark 4.0 stands beside the others."""

from __future__ import annotations

import subprocess

from laptop import setup, spark_4_0


def test_its_folders_are_its_own_and_ignored_by_git_and_docker():
    found = spark_4_0.steps()
    folders = {step.folder for step in found}
    assert len(folders) == len(found) == 2
    assert not folders & {step.folder for step in setup.steps()}
    assert {folder.name for folder in folders} <= set((setup.REPOSITORY / ".dockerignore").read_text().split())
    for folder in folders:
        assert subprocess.run(["git", "check-ignore", "--quiet", f"{folder}/"], cwd=setup.REPOSITORY).returncode == 0


def test_a_changed_lock_or_jar_is_fetched_anew(monkeypatch, tmp_path):
    before = {step.name: step.inputs for step in spark_4_0.steps()}
    monkeypatch.setattr(spark_4_0, "REPOSITORY", tmp_path)
    for folder, name in (("requirements", f"spark-4.0-{setup.PYTHON}.txt"), ("sandbox", "jars.py")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text("other")
    after = {step.name: step.inputs for step in spark_4_0.steps()}
    assert [name for name in before if before[name] == after[name]] == []
