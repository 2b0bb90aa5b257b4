"""HTTP/1.1 as clients speak it: connections stay open, bodies arrive whole, nothing is left for the next request."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator

import pytest

from sandbox.launcher import Sandbox

# Without it S3 takes the caller for the public, to whom everything is private.
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIASANDBOXSANDBOX00/20130101/us-east-1/s3/aws4_request"}


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[http.client.HTTPConnection]:
    opened = http.client.HTTPConnection("127.0.0.1", sandbox.settings.port, timeout=5)
    yield opened
    opened.close()


def send(connection: http.client.HTTPConnection, method: str, path: str, **more: object) -> tuple[int, bytes]:
    connection.request(method, path, headers=SIGNED, **more)  # type: ignore[arg-type]
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_one_connection_carries_many_requests(connection: http.client.HTTPConnection) -> None:
    assert send(connection, "PUT", "/kept-open")[0] == 200
    first = connection.sock
    assert send(connection, "PUT", "/kept-open/k", body=b"x" * 100_000)[0] == 200
    assert send(connection, "HEAD", "/kept-open/k") == (200, b"")
    assert send(connection, "GET", "/kept-open/none")[0] == 404
    assert send(connection, "GET", "/kept-open/k") == (200, b"x" * 100_000)
    assert send(connection, "DELETE", "/kept-open/k") == (204, b"")
    assert send(connection, "GET", "/_sandbox/health")[0] == 200
    assert connection.sock is first


def test_a_chunked_body_arrives_whole(connection: http.client.HTTPConnection) -> None:
    send(connection, "PUT", "/in-chunks")
    chunks = [b"a" * 10, b"b" * 70_000, b"c"]
    assert send(connection, "PUT", "/in-chunks/k", body=iter(chunks), encode_chunked=True)[0] == 200
    assert send(connection, "GET", "/in-chunks/k") == (200, b"".join(chunks))


def test_a_client_that_asks_first_is_told_once_to_go_on(sandbox: Sandbox) -> None:
    head = "PUT /expecting HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sandbox.settings.port), timeout=5) as raw:
        raw.sendall(head.format(0).encode())
        seen = b""
        while b"</" not in seen and seen.count(b"\r\n\r\n") < 2:
            seen += raw.recv(4096)
    assert seen.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_a_client_that_hangs_up_harms_nobody(sandbox: Sandbox) -> None:
    with socket.create_connection(("127.0.0.1", sandbox.settings.port)) as raw:
        raw.sendall(b"PUT /half/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
    assert sandbox.ask("health")["pid"] == sandbox.status().pid
