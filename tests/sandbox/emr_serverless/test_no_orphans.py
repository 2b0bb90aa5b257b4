"""Whatever dies, no driver is left, and the records say what became of each run."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from sandbox.launcher import Sandbox

from .conftest import Jobs, alive, make_jobs, until

# the child takes leave of its parent, as a JVM does when Python is killed
SLEEP = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(120)
"""


def pids(jobs: Jobs, run: str) -> list[int]:
    told = until(lambda: (jobs.folder(run) / "stdout").exists() and jobs.output(run).split())
    return [int(each) for each in told]


def spawner_of(server: int) -> int:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        parent = stat.read_text().rsplit(")", 1)[1].split()[1]
        if int(parent) == server and b"spawner.py\0emr-serverless" in stat.with_name("cmdline").read_bytes():
            return int(stat.parent.name)
    raise AssertionError("the server has no spawner")


def test_a_killed_server_leaves_no_process_and_true_records(tmp_path: Path) -> None:
    sandbox = Sandbox.temporary(tmp_path)
    sandbox.up()
    jobs = make_jobs(sandbox.settings)
    application = jobs.application()
    working = [jobs.start(application, SLEEP) for _ in range(2)]
    queued = jobs.start(application, "print('ran')")
    left = [pid for run in working for pid in pids(jobs, run)]
    left.append(spawner_of(sandbox.status().pid))
    os.kill(sandbox.status().pid, signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in left), seconds=5)
    sandbox.down()
    sandbox.up()
    for run in working:
        ended = jobs.get(application, run)
        assert (ended["state"], ended["stateDetails"]) == ("FAILED", "the sandbox was restarted while the job ran")
    assert jobs.wait(application, queued)["state"] == "SUCCESS"
    assert jobs.output(queued) == "ran\n"
    sandbox.down()


def test_a_killed_spawner_takes_its_drivers_along_and_the_next_start_sweeps_the_rest(tmp_path: Path) -> None:
    sandbox = Sandbox.temporary(tmp_path)
    sandbox.up()
    jobs = make_jobs(sandbox.settings)
    application = jobs.application()
    run = jobs.start(application, SLEEP)
    driver, child = pids(jobs, run)
    server = sandbox.status().pid
    spawner = spawner_of(server)
    os.kill(server, signal.SIGSTOP)  # so that it cannot clean up after its spawner
    os.kill(spawner, signal.SIGKILL)
    until(lambda: not alive(driver), seconds=5)
    assert alive(child)
    os.kill(server, signal.SIGKILL)
    sandbox.down()
    sandbox.up()
    until(lambda: not alive(child), seconds=5)
    assert jobs.get(application, run)["state"] == "FAILED"
    sandbox.down()


def test_a_server_goes_on_with_a_new_spawner(jobs: Jobs, application: str) -> None:
    run = jobs.start(application, SLEEP)
    left = pids(jobs, run)
    server = Sandbox(jobs.settings).status().pid
    spawner = spawner_of(server)
    os.kill(spawner, signal.SIGKILL)
    assert jobs.wait(application, run)["stateDetails"].startswith("Job failed, the driver was killed by SIGKILL.")
    until(lambda: not any(alive(pid) for pid in left), seconds=5)
    assert spawner_of(server) != spawner
    assert jobs.wait(application, jobs.start(application, "pass"))["state"] == "SUCCESS"


def test_going_down_ends_jobs_and_keeps_the_queue(tmp_path: Path) -> None:
    sandbox = Sandbox.temporary(tmp_path)
    sandbox.up()
    jobs = make_jobs(sandbox.settings)
    application = jobs.application()
    working = [jobs.start(application, SLEEP) for _ in range(2)]
    queued = jobs.start(application, "print('ran')")
    left = [pid for run in working for pid in pids(jobs, run)]
    sandbox.down()
    assert not [pid for pid in left if alive(pid)]
    sandbox.up()
    ends = [jobs.get(application, run) for run in working]
    assert {end["stateDetails"] for end in ends} == {"the sandbox was stopped while the job ran"}
    assert jobs.wait(application, queued)["state"] == "SUCCESS"
    sandbox.down()
