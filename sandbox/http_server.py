"""HTTP/1.1 with connections that stay open: a new connection a request costs SDKs more than the request itself.

Werkzeug's own server closes every connection and waits 10 ms for stray bytes on each.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from email.utils import formatdate
from http.server import ThreadingHTTPServer
from io import BytesIO
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import DechunkedInput

log = logging.getLogger("sandbox.http")
HOST = "127.0.0.1"
IDLE_SECONDS = 120
BODILESS = (204, 304)

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class PortBusy(Exception):
    """Something else listens on the port."""


class KeepAliveHandler(MotoRequestHandler):
    """Answers the requests of one connection, one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # with Nagle, an answer in two writes waits 40 ms for the client's delayed ACK
    wbufsize = -1
    timeout = IDLE_SECONDS
    server: SandboxServer

    def run_wsgi(self) -> None:
        """Read the whole request, so that the next one starts where it should; write the whole answer."""
        environ = self.make_environ()
        environ["wsgi.input"] = BytesIO(self._read_body(environ))
        environ["wsgi.input_terminated"] = True
        started: list[Any] = []
        body = b"".join(self.server.application(environ, lambda status, headers: started.extend((status, headers))))
        status, headers = int(started[0].split()[0]), started[1]
        self.send_response_only(status)
        for name, value in complete(headers, status, self.command, len(body)):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and status not in BODILESS:
            self.wfile.write(body)

    def handle_expect_100(self) -> bool:
        """Tell the client to send its body now."""
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The gateway logs by service and action."""

    def _read_body(self, environ: dict[str, Any]) -> bytes:
        if isinstance(environ["wsgi.input"], DechunkedInput):
            return BytesIO(environ["wsgi.input"].read()).getvalue()
        body: bytes = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        return body


def complete(headers: Headers, status: int, method: str, size: int) -> Headers:
    """The headers with a date, and with the length by which a client finds the end of the body.

    A HEAD keeps the length that the application states: it is the object's, whose body is not sent.
    """
    given = {name.lower(): value for name, value in headers}
    others = [(name, value) for name, value in headers if name.lower() not in ("content-length", "date")]
    length = given.get("content-length", str(size)) if method == "HEAD" else str(size)
    lengths = [] if status in BODILESS else [("Content-Length", length)]
    return [*others, *lengths, ("Date", given.get("date") or formatdate(usegmt=True))]


class SandboxServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 and nowhere else, a thread a connection.

    :param port: port to listen on
    :param application: WSGI application that gets every request with its whole body in a ``BytesIO``
    :raises PortBusy: names the port and the mend
    """

    daemon_threads = True
    request_queue_size = 128
    # What werkzeug's handler asks of its server.
    ssl_context = None
    multithread = True
    multiprocess = False
    _server_version = "sandbox"

    def __init__(self, port: int, application: Application):
        self.application = application
        try:
            super().__init__((HOST, port), KeepAliveHandler)
        except OSError as busy:
            mend = "stop what listens there, or choose another with --port or GROUNDWORK_SANDBOX_PORT"
            raise PortBusy(f"port {port} on {HOST} is not free ({busy.strerror}): {mend}") from busy

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 (socketserver's signature)
        """A client that hangs up in the middle is its own affair; anything else belongs into the log."""
        reason = sys.exc_info()[1]
        if not isinstance(reason, ConnectionError | TimeoutError):
            log.error("a connection broke", exc_info=reason)
