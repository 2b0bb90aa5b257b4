"""Set-up: each step once, again when its inputs change, on from where it stopped, one at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from laptop import setup
from laptop.setup import STAMP, SetupError, Step

REPOSITORY = Path(__file__).resolve().parents[2]


def step(folder: Path, inputs: str, done: list[str], fails: bool = False) -> Step:
    def work() -> None:
        done.append(folder.name)
        if fails:
            raise SetupError("the network is gone")

    return Step(folder.name, folder, inputs, work)


def test_nothing_is_done_twice(tmp_path):
    done: list[str] = []
    steps = [step(tmp_path / "a", "1", done), step(tmp_path / "b", "1", done)]
    assert setup.set_up(lambda: steps) == 2
    assert setup.set_up(lambda: steps) == 0
    assert done == ["a", "b"]


def test_changed_inputs_are_done_again_alone(tmp_path):
    done: list[str] = []
    setup.set_up(lambda: [step(tmp_path / "a", "1", done), step(tmp_path / "b", "1", done)])
    setup.set_up(lambda: [step(tmp_path / "a", "1", done), step(tmp_path / "b", "2", done)])
    assert done == ["a", "b", "b"]


def test_a_step_that_failed_is_continued_with(tmp_path):
    done: list[str] = []
    with pytest.raises(SetupError):
        setup.set_up(lambda: [step(tmp_path / "a", "1", done), step(tmp_path / "b", "1", done, fails=True)])
    assert not (tmp_path / "b" / STAMP).exists()
    setup.set_up(lambda: [step(tmp_path / "a", "1", done), step(tmp_path / "b", "1", done)])
    assert done == ["a", "b", "b"]


def test_a_step_interrupted_while_it_is_redone_does_not_count_as_done(tmp_path):
    done: list[str] = []
    setup.set_up(lambda: [step(tmp_path / "a", "1", done)])
    with pytest.raises(SetupError):
        setup.set_up(lambda: [step(tmp_path / "a", "2", done, fails=True)])
    assert not step(tmp_path / "a", "1", done).is_current()


INTERRUPTED = """
import sys, time
from pathlib import Path
from laptop.setup import Step, only_one, set_up

root, pause = Path(sys.argv[1]), float(sys.argv[2])

def work(name):
    with (root / "done").open("a") as log:
        log.write(name)
    (root / name / "half made").touch()
    time.sleep(pause * (name == "b"))

with only_one(root):
    set_up(lambda: [Step(name, root / name, "1", lambda name=name: work(name)) for name in "abc"])
"""


def test_a_set_up_that_is_killed_is_continued_where_it_was(tmp_path):
    def set_up(pause: int) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-c", INTERRUPTED, str(tmp_path), str(pause)]
        return subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.DEVNULL)

    killed = set_up(600)
    until = time.monotonic() + 60
    while not (tmp_path / "b" / "half made").exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    assert [name for name in "abc" if (tmp_path / name / STAMP).exists()] == ["a"]
    assert set_up(0).wait(timeout=60) == 0
    assert (tmp_path / "done").read_text() == "abbc"
    assert all((tmp_path / name / STAMP).exists() for name in "abc")


def test_a_folder_deleted_by_hand_is_made_again(tmp_path):
    done: list[str] = []
    steps = [step(tmp_path / "a", "1", done)]
    setup.set_up(lambda: steps)
    (tmp_path / "a" / STAMP).unlink()
    (tmp_path / "a").rmdir()
    setup.set_up(lambda: steps)
    assert done == ["a", "a"]


def test_the_lock_and_the_python_decide_whether_an_environment_is_current(tmp_path):
    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / f"control-{setup.PYTHON}.txt"
    lock.write_text("a==1\n")
    before = {found.name: found.inputs for found in setup.steps(tmp_path)}
    lock.write_text("a==2\n")
    after = {found.name: found.inputs for found in setup.steps(tmp_path)}
    assert {name for name in before if before[name] != after[name]} == {".venv (control)", "Airflow's database"}


def test_a_second_set_up_waits_for_the_first(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from laptop.setup import only_one\n"
        "with only_one(Path(sys.argv[1])):\n"
        "    print('in', time.monotonic(), flush=True); time.sleep(0.6); print('out', time.monotonic(), flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    runs = [subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    spans = []
    for run in runs:
        lines = [line.split() for line in run.communicate()[0].splitlines()]
        times = {line[0]: float(line[1]) for line in lines if line[0] in ("in", "out")}
        spans.append((times["in"], times["out"]))
    first, second = sorted(spans)
    assert first[1] <= second[0]


def test_a_command_that_fails_is_shown_with_its_output():
    with pytest.raises(SetupError, match="exit of a child: 7 apples") as error:
        setup.command(sys.executable, "-c", "print('exit of a child: 7 apples'); raise SystemExit(3)")
    assert "failed with 3" in str(error.value)


@pytest.mark.parametrize("version", ["3.10", "3.13"])
def test_a_wrong_python_is_refused_with_the_mend(version):
    python = Path.home() / ".pyenv" / "versions"
    found = sorted(python.glob(f"{version}.*/bin/python3"))
    if not found:
        pytest.skip(f"no Python {version} on this machine to refuse")
    run = subprocess.run([found[0], "-m", "laptop.setup"], cwd=REPOSITORY, capture_output=True, text=True)
    assert run.returncode == 1
    assert "Python 3.11 or 3.12" in run.stderr


def test_a_second_set_up_takes_less_than_two_seconds():
    # The suite runs in what set-up made, so the first of these only brings stamps up to date.
    subprocess.run(["make", "--no-print-directory", "setup"], cwd=REPOSITORY, check=True, capture_output=True)
    environment = {**os.environ, "PIP_INDEX_URL": "http://127.0.0.1:9/", "UV_INDEX_URL": "http://127.0.0.1:9/"}
    began = time.monotonic()
    run = subprocess.run(
        ["make", "--no-print-directory", "setup"], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (0, "")
    assert time.monotonic() - began < 2
