"""The page of endpoints under ``/_sandbox/``: what runs, and two settings for tests."""

from __future__ import annotations

import json
import random
from typing import Any

from sandbox.pages import Page, as_json
from sandbox.sagemaker.endpoints.builder import FleetBuilder
from sandbox.sagemaker.endpoints.live import Live


class EndpointPages:
    """Tells what runs (GET), and takes ``seed`` and ``startup_seconds`` (POST).

    :param live: the endpoints, by region and name
    :param builder: starts their servers
    :param chance: chooses variants and samples
    """

    def __init__(self, live: dict[tuple[str, str], Live], builder: FleetBuilder, chance: random.Random):
        self._live = live
        self._builder = builder
        self._chance = chance

    def answer(self, method: str, path: str, body: bytes) -> Page:
        """Status, body, content type."""
        if method == "POST":
            try:
                self._set(json.loads(body))
            except ValueError as wrong:
                return as_json(400, {"error": str(wrong)})
        elif method != "GET":
            return as_json(405, {"error": f"{path}: GET or POST"})
        return as_json(200, {"endpoints": {name: shown(live) for (_, name), live in self._live.copy().items()}})

    def _set(self, wanted: Any) -> None:
        """Take the settings.

        :raises ValueError: names what is wrong
        """
        if not isinstance(wanted, dict) or not wanted or not set(wanted) <= {"seed", "startup_seconds"}:
            raise ValueError(f"expected an object with seed or startup_seconds, got {wanted!r}")
        seed, seconds = wanted.get("seed", 0), wanted.get("startup_seconds")
        if type(seed) is not int:
            raise ValueError(f"seed: {seed!r} is not a whole number")
        if seconds is not None and (type(seconds) not in (int, float) or seconds <= 0):
            raise ValueError(f"startup_seconds: {seconds!r} is not a number of seconds")
        if "seed" in wanted:
            self._chance.seed(seed)
        if "startup_seconds" in wanted:
            self._builder.longest_startup = seconds


def shown(live: Live) -> dict[str, Any]:
    """One endpoint at work."""
    fleet = live.fleet
    servers = {} if fleet is None else fleet.servers
    return {
        "status": live.record.status,
        "in_flight": fleet.in_flight if fleet else 0,
        "variants": {
            name: {"pid": each.pid, "up": each.is_up, "restarts": each.restarts} for name, each in servers.items()
        },
    }
