"""What tests and benches ask of the sandbox itself, under ``/_sandbox/``: health, faults, counts of calls."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import moto

from sandbox import object_pages
from sandbox.errors import Answer
from sandbox.faults import Faults, parse_fault
from sandbox.pages import Pages
from sandbox.services import SERVICES

ADMIN_PREFIX = "/_sandbox/"


class Admin:
    """The pages under ``/_sandbox/``.

    :param faults: faults that wait for their calls
    :param counts: calls so far by service and action
    :param pages: what answers the paths not known here, by the first part of the path
    """

    def __init__(self, faults: Faults, counts: Counter[tuple[str, str]], pages: Mapping[str, Pages]):
        self._faults = faults
        self._counts = counts
        self._pages = pages
        self._started = time.time()
        self._ready = threading.Event()

    def ready(self) -> None:
        """Everything is started: say so from now on."""
        self._ready.set()

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """The answer to one request."""
        known = {"health": self._health, "faults": self._fault, "requests": self._requests}
        page = known.get(path.removeprefix(ADMIN_PREFIX))
        if page:
            return page(method, body)
        if path.startswith(object_pages.PREFIX):
            return object_pages.object_page(method, path)
        others = self._pages.get(path.removeprefix(ADMIN_PREFIX).split("/")[0])
        if others is None:
            return as_json(404, {"error": f"{path}: no such page of the sandbox"})
        status, content, content_type = others(method, path, body)
        return Answer(status, content, [("Content-Type", content_type)])

    def _health(self, method: str, _: bytes) -> Answer:
        if method != "GET":
            return as_json(405, {"error": "health: GET only"})
        if not self._ready.is_set():
            return as_json(503, {"error": "health: the sandbox is starting"})
        uptime = round(time.time() - self._started, 1)
        health = {"pid": os.getpid(), "version": f"moto {moto.__version__}", "uptime_seconds": uptime}
        return as_json(200, {**health, "services": sorted(SERVICES)})

    def _fault(self, method: str, body: bytes) -> Answer:
        if method == "POST":
            try:
                self._faults.add(parse_fault(json.loads(body)))
            except (ValueError, TypeError) as wrong:
                return as_json(400, {"error": str(wrong)})
        elif method == "DELETE":
            self._faults.clear()
        elif method != "GET":
            return as_json(405, {"error": "faults: GET, POST or DELETE"})
        return as_json(200, {"faults": self._faults.listing()})

    def _requests(self, method: str, _: bytes) -> Answer:
        """GET counts the calls, DELETE starts from zero."""
        if method == "DELETE":
            self._counts.clear()
        elif method != "GET":
            return as_json(405, {"error": "requests: GET or DELETE"})
        counts: dict[str, dict[str, int]] = {}
        for (service, action), count in sorted(self._counts.copy().items()):
            counts.setdefault(service, {})[action] = count
        return as_json(200, counts)


def as_json(status: int, content: Any) -> Answer:
    """An answer that holds JSON."""
    return Answer(status, json.dumps(content).encode() + b"\n", [("Content-Type", "application/json")])
