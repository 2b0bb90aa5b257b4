"""Pages of the sandbox's own: a job run's log (where GetDashboardForJobRun leads to) and faults on demand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape
from typing import Any

from moto.emrserverless.models import emrserverless_backends

from sandbox.emr_serverless.job_faults import JobFault, JobFaults
from sandbox.emr_serverless.log_shipping import STREAMS
from sandbox.emr_serverless.records import JobRun
from sandbox.settings import Settings

ROOT = "/_sandbox/emr-serverless"
FAULTS = "/_sandbox/job-faults"
JOB_PAGE = re.compile(ROOT + r"/jobs/([0-9a-z]+)(?:/(stdout|stderr))?")
SHOWN_BYTES = 200_000
Answer = tuple[int, bytes, str]


class Pages:
    """Answers what the core passes on.

    :param settings: the sandbox
    :param faults: faults that wait
    :param listing: what runs and what is spare
    """

    def __init__(self, settings: Settings, faults: JobFaults, listing: Callable[[], dict[str, Any]]):
        self._settings = settings
        self._faults = faults
        self._listing = listing

    def address(self, job_run_id: str) -> str:
        """Where a job run's page is."""
        return f"{self._settings.endpoint}{ROOT}/jobs/{job_run_id}"

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Status, body, content type."""
        if path == FAULTS:
            return self._fault(method, body)
        if method != "GET":
            return as_json(405, {"error": f"{path}: GET only"})
        if path == ROOT:
            return as_json(200, self._listing())
        match = JOB_PAGE.fullmatch(path)
        run = find_run(match[1]) if match else None
        if match is None or run is None:
            return as_json(404, {"error": f"{path}: no such page of the sandbox"})
        return self._log(run, match[2]) if match[2] else self._job(run)

    def _fault(self, method: str, body: bytes) -> Answer:
        if method == "POST":
            try:
                self._faults.add(JobFault(**json.loads(body)))
            except (ValueError, TypeError) as error:
                return as_json(400, {"error": str(error)})
        elif method == "DELETE":
            self._faults.clear()
        elif method != "GET":
            return as_json(405, {"error": f"{FAULTS}: GET, POST or DELETE"})
        return as_json(200, {"faults": self._faults.listing()})

    def _read(self, run: JobRun, stream: str) -> bytes:
        try:
            with (self._settings.jobs / run.id / stream).open("rb") as output:
                output.seek(max(0, output.seek(0, 2) - SHOWN_BYTES))
                return output.read()
        except OSError:
            return b""

    def _log(self, run: JobRun, stream: str) -> Answer:
        return 200, self._read(run, stream), "text/plain; charset=utf-8"

    def _job(self, run: JobRun) -> Answer:
        parts = [
            f"<h2><a href='{self.address(run.id)}/{stream}'>{stream}</a></h2>"
            f"<pre>{escape(self._read(run, stream).decode('utf-8', 'replace'))}</pre>"
            for stream in STREAMS
        ]
        name = escape(str(run.request.get("name") or run.id))
        page = (
            f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{name}</title><h1>{name}</h1>"
            f"<p>{run.id}: {run.state} {escape(run.state_details)}</p>{''.join(parts)}</html>"
        )
        return 200, page.encode(), "text/html; charset=utf-8"


def find_run(job_run_id: str) -> JobRun | None:
    """A job run of any account and region."""
    for _, _, backend in list(emrserverless_backends.iter_backends()):
        if job_run_id in backend.job_runs:
            run: JobRun = backend.job_runs[job_run_id]
            return run
    return None


def as_json(status: int, content: Any) -> Answer:
    """An answer that holds JSON."""
    return status, json.dumps(content).encode() + b"\n", "application/json"
