"""The sandbox's front door: names each call, refuses what is not done here, injects faults, keeps calls of a service in
order, writes what they changed, and only then answers."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.test import run_wsgi_app

from sandbox.admin import ADMIN_PREFIX, Admin
from sandbox.errors import Answer, internal, not_in_sandbox, over_quota, throttled
from sandbox.faults import Faults
from sandbox.locks import group_lock
from sandbox.persistence import Persistence
from sandbox.services import SERVICES, Call, identify
from sandbox.units import touched_units

log = logging.getLogger("sandbox.requests")
LOOPBACK = re.compile(r"(127\.0\.0\.1|\[::1\]|([a-z0-9.-]+\.)?localhost)(:\d+)?")
DIED = 137

Unlocked = Callable[[Call, dict[str, Any], bytes], Answer]


class Gateway:
    """The WSGI application of the sandbox.

    :param persistence: writes what a call changed before the call is answered
    :param faults: faults that wait for their calls
    :param counts: calls so far by service and action
    :param admin: what lies under ``/_sandbox/``
    :param unlocked: carries out the calls of services that moto has no part in and that keep their own order
    """

    def __init__(
        self,
        persistence: Persistence,
        faults: Faults,
        counts: Counter[tuple[str, str]],
        admin: Admin,
        unlocked: Mapping[str, Unlocked],
    ):
        self._persistence = persistence
        self._faults = faults
        self._counts = counts
        self._admin = admin
        self._unlocked = unlocked
        self._apps: dict[str, Any] = {}
        self._apps_lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self.answer(environ)
        start_response(f"{answer.status} -", answer.headers)
        return [answer.body]

    def answer(self, environ: dict[str, Any]) -> Answer:
        """The answer to one request; every failure is an answer too."""
        body = environ["wsgi.input"].getvalue()
        origin = environ.get("HTTP_ORIGIN", "").partition("://")[2]
        if not is_local(environ.get("HTTP_HOST", "")) or (origin and not is_local(origin)):
            # A web page that resolves its own name to 127.0.0.1, or posts to it, would otherwise have everything here.
            return Answer(421, b"the sandbox answers to 127.0.0.1 and localhost only\n")
        if environ["PATH_INFO"].startswith(ADMIN_PREFIX):
            return self._admin.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], body)
        started = time.perf_counter()
        call = identify(environ, body)
        self._counts[call.service, call.action] += 1
        answer = self._fault(call) or self._carry_out(call, environ, body)
        milliseconds = (time.perf_counter() - started) * 1000
        log.info("%s %s %s %.1f ms", call.service, printable(call.action), answer.status, milliseconds)
        return answer

    def _fault(self, call: Call) -> Answer | None:
        """The answer of a fault that hits this call; none when the call goes on."""
        fault = self._faults.take(call)
        if fault is None:
            return None
        if fault.kind == "die":
            logging.shutdown()
            os._exit(DIED)
        if fault.kind == "slow":
            time.sleep(fault.seconds)
            return None
        answers = {"throttle": throttled, "quota": over_quota}
        return answers[fault.kind](call) if fault.kind in answers else internal(call, "A fault that was asked for.")

    def _carry_out(self, call: Call, environ: dict[str, Any], body: bytes) -> Answer:
        if not call.is_done_here:
            return not_in_sandbox(call)
        try:
            if call.service in self._unlocked:
                return self._unlocked[call.service](call, environ, body)
            with group_lock(SERVICES[call.service].group):
                answer = self._moto(call, environ)
                if not call.reads_only and answer.status < 400:
                    self._persistence.save(call.service, touched_units(call, environ, body))
                return answer
        except NotImplementedError as lacking:
            log.info("%s.%s lacks: %s", call.service, call.action, lacking)
            return not_in_sandbox(call, "" if "has not been implemented" in str(lacking) else str(lacking))
        except Exception:
            log.exception("%s.%s broke", call.service, call.action)
            return internal(call, f"{call.service}.{call.action} broke; the sandbox's server.log has the traceback")

    def _moto(self, call: Call, environ: dict[str, Any]) -> Answer:
        chunks, status, headers = run_wsgi_app(self._app(SERVICES[call.service].moto), environ, buffered=True)
        answer = Answer(int(status.split()[0]), b"".join(chunks), list(headers))
        if answer.status == 404 and not answer.body and call.service != "s3":
            return not_in_sandbox(call)  # moto's way to say that it knows no such path
        return answer

    def _app(self, service: str) -> Any:
        with self._apps_lock:
            if service not in self._apps:
                self._apps[service] = create_backend_app(service)
            return self._apps[service]


def is_local(host: str) -> bool:
    """Whether a Host header names this machine by a loopback name."""
    return LOOPBACK.fullmatch(host.lower()) is not None


def printable(action: str) -> str:
    """An action that cannot break a line of the log: an unknown one comes from the path, as the caller sent it."""
    return action if action.isprintable() else repr(action)
