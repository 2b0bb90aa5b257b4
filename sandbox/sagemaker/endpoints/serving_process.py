"""One variant at work: its server process, started until it answers /ping, asked, started again when it crashes."""

from __future__ import annotations

import logging
import signal
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.processes.log_stream import LogStream
from sandbox.processes.output import STREAMS, tail
from sandbox.processes.processes import Processes
from sandbox.sagemaker.endpoints.limits import EndpointLimits

HOST = "127.0.0.1"
PING_PAUSE_SECONDS = 0.1
PING_SECONDS = 2.0
CONNECTIONS = 64
LOG = logging.getLogger(__name__)


class ServingFailure(Exception):
    """A server did not come up; the message becomes the endpoint's ``FailureReason``."""


@dataclass(frozen=True)
class Program:
    """What is started.

    :param command: program and arguments
    :param environment: all variables but the port
    :param folder: where its output lies; it runs in ``work`` inside
    """

    command: list[str]
    environment: dict[str, str]
    folder: Path


class ServingProcess:
    """The server of one variant; a thread of its own looks after it.

    :param variant: name of the variant
    :param program: what is started
    :param startup_seconds: how long it may take until it answers /ping
    :param processes: starts and signals it
    :param log: where its output goes
    :param limits: how often and how long
    """

    def __init__(
        self,
        variant: str,
        program: Program,
        *,
        startup_seconds: float,
        processes: Processes,
        log: LogStream,
        limits: EndpointLimits,
    ):
        self.variant = variant
        self.folder = program.folder
        self.key = program.folder.name
        self.restarts = 0
        self._program = program
        self._startup_seconds = startup_seconds
        self._processes = processes
        self._log = log
        self._limits = limits
        self._pool: urllib3.HTTPConnectionPool | None = None
        self._up, self._settled = threading.Event(), threading.Event()
        self._stopping, self._ended = threading.Event(), threading.Event()
        self._failure = ""
        self._status = (0, "")
        self._shipping, self._complained = threading.Lock(), False
        self._thread = threading.Thread(target=self._look_after, name=f"serve {self.key}", daemon=True)

    @property
    def is_up(self) -> bool:
        """Whether it answers."""
        return self._up.is_set()

    @property
    def pid(self) -> int | None:
        """Its process."""
        return self._processes.pid(self.key)

    def start(self) -> None:
        """Begin to start it."""
        self._thread.start()

    def wait_until_up(self) -> None:
        """Return when it answers /ping.

        :raises ServingFailure: it will not
        """
        self._settled.wait()
        if not self.is_up:
            raise ServingFailure(self._failure)

    def ask(
        self, method: str, path: str, body: bytes, headers: dict[str, str], seconds: float
    ) -> urllib3.BaseHTTPResponse:
        """Its whole answer, over a connection that is kept.

        :raises urllib3.exceptions.HTTPError: no answer, not a whole one, or not in time
        """
        if self._pool is None:
            raise urllib3.exceptions.HTTPError("the server is not up")
        return self._pool.request(
            method,
            path,
            body=body,
            headers=headers,
            retries=False,
            redirect=False,
            decode_content=False,
            timeout=urllib3.Timeout(connect=PING_SECONDS, read=seconds),
        )

    def exited(self, status: int, reason: str) -> None:
        """The process ended; called by whoever listens to the spawner."""
        self._status = (status, reason)
        self._up.clear()
        self._ended.set()

    def begin_stop(self) -> None:
        """Ask it to end, and start it no more."""
        self._stopping.set()
        self._up.clear()
        self._processes.signal(self.key, signal.SIGTERM)

    def finish_stop(self) -> None:
        """Return when it has ended: after the grace it is killed."""
        if self._thread.ident is None:  # another server of its fleet failed before this one was started
            return
        self._thread.join(self._limits.grace_seconds)
        while self._thread.is_alive():  # a start may be on its way to the spawner, so once is not enough
            self._processes.signal(self.key, signal.SIGKILL)
            self._thread.join(0.2)
        self.ship(last=True)

    def ship(self, *, last: bool = False) -> None:
        """Send what it has written to its log stream; a log that cannot be delivered is complained of once."""
        with self._shipping:
            try:
                for stream in STREAMS:
                    self._log.send(self.folder / stream, last=last)
            except (ClientError, BotoCoreError, OSError) as error:
                if not self._complained:
                    LOG.warning("the log of %s cannot be delivered: %s", self.key, error)
                self._complained = True

    # --- the thread ---------------------------------------------------------------------------------------------------

    def _look_after(self) -> None:
        """Start it, wait for its end, start it again, within the bounds."""
        starts, until = 0, time.monotonic() + self._startup_seconds
        while not self._stopping.is_set():
            came_up = self._launch(until)
            starts += 1
            if came_up:
                self._serve()
                until = time.monotonic() + self._startup_seconds
                starts = 0
            elif not self._settled.is_set() and (starts >= self._limits.start_attempts or time.monotonic() >= until):
                break
            if self._settled.is_set() and not self._may_restart():
                break
        self._end()

    def _serve(self) -> None:
        up_since = time.monotonic()
        self._up.set()
        self._settled.set()
        self._ended.wait()
        if time.monotonic() - up_since > self._limits.steady_seconds:
            self.restarts = 0

    def _may_restart(self) -> bool:
        """Whether it shall be started again, after a pause that grows."""
        if self._stopping.is_set() or self.restarts >= self._limits.restarts:
            return False
        self._stopping.wait(0.2 * 2**self.restarts)
        self.restarts += 1
        return not self._stopping.is_set()

    def _launch(self, until: float) -> bool:
        """Start the process once and say whether it answered /ping in time; where it did not, it is gone."""
        port = free_port()
        self._ended.clear()
        if self._pool is not None:
            self._pool.close()
        self._pool = urllib3.HTTPConnectionPool(HOST, port, maxsize=CONNECTIONS)
        bound = {"SAGEMAKER_BIND_HOST": HOST, "SAGEMAKER_BIND_TO_PORT": str(port)}  # whatever its model asks for
        environment = self._program.environment | bound
        self._processes.start(self.key, self._program.command, environment, self.folder)
        if self._stopping.is_set():  # asked to end while it was being started
            self._processes.signal(self.key, signal.SIGTERM)
        while not self._ended.is_set() and time.monotonic() < until and not self._stopping.is_set():
            if self._ping():
                return not self._ended.is_set()
            self._ended.wait(PING_PAUSE_SECONDS)
        self._failure = self._describe_failure()
        if not self._stopping.is_set():
            self._processes.signal(self.key, signal.SIGKILL)
        self._ended.wait()
        return False

    def _ping(self) -> bool:
        try:
            return self.ask("GET", "/ping", b"", {}, PING_SECONDS).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def _describe_failure(self) -> str:
        if not self._ended.is_set():
            return (
                f"The primary container for production variant {self.variant} did not pass the ping health check "
                f"within {self._startup_seconds:g} seconds."
            )
        status, reason = self._status
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with exit code {status}"
        if reason:
            how = f"could not be started ({reason})"
        said = [line.strip() for line in tail(self.folder / "stderr") if line.strip()]
        last = f" It said last: {said[-1]}" if said else ""
        return f"The primary container for production variant {self.variant} {how} before it answered /ping.{last}"

    def _end(self) -> None:
        (self.folder / "pid").unlink(missing_ok=True)
        if self._pool is not None:
            self._pool.close()
        self._settled.set()


def free_port() -> int:
    """A port that nobody listens on now; one that is taken meanwhile costs a start attempt."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
