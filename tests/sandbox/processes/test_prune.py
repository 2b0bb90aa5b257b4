"""The folders of ended jobs are kept up to a bound, those of others always."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.processes.prune import prune


def make(jobs: Path, name: str, at: int, spare: str = "") -> None:
    """A folder whose last change was at a second; with its output in a spare driver's folder where it had one."""
    (jobs / name / "work").mkdir(parents=True)
    if spare:
        (jobs / name / "stdout").symlink_to(Path("..") / spare / "stdout")
    else:
        (jobs / name / "stdout").write_text(name)
    os.utime(jobs / name, (at, at))


def test_the_newest_stay_and_a_spare_goes_with_its_job(tmp_path: Path) -> None:
    make(tmp_path, "spare-old", 9)
    make(tmp_path, "first", 1, spare="spare-old")
    make(tmp_path, "spare-new", 1)
    make(tmp_path, "third", 3, spare="spare-new")
    make(tmp_path, "second", 2)
    make(tmp_path, "spare-unused", 4)
    make(tmp_path, "running", 0)
    ended = ["first", "second", "third", "spare-old", "spare-new", "spare-unused", "never-there"]
    assert prune(tmp_path, ended, 2) == ["second", "first", "spare-old"]
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["running", "spare-new", "spare-unused", "third"]
    assert (tmp_path / "third" / "stdout").read_text() == "spare-new"
    assert prune(tmp_path, ended, 2) == []


@given(ages=st.lists(st.integers(0, 5), max_size=8), kept=st.integers(0, 9))
def test_the_bound_holds_and_nothing_newer_goes(
    ages: list[int], kept: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    jobs = tmp_path_factory.mktemp("jobs")
    for number, at in enumerate(ages):
        make(jobs, str(number), at)
    deleted = {ages[int(name)] for name in prune(jobs, map(str, range(len(ages))), kept)}
    left = [ages[int(folder.name)] for folder in jobs.iterdir()]
    assert len(left) == min(kept, len(ages))
    assert not deleted or not left or max(deleted) <= min(left)
