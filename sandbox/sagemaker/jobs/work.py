"""How a job is done; each kind says what it brings, how its container is attended and what is left."""

from __future__ import annotations

import signal
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from sandbox.processes.job_faults import JobFault
from sandbox.processes.output import tail
from sandbox.sagemaker.jobs.container import Container
from sandbox.sagemaker.jobs.record import REASON_LENGTH, Job
from sandbox.sagemaker.jobs.workshop import Workshop

WATCH_SECONDS = 0.1
J = TypeVar("J", bound=Job)


@dataclass
class Start:
    """What a container is started with.

    :param command: interpreter, program and arguments
    :param environment: its variables
    """

    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


class Work(ABC, Generic[J]):
    """One job at work.

    :param job: its record
    :param fault: what shall go wrong with it
    """

    LOG_GROUP: ClassVar[str]

    def __init__(self, job: J, shop: Workshop, fault: JobFault | None):
        self.job = job
        self.shop = shop
        self.folder = shop.folder(job)
        self._fault = fault

    @property
    def ml(self) -> Path:
        """What stands for ``/opt/ml``."""
        return self.folder / "ml"

    @abstractmethod
    def prepare(self) -> Start:
        """Fill the folder.

        :raises JobFailure: something that the job names cannot be had
        """

    @abstractmethod
    def conclude(self, container: Container) -> None:
        """Bring away what the container left, and end the job.

        :raises JobFailure: it cannot be brought away
        """

    def attend(self, container: Container) -> None:
        """Return when the container has ended."""
        self.watch(container)

    def watch(self, container: Container) -> None:
        """Look after a container until its end: a wish to stop, its time limit, its fault."""
        while not container.gone.wait(WATCH_SECONDS):
            elapsed = time.monotonic() - container.started
            if elapsed > self.job.most_seconds:
                self.job.stop(too_long=True)
            if self.job.status == "Stopping" or self.shop.closing.is_set():
                self.shop.containers.end(container, self.shop.limits.grace_seconds)
            elif self._fault is not None and elapsed >= self._fault.after_seconds:
                number = {"die": signal.SIGKILL, "hang": signal.SIGSTOP}[self._fault.kind]
                self.shop.containers.signal(container, number)
                self._fault = None

    def watch_beside(self, container: Container) -> None:
        """Look after a container on a thread of its own."""
        threading.Thread(target=self.watch, args=(container,), name=f"watch {container.key}", daemon=True).start()

    def last_words(self, file: Path) -> str:
        """What a failed container says of itself: a file that it may write, else its last line of stderr."""
        said = [line.strip() for line in tail(self.folder / "stderr") if line.strip()]
        return self.written(file) or (said[-1] if said else "")

    def written(self, file: Path) -> str:
        """The beginning of a file that a container may have left; empty where it has not."""
        try:
            with file.open(encoding="utf-8", errors="replace") as left:
                return left.read(REASON_LENGTH).strip()
        except OSError:
            return ""

    def failure(self, container: Container, file: Path) -> str:
        """Why a container failed, as SageMaker says it.

        :param file: where the container may have written the reason
        """
        if container.reason:
            return f"ClientError: The container could not be started: {container.reason}"
        code = f", exit code: {container.exit_code}"
        return f"AlgorithmError: {self.last_words(file)[: 1000 - len(code)]}{code}"
