"""Time limits, with minutes made short: a runtime in this process, on moto's own server."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from sandbox import emr_serverless
from sandbox.processes.job_faults import JobFaults
from sandbox.processes.limits import Limits
from sandbox.settings import Settings

from .conftest import Jobs, make_jobs, until


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(home=tmp_path, port=port)
    runtime = emr_serverless.install(settings, JobFaults(), Limits(minute_seconds=0.2))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    runtime.start()
    yield make_jobs(settings)
    runtime.stop()
    server.stop()


def test_a_run_over_its_time_is_cancelled_and_an_idle_application_stops(quick: Jobs) -> None:
    application = quick.application(autoStopConfiguration={"enabled": True, "idleTimeoutMinutes": 2})
    run = quick.start(application, "import time; time.sleep(60)", executionTimeoutMinutes=5)
    ended = quick.wait(application, run)
    assert (ended["state"], ended["stateDetails"]) == ("CANCELLED", "Job run has timed out after 5 minutes")
    assert (ended["endedAt"] - ended["startedAt"]).total_seconds() >= 1

    def described() -> dict[str, str]:
        found: dict[str, str] = quick.emr.get_application(applicationId=application)["application"]
        return found

    until(lambda: described()["state"] == "STOPPED")
    assert described()["stateDetails"] == "idle for 2 minutes"
    again = quick.start(application, "pass")
    assert quick.wait(application, again)["state"] == "SUCCESS"
