"""Does what the API was asked for: queues jobs and gives each its slot.

At most ``slots`` containers work at once, first come first served over all kinds. After a restart of the sandbox a job
whose container was never started is queued again; one that had a container (its output is there) has failed, because it
must not do its work twice.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from typing import Any

from sandbox.clients import own_client
from sandbox.images.registry import ImageRegistry
from sandbox.locks import group_lock
from sandbox.pages import Page
from sandbox.processes.job_faults import JobFaults
from sandbox.processes.limits import Limits
from sandbox.processes.prune import prune
from sandbox.processes.sweep import sweep
from sandbox.sagemaker.jobs.attempt import Attempt
from sandbox.sagemaker.jobs.container import Containers
from sandbox.sagemaker.jobs.record import RESTARTED, Job
from sandbox.sagemaker.jobs.work import Work
from sandbox.sagemaker.jobs.workshop import Workshop
from sandbox.sagemaker.models import backends
from sandbox.sagemaker.pages import Pages
from sandbox.sagemaker.processing.work import ProcessingWork
from sandbox.sagemaker.training.work import TrainingWork
from sandbox.sagemaker.transform.work import TransformWork
from sandbox.sagemaker.tuning.controller import tend
from sandbox.services import SERVICES
from sandbox.settings import Settings

TURN_SECONDS = 0.2
SHIP_SECONDS = 1.0
WORKS: dict[str, type[Work[Any]]] = {"Training": TrainingWork, "Processing": ProcessingWork, "Transform": TransformWork}
LOG = logging.getLogger(__name__)


class Runtime:
    """Runs the jobs of one sandbox.

    :param images: what containers are started from
    :param faults: faults that wait for their jobs
    :param limits: how much at once, and how long
    """

    def __init__(self, settings: Settings, images: ImageRegistry, faults: JobFaults, limits: Limits):
        self.shop = Workshop(
            settings=settings,
            limits=limits,
            images=images,
            containers=Containers(),
            s3=own_client(settings, "s3"),
            logs=own_client(settings, "logs"),
            closing=threading.Event(),
        )
        self._faults = faults
        self._awake = threading.Event()
        self._active: dict[str, Attempt] = {}
        self._threads: list[threading.Thread] = []
        self._pages = Pages(self.shop, self._find, self._listing)

    def start(self) -> None:
        """Begin to work; the server answers already, because data and logs pass through it."""
        for kind in WORKS:
            for group in sweep(self.shop.settings.sagemaker / kind.lower()):
                LOG.warning("killed process group %s, left by an earlier server", group)
        self._recover()
        self.shop.containers.open()
        for target in (self._work, self._ship):
            self._threads.append(threading.Thread(target=target, name=f"sagemaker {target.__name__}", daemon=True))
            self._threads[-1].start()

    def stop(self) -> None:
        """End every container (SIGTERM, after the grace SIGKILL) and return when none is left; queued ones stay so."""
        self.shop.closing.set()
        self.wake()
        until = time.monotonic() + 3 * self.shop.limits.grace_seconds
        while self._active and time.monotonic() < until:
            time.sleep(0.05)
        self.shop.containers.close()

    def wake(self) -> None:
        """Look at once whether there is something to do."""
        self._awake.set()

    def admin(self, method: str, path: str, body: bytes) -> Page:
        """The page at a path under ``/_sandbox/sagemaker``."""
        return self._pages.answer(method, path, body)

    def _work(self) -> None:
        while not self.shop.closing.is_set():
            self._awake.wait(TURN_SECONDS)
            self._awake.clear()
            try:
                self._tend_tuning()
                self._launch_waiting()
            except Exception:  # one bad record must not stop the queue
                LOG.exception("a turn of the job queue went wrong")

    def _tend_tuning(self) -> None:
        for backend in backends():
            for job in backend.tuning_jobs:
                if not job.ended:
                    with group_lock(SERVICES["sagemaker"].group):  # a trial must not be lost to a request's change
                        tend(backend, job)

    def _launch_waiting(self) -> None:
        waiting = [job for backend in backends() for job in backend.jobs if job.waits]
        for job in sorted(waiting, key=lambda each: each.created_at):
            if len(self._active) >= self.shop.limits.slots:
                return
            if job.begin():
                attempt = Attempt(WORKS[job.KIND](job, self.shop, self._faults.take("sagemaker")))
                self._active[job.arn] = attempt
                threading.Thread(target=self._attempt, args=(attempt,), name=f"job {job.name}", daemon=True).start()

    def _attempt(self, attempt: Attempt) -> None:
        try:
            attempt.run()
        finally:
            del self._active[attempt.job.arn]
            self._prune(attempt.job.KIND)
            self.wake()

    def _prune(self, kind: str) -> None:
        """Keep the newest folders of what has ended; logs stay in CloudWatch."""
        ended = [job for backend in backends() for job in backend.jobs if kind == job.KIND and job.ended]
        folders = {self.shop.folder(job).name for job in ended if job.arn not in self._active}
        prune(self.shop.settings.sagemaker / kind.lower(), folders, self.shop.limits.kept)

    def _ship(self) -> None:
        while not self.shop.closing.wait(SHIP_SECONDS):
            for attempt in list(self._active.values()):
                attempt.ship()

    def _recover(self) -> None:
        for backend in backends():
            for job in backend.jobs:
                folder = self.shop.folder(job)
                if job.ended:
                    continue
                if job.status == "Stopping":
                    job.end("Stopped")
                elif (folder / "stdout").exists():
                    job.end("Failed", RESTARTED)
                else:
                    shutil.rmtree(folder, ignore_errors=True)
                    job.wait_again()

    def _find(self, kind: str, name: str) -> Job | None:
        jobs = (job for backend in backends() for job in backend.jobs)
        return next((job for job in jobs if (job.KIND.lower(), job.name) == (kind, name)), None)

    def _listing(self) -> dict[str, Any]:
        running = sorted(f"{each.job.KIND.lower()}/{each.job.name}" for each in list(self._active.values()))
        return {"slots": self.shop.limits.slots, "running": running}
