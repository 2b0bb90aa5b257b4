"""What a page under ``/_sandbox/`` is made of: a status, a body and its content type."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any

Page = tuple[int, bytes, str]
# Method, path and body of the request.
Pages = Callable[[str, str, bytes], Page]
SHOWN_BYTES = 200_000


def as_json(status: int, content: Any) -> Page:
    """A page that holds JSON."""
    return status, json.dumps(content).encode() + b"\n", "application/json"


def as_text(content: bytes) -> Page:
    """A page that holds a log."""
    return 200, content, "text/plain; charset=utf-8"


def as_log(name: str, outcome: str, address: str, streams: dict[str, bytes]) -> Page:
    """A page about a job, for a person: what became of it, and what it wrote.

    :param name: the job's
    :param outcome: its state, and why
    :param address: where this page is; each stream alone is one level below
    :param streams: what was written to each
    """
    parts = [
        f"<h2><a href='{address}/{stream}'>{stream}</a></h2><pre>{escape(written.decode('utf-8', 'replace'))}</pre>"
        for stream, written in streams.items()
    ]
    page = (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(name)}</title>"
        f"<h1>{escape(name)}</h1><p>{escape(outcome)}</p>{''.join(parts)}</html>"
    )
    return 200, page.encode(), "text/html; charset=utf-8"
