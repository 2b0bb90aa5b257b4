"""A model's server, as a transform job uses it: one that answers, or a reason why not."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import urllib3

from sandbox.sagemaker.errors import JobFailure
from sandbox.sagemaker.jobs.container import Container

HOST = "127.0.0.1"
PING_SECONDS = 2.0
PAUSE_SECONDS = 0.05
END_SECONDS = 1.0  # between a broken connection and word of the process's end
SHOWN = 300


class ModelServer:
    """Speaks to a container's server.

    :param container: what serves
    :param port: where it listens
    :param seconds: for one answer
    :param retries: how often a request is sent again that got none, or a server's error
    """

    def __init__(self, container: Container, port: int, *, seconds: float, retries: int):
        self._container = container
        self._seconds, self._retries = seconds, retries
        self._pool = urllib3.HTTPConnectionPool(HOST, port)

    def wait(self, seconds: float) -> None:
        """Return when it answers /ping.

        :raises JobFailure: it ended, or does not answer in time
        """
        until = time.monotonic() + seconds
        while not self._container.gone.wait(PAUSE_SECONDS):
            if self._ping():
                return
            if time.monotonic() > until:
                raise JobFailure(f"AlgorithmError: The model did not answer /ping within {seconds:g} seconds")
        raise JobFailure("")  # the container's own end says more

    def parameters(self) -> dict[str, Any]:
        """What the model itself asks for, at /execution-parameters; nothing where it does not say."""
        try:
            answer = self._send("GET", "/execution-parameters", b"", {}, PING_SECONDS)
            said = json.loads(answer.data) if answer.status == 200 else {}
        except (urllib3.exceptions.HTTPError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}

    def invoke(self, body: bytes, headers: dict[str, str], what: str) -> bytes:
        """The answer to one request.

        :param what: what the request is about, for errors
        :raises JobFailure: no answer, or one that is an error
        """
        failure = ""
        for _ in range(self._retries + 1):
            try:
                answer = self._send("POST", "/invocations", body, headers, self._seconds)
            except urllib3.exceptions.ReadTimeoutError:
                failure = f"AlgorithmError: The model did not answer to {what} within {self._seconds:g} seconds"
                continue
            except urllib3.exceptions.HTTPError as error:
                if self._container.gone.wait(END_SECONDS):
                    raise JobFailure("") from error
                failure = f"AlgorithmError: The model broke off its answer to {what}: {error}"
                continue
            if answer.status < 300:
                return bytes(answer.data)
            said = answer.data.decode("utf-8", "replace").strip()[:SHOWN]
            kind = "ClientError" if answer.status < 500 else "AlgorithmError"
            failure = f"{kind}: The model answered {answer.status} to {what}: {said}"
            if answer.status < 500:
                break
        raise JobFailure(failure)

    def _send(
        self, method: str, path: str, body: bytes, headers: dict[str, str], seconds: float
    ) -> urllib3.BaseHTTPResponse:
        timeout = urllib3.Timeout(connect=PING_SECONDS, read=seconds)
        return self._pool.request(method, path, body=body, headers=headers, retries=False, timeout=timeout)

    def _ping(self) -> bool:
        try:
            return self._send("GET", "/ping", b"", {}, PING_SECONDS).status == 200
        except urllib3.exceptions.HTTPError:
            return False


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
