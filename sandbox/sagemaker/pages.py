"""Pages of the sandbox's own: what runs, and what became of a job with its log."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.pages import SHOWN_BYTES, Page, as_json, as_log, as_text
from sandbox.processes.output import STREAMS, read_end
from sandbox.sagemaker.jobs.record import Job
from sandbox.sagemaker.jobs.workshop import Workshop

ROOT = "/_sandbox/sagemaker"
JOB_PAGE = re.compile(ROOT + r"/jobs/(training|processing|transform)/([A-Za-z0-9-]+)(?:/(stdout|stderr))?")


class Pages:
    """Answers what the core passes on.

    :param find: a job by kind and name
    :param listing: what runs
    """

    def __init__(self, shop: Workshop, find: Callable[[str, str], Job | None], listing: Callable[[], dict[str, Any]]):
        self._shop = shop
        self._find = find
        self._listing = listing

    def answer(self, method: str, path: str, _: bytes) -> Page:
        """The page at a path."""
        if method != "GET":
            return as_json(405, {"error": f"{path}: GET only"})
        if path == ROOT:
            return as_json(200, self._listing())
        match = JOB_PAGE.fullmatch(path)
        job = self._find(match[1], match[2]) if match else None
        if match is None or job is None:
            return as_json(404, {"error": f"{path}: no such page of the sandbox"})
        folder = self._shop.folder(job)
        if match[3]:
            return as_text(read_end(folder / match[3], SHOWN_BYTES))
        address = f"{self._shop.settings.endpoint}{ROOT}/jobs/{match[1]}/{job.name}"
        outcome = f"{job.KIND} job, {job.status} {job.failure_reason}"
        return as_log(job.name, outcome, address, {each: read_end(folder / each, SHOWN_BYTES) for each in STREAMS})
