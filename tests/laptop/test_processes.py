"""Detached processes: found by their mark however they run away, and ended without orphans."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from laptop.processes import Process, ask, kill_marked, marked, recorded, start_detached, wait_gone

# A child that leaves its parent's session and outlives it, as a daemonised one does.
RUNAWAY = (
    "import subprocess, sys, time;"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True);"
    "time.sleep(600 if sys.argv[1] == 'stay' else 0)"
)


def until(condition, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def mark(tmp_path):
    name = f"{tmp_path}:"
    yield name
    kill_marked(name)


def start(tmp_path: Path, mark: str, *words: str) -> Process:
    command = [sys.executable, *words]
    return start_detached(command, os.environ, mark, tmp_path / "log", tmp_path / "x.pid")


def test_a_started_process_is_recorded_and_its_output_kept(tmp_path, mark):
    process = start(tmp_path, mark, "-u", "-c", "print('hello'); import time; time.sleep(600)")
    assert recorded(tmp_path / "x.pid") == process
    assert until(lambda: "hello" in (tmp_path / "log").read_text())
    assert process.memory() > 2**20


def test_descendants_are_found_after_the_parent_has_gone(tmp_path, mark):
    parent = start(tmp_path, mark, "-c", RUNAWAY, "go")
    wait_gone([parent], 5)
    assert recorded(tmp_path / "x.pid") is None
    assert len(marked(mark)) == 1
    kill_marked(mark)
    assert marked(mark) == []


def test_other_marks_are_left_alone(tmp_path, mark):
    process = start(tmp_path, f"{mark}one", "-c", "import time; time.sleep(600)")
    kill_marked(f"{mark}two")
    assert process.is_alive()
    assert [found.pid for found in marked(f"{mark}one")] == [process.pid]


def test_asking_ends_one_that_listens_and_waits_no_longer_than_the_grace(tmp_path, mark):
    polite = start(tmp_path, mark, "-c", "import time; time.sleep(600)")
    ask([polite], 5)
    assert not polite.is_alive()
    deaf = start(
        tmp_path,
        mark,
        "-u",
        "-c",
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf'); time.sleep(600)",
    )
    assert until(lambda: "deaf" in (tmp_path / "log").read_text())
    began = time.monotonic()
    ask([deaf], 0.3)
    assert deaf.is_alive()
    assert 0.3 <= time.monotonic() - began < 2


def test_a_pid_used_again_is_not_taken_for_the_process(tmp_path):
    here = Process.of(os.getpid())
    assert here
    (tmp_path / "x.pid").write_text(f"{here.pid} {here.started - 1}\n")
    assert recorded(tmp_path / "x.pid") is None
    assert not Process(here.pid, here.started - 1).is_alive()


def test_one_that_waits_to_be_reaped_counts_as_gone():
    child = subprocess.Popen([sys.executable, "-c", ""])
    assert until(lambda: Process.of(child.pid) is None)
    child.wait()
