"""The folders of ended jobs are kept up to a bound: a runtime in this process, on moto's own server."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from sandbox import emr_serverless
from sandbox.emr_serverless.runtime import Runtime
from sandbox.processes.job_faults import JobFaults
from sandbox.processes.limits import Limits
from sandbox.settings import Settings

from .conftest import Jobs, make_jobs, until

WAIT = "import os, time\nwhile not os.path.exists({!r}): time.sleep(0.05)"
Start = Callable[[], tuple[Runtime, Jobs]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a runtime that keeps two, in this process and on moto's own server."""
    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(home=tmp_path, port=port)
    runtimes: list[Runtime] = []

    def started() -> tuple[Runtime, Jobs]:
        for runtime in runtimes:
            runtime.stop()
        runtimes.append(emr_serverless.install(settings, JobFaults(), Limits(kept=2)))
        runtimes[-1].start()
        return runtimes[-1], jobs

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    jobs = make_jobs(settings)
    yield started
    runtimes[-1].stop()
    server.stop()


def test_a_job_that_ends_and_a_start_prune_and_what_runs_stays(start: Start, tmp_path: Path) -> None:
    _, jobs = start()
    application = jobs.application()
    go = tmp_path / "go"
    running = jobs.start(application, WAIT.format(str(go)))
    jobs.wait(application, running, "RUNNING")
    ended = []
    for _ in range(3):
        ended.append(jobs.start(application, "print('ran')"))
        assert jobs.wait(application, ended[-1])["state"] == "SUCCESS"
    until(lambda: not jobs.folder(ended[0]).exists())
    assert {folder.name for folder in jobs.settings.jobs.iterdir()} == {running, *ended[1:]}
    assert jobs.get(application, ended[0])["state"] == "SUCCESS", "the run is remembered"
    go.touch()
    assert jobs.wait(application, running)["state"] == "SUCCESS"
    until(lambda: not jobs.folder(ended[1]).exists())
    for name in ("spare-left", "of-another-service"):
        (jobs.settings.jobs / name).mkdir()
        os.utime(jobs.settings.jobs / name, (1, 1))
    start()
    left = {folder.name for folder in jobs.settings.jobs.iterdir()}
    assert left == {running, ended[2], "of-another-service"}
