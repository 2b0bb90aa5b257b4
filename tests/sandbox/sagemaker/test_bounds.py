"""Bounds made small, and the last moments of a runtime: one in this process, on moto's own server."""

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
from sandbox.sagemaker.jobs.attempt import Attempt
from sandbox.sagemaker.runtime import Runtime
from sandbox.sagemaker.training.record import TrainingJob
from sandbox.sagemaker.training.work import TrainingWork
from sandbox.settings import Settings

from .conftest import IMAGES, TRAINER, Jobs, until


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(home=tmp_path, port=port)
    images = ImageRegistry(settings.images)
    images.push(TRAINER, IMAGES / "trainer", settings.jobs_python)
    made = sagemaker.install(settings, images, JobFaults(), Limits(slots=1, kept=2))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    made.start()
    yield made
    made.stop()
    server.stop()


def test_the_newest_folders_are_kept_and_every_name(runtime: Runtime) -> None:
    narrow = Jobs(Sandbox(runtime.shop.settings))
    narrow.make_bucket()
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


def test_a_job_that_fails_because_the_sandbox_goes_down_begins_anew(runtime: Runtime) -> None:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://models/none/"}}
    request = Jobs(Sandbox(runtime.shop.settings)).training(
        InputDataConfig=[{"ChannelName": "c", "DataSource": source}]
    )
    job = TrainingJob("late", "arn:aws:sagemaker:eu-west-1:123456789012:training-job/late", request)
    assert job.begin()
    runtime.shop.closing.set()
    Attempt(TrainingWork(job, runtime.shop, None)).run()
    assert (job.waits, job.secondary) == (True, "Starting")
    assert not runtime.shop.folder(job).exists()
