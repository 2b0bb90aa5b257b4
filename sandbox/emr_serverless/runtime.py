"""Does what the API was asked for: queues job runs, starts their drivers, watches them and writes down how they end.

At most ``slots`` drivers work at once, first come first served over all applications. After a restart of the sandbox a
run that no driver was started for is queued again; one that had a driver (its folder is there) has failed, because it
must not do its work twice.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from moto.emrserverless.models import emrserverless_backends

from sandbox.clients import own_client
from sandbox.emr_serverless.active import Active
from sandbox.emr_serverless.errors import SubmissionError
from sandbox.emr_serverless.failure import describe_exit
from sandbox.emr_serverless.log_shipping import LogShipping
from sandbox.emr_serverless.models import EMRServerlessBackend
from sandbox.emr_serverless.pages import Pages
from sandbox.emr_serverless.records import TERMINAL, WAITING, Application, JobRun, now
from sandbox.emr_serverless.spares import Spares
from sandbox.emr_serverless.spark_conf import SMALL_HEAP_MB
from sandbox.emr_serverless.staging import DRIVER, clear, stage
from sandbox.emr_serverless.submission import read_submission
from sandbox.jars import JarError
from sandbox.pages import Page
from sandbox.processes.job_faults import JobFaults
from sandbox.processes.limits import Limits
from sandbox.processes.processes import Processes
from sandbox.processes.prune import prune
from sandbox.processes.sweep import sweep
from sandbox.settings import Settings

TURN_SECONDS = 0.2
SHIP_SECONDS = 2.0
RESTARTED = "the sandbox was restarted while the job ran"
STOPPED = "the sandbox was stopped while the job ran"
LOG = logging.getLogger(__name__)


class Runtime:
    """Runs the job runs of one sandbox.

    :param settings: the sandbox
    :param faults: faults that wait for their jobs
    :param limits: how much at once, and how long
    """

    def __init__(self, settings: Settings, faults: JobFaults, limits: Limits):
        self._settings = settings
        self._limits = limits
        self._lock = threading.RLock()
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._active: dict[str, Active] = {}
        self._processes = Processes("emr-serverless", self._exited)
        self._spares = Spares(settings, self._processes)
        self._faults = faults
        self._pages = Pages(settings, self._listing)
        self._threads: list[threading.Thread] = []
        self._s3, self._logs = own_client(settings, "s3"), own_client(settings, "logs")

    def start(self) -> None:
        """Begin to work; the server answers already, because scripts and logs pass through its S3."""
        self._settings.jobs.mkdir(parents=True, exist_ok=True)
        for group in sweep(self._settings.jobs):
            LOG.warning("killed process group %s, left by an earlier server", group)
        self._recover()
        self._prune()
        self._processes.open()
        for target in (self._work, self._ship):
            self._threads.append(threading.Thread(target=target, name=f"emr-serverless {target.__name__}", daemon=True))
            self._threads[-1].start()

    def stop(self) -> None:
        """End every job (SIGTERM, after the grace SIGKILL) and return when none is left; queued ones stay queued."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            thread.join(timeout=self._limits.grace_seconds)
        until = time.monotonic() + self._limits.grace_seconds
        for number in (signal.SIGTERM, signal.SIGCONT):
            for active in list(self._active.values()):
                self._processes.signal(active.key, number)
        while self._active and time.monotonic() < until:
            time.sleep(0.05)
        self._processes.close()
        until = time.monotonic() + self._limits.grace_seconds
        while self._active and time.monotonic() < until:  # their last logs are still on the way
            time.sleep(0.05)

    def wake(self) -> None:
        """Look at once whether there is something to do."""
        self._awake.set()

    def admin(self, method: str, path: str, _: bytes) -> Page:
        """The page at a path under ``/_sandbox/emr-serverless``."""
        return self._pages.answer(method, path)

    def dashboard(self, job_run_id: str) -> str:
        """Address of a job run's page."""
        return self._pages.address(job_run_id)

    # --- the turn -----------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._awake.wait(TURN_SECONDS)
            self._awake.clear()
            try:
                with self._lock:
                    self._turn()
            except Exception:  # one bad record must not stop the queue
                LOG.exception("a turn of the job queue went wrong")

    def _turn(self) -> None:
        for backend in self._backends():
            for run in backend.unfinished():
                if run.state == "SUBMITTED":
                    self._admit(backend.applications[run.application_id], run)
        for active in list(self._active.values()):
            active.watch(self._processes, self._limits.grace_seconds, self._limits.minute_seconds)
        self._launch_waiting()
        applications = [each for backend in self._backends() for each in backend.applications.values()]
        self._spares.tend(applications, busy=bool(self._active))
        for backend in self._backends():
            self._stop_idle(backend)

    def _admit(self, application: Application, run: JobRun) -> None:
        if application.state != "STARTED":
            application.set_state("STARTED", "started by a job run")
        run.set_state("PENDING", f"waiting for one of {self._limits.slots} job slots")

    def _launch_waiting(self) -> None:
        waiting = [run for backend in self._backends() for run in backend.unfinished() if run.state == "PENDING"]
        for run in sorted(waiting, key=lambda each: each.created_at):
            if len(self._active) >= self._limits.slots:
                return
            if run.set_state("SCHEDULED", "fetching what the job needs"):
                active = Active(run, self._settings.jobs / run.id, self._faults.take("emr-serverless"))
                self._active[run.id] = active
                threading.Thread(target=self._launch, args=(active,), name=f"launch {run.id}", daemon=True).start()

    def _stop_idle(self, backend: EMRServerlessBackend) -> None:
        busy = {run.application_id for run in backend.unfinished()}
        for application in backend.applications.values():
            minutes = application.idle_minutes
            if application.state != "STARTED" or minutes is None or application.id in busy:
                continue
            ends = [run.updated_at for run in backend.job_runs.values() if run.application_id == application.id]
            idle = now() - max([application.updated_at, *ends])
            if idle > timedelta(seconds=minutes * self._limits.minute_seconds):
                application.set_state("STOPPED", f"idle for {minutes} minutes")

    # --- one job ------------------------------------------------------------------------------------------------------

    def _launch(self, active: Active) -> None:
        """Stage a run and start its driver, or give it a spare one."""
        run = active.run
        try:
            submission = read_submission(run.request, run.application_request)
            place = f"applications/{run.application_id}/jobs/{run.id}"
            active.shipping = LogShipping(active.folder, run.monitoring, place, self._s3, self._logs)
            heap = SMALL_HEAP_MB if active.fault and active.fault.kind == "out_of_memory" else None
            staged = stage(self._settings, self._s3, active.folder, submission, heap)
        except (SubmissionError, JarError) as error:
            self._end(active, "FAILED", f"Job failed before it started: {error}")
            return
        except Exception as error:
            LOG.exception("job run %s could not be staged", run.id)
            self._end(active, "FAILED", f"Job failed before it started: {type(error).__name__}: {error}")
            return
        with self._lock:
            if self._stopping.is_set() or not run.set_state("RUNNING", ""):
                self._end(active, "FAILED" if self._stopping.is_set() else "CANCELLED", STOPPED)
                return
            spare = self._spares.take(run.application_id, staged.fit)
            if spare is None:
                command = [str(self._settings.jobs_python), "-I", str(DRIVER), str(staged.assignment)]
                self._processes.start(active.key, command, staged.environment, active.folder)
            else:
                active.take(spare)
                self._processes.send(spare.key, str(staged.assignment))
            active.started = time.monotonic()

    def _exited(self, key: str, status: int, cpu_seconds: float, reason: str) -> None:
        """A driver ended; its last logs go out before its state changes, so on a thread of their own."""
        with self._lock:
            if self._spares.ended(key):
                return
            active = next((each for each in self._active.values() if each.key == key), None)
        if active is not None:
            active.note_usage(cpu_seconds)
            arguments = (active, status, reason)
            threading.Thread(target=self._conclude, args=arguments, name=f"end {active.run.id}", daemon=True).start()

    def _conclude(self, active: Active, status: int, reason: str) -> None:
        if active.run.state == "CANCELLING":
            self._end(active, "CANCELLED", active.run.state_details)
        elif self._stopping.is_set():
            self._end(active, "FAILED", STOPPED)
        elif status == 0:
            self._end(active, "SUCCESS", "")
        else:
            details = f"Job failed, the driver could not be started: {reason}" if reason else ""
            self._end(active, "FAILED", details or describe_exit(status, active.folder))

    def _end(self, active: Active, state: str, details: str) -> None:
        if active.shipping is not None:
            active.shipping.ship(last=True)
        active.run.set_state(state, details)
        for folder in active.folders:
            clear(folder)
            (folder / "pid").unlink(missing_ok=True)
        with self._lock:
            self._active.pop(active.run.id, None)
            self._prune()
        self.wake()

    def _ship(self) -> None:
        while not self._stopping.wait(SHIP_SECONDS):
            for active in list(self._active.values()):
                if active.shipping is not None and active.speaks:
                    active.shipping.ship()

    # --- around it ----------------------------------------------------------------------------------------------------

    def _recover(self) -> None:
        for backend in self._backends():
            for run in backend.unfinished():
                if run.state == "CANCELLING":
                    run.set_state("CANCELLED", "cancelled; " + RESTARTED)
                elif run.state not in WAITING or (self._settings.jobs / run.id).exists():
                    run.set_state("FAILED", RESTARTED)
            waited_for = {run.application_id for run in backend.unfinished()}
            for application in backend.applications.values():
                if application.state == "STARTED" and application.starts_itself and application.id not in waited_for:
                    application.set_state("STOPPED", "the sandbox was restarted; a job run starts it")

    def _prune(self) -> None:
        """Drop the oldest folders of what has ended; whoever calls it holds the lock, or is alone yet."""
        runs = {run.id for backend in self._backends() for run in backend.job_runs.values() if run.state in TERMINAL}
        spares = {folder.name for folder in self._settings.jobs.glob("spare-*")}
        at_work = {folder.name for active in self._active.values() for folder in active.folders}
        prune(self._settings.jobs, (runs | spares) - at_work - self._processes.keys(), self._limits.kept)

    def _backends(self) -> Iterator[EMRServerlessBackend]:
        for _, _, backend in list(emrserverless_backends.iter_backends()):
            yield backend

    def _listing(self) -> dict[str, Any]:
        with self._lock:
            running = {each.run.id: each.key for each in self._active.values()}
            return {"slots": self._limits.slots, "running": running, "spares": self._spares.listing()}
