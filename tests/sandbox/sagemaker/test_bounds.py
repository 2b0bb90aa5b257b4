"""What is kept of jobs that have ended: a runtime in this process, on moto's own server, with bounds made small."""

from __future__ import annotations

import itertools
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from sandbox import sagemaker
from sandbox.images.registry import ImageRegistry
from sandbox.launcher import Sandbox
from sandbox.processes.job_faults import JobFaults
from sandbox.processes.limits import Limits
from sandbox.settings import Settings

from .conftest import IMAGES, TRAINER, Jobs, until


@pytest.fixture
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(home=tmp_path, port=port)
    images = ImageRegistry(settings.images)
    images.push(TRAINER, IMAGES / "trainer", settings.jobs_python)
    runtime = sagemaker.install(settings, images, JobFaults(), Limits(slots=1, kept=2))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    runtime.start()
    jobs = Jobs(Sandbox(settings))
    jobs.make_bucket()
    yield jobs
    runtime.stop()
    server.stop()


def test_the_newest_folders_are_kept_and_every_name(narrow: Jobs) -> None:
    names = [narrow.train() for _ in range(4)]
    for name in names:
        assert narrow.wait("Training", name)["TrainingJobStatus"] == "Completed"
    folder = narrow.sandbox.settings.sagemaker / "training"
    until(lambda: sorted(each.name for each in folder.iterdir()) == sorted(names[2:]))
    began = [narrow.describe("Training", name) for name in names]
    for earlier, later in itertools.pairwise(began):  # one slot: one after the other
        assert earlier["TrainingEndTime"] <= later["TrainingStartTime"]
    with pytest.raises(narrow.sagemaker.exceptions.ResourceInUse):
        narrow.train(TrainingJobName=names[0])
