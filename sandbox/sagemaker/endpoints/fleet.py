"""The serving processes of one deployment, and the requests that are with them."""

from __future__ import annotations

import threading
import time

from sandbox.sagemaker.endpoints.serving_process import ServingProcess


class Fleet:
    """All serving processes of one deployment of an endpoint, by variant."""

    def __init__(self) -> None:
        self.servers: dict[str, ServingProcess] = {}
        self._in_flight = 0
        self._idle = threading.Condition()

    @property
    def running(self) -> set[str]:
        """Variants whose server answers."""
        return {name for name, server in self.servers.items() if server.is_up}

    @property
    def in_flight(self) -> int:
        """Requests that are with it now."""
        return self._in_flight

    def add(self, server: ServingProcess) -> None:
        """Have the server of one more variant, before the start."""
        self.servers[server.variant] = server

    def enter(self) -> None:
        """A request was routed here."""
        with self._idle:
            self._in_flight += 1

    def leave(self) -> None:
        """It was answered."""
        with self._idle:
            self._in_flight -= 1
            self._idle.notify_all()

    def start(self) -> None:
        """Start all and return when all answer.

        :raises ServingFailure: one of them will not; the caller stops the others
        """
        for server in self.servers.values():
            server.start()
        for server in self.servers.values():
            server.wait_until_up()

    def drain(self, seconds: float) -> bool:
        """Wait until no request is left, and say whether that came true in time; no new ones must come."""
        until = time.monotonic() + seconds
        with self._idle:
            while self._in_flight and time.monotonic() < until:
                self._idle.wait(until - time.monotonic())
            return not self._in_flight

    def stop(self) -> None:
        """End all and return when none is left."""
        for server in self.servers.values():
            server.begin_stop()
        for server in self.servers.values():
            server.finish_stop()
