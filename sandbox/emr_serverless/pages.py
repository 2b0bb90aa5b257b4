"""Pages of the sandbox's own: a job run's log (where GetDashboardForJobRun leads to) and what runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from moto.emrserverless.models import emrserverless_backends

from sandbox.emr_serverless.records import JobRun
from sandbox.pages import SHOWN_BYTES, Page, as_json, as_log, as_text
from sandbox.processes.output import STREAMS, read_end
from sandbox.settings import Settings

ROOT = "/_sandbox/emr-serverless"
JOB_PAGE = re.compile(ROOT + r"/jobs/([0-9a-z]+)(?:/(stdout|stderr))?")


class Pages:
    """Answers what the core passes on.

    :param settings: the sandbox
    :param listing: what runs and what is spare
    """

    def __init__(self, settings: Settings, listing: Callable[[], dict[str, Any]]):
        self._settings = settings
        self._listing = listing

    def address(self, job_run_id: str) -> str:
        """Where a job run's page is."""
        return f"{self._settings.endpoint}{ROOT}/jobs/{job_run_id}"

    def answer(self, method: str, path: str) -> Page:
        """The page at a path."""
        if method != "GET":
            return as_json(405, {"error": f"{path}: GET only"})
        if path == ROOT:
            return as_json(200, self._listing())
        match = JOB_PAGE.fullmatch(path)
        run = find_run(match[1]) if match else None
        if match is None or run is None:
            return as_json(404, {"error": f"{path}: no such page of the sandbox"})
        return as_text(self._read(run, match[2])) if match[2] else self._job(run)

    def _read(self, run: JobRun, stream: str) -> bytes:
        return read_end(self._settings.jobs / run.id / stream, SHOWN_BYTES)

    def _job(self, run: JobRun) -> Page:
        name, outcome = str(run.request.get("name") or run.id), f"{run.id}: {run.state} {run.state_details}"
        return as_log(name, outcome, self.address(run.id), {stream: self._read(run, stream) for stream in STREAMS})


def find_run(job_run_id: str) -> JobRun | None:
    """A job run of any account and region."""
    for _, _, backend in list(emrserverless_backends.iter_backends()):
        if job_run_id in backend.job_runs:
            run: JobRun = backend.job_runs[job_run_id]
            return run
    return None
