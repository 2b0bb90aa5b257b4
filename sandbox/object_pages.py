"""Objects as pages for a person's browser, which cannot sign a request: ``/_sandbox/objects/<bucket>/<key>``."""

from __future__ import annotations

import gzip
import mimetypes

from moto.s3.models import s3_backends

from sandbox.errors import Answer
from sandbox.locks import group_lock
from sandbox.services import SERVICES
from sandbox.settings import ACCOUNT_ID

PREFIX = "/_sandbox/objects/"
TEXT = "text/plain; charset=utf-8"
# A page out of a bucket comes from where the sandbox's API is. It may draw itself, by scripts of its own too, as drift
# pages do; but as a page from nowhere (no allow-same-origin), which can fetch, send and post nothing.
CONTENT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; form-action 'none'"
)


def object_page(method: str, path: str) -> Answer:
    """One object; a gzipped text is unpacked.

    :param path: begins with ``PREFIX``
    """
    if method != "GET":
        return Answer(405, b"objects: GET only\n", [("Content-Type", TEXT)])
    bucket, _, key = path.removeprefix(PREFIX).partition("/")
    content = _content(bucket, key)
    if content is None:
        return Answer(404, f"there is no s3://{bucket}/{key}\n".encode(), [("Content-Type", TEXT)])
    kind, encoding = mimetypes.guess_type(key)
    if encoding == "gzip":
        content, kind = gzip.decompress(content), kind or TEXT
    headers = [
        ("Content-Type", kind or (TEXT if _is_text(content) else "application/octet-stream")),
        ("Content-Security-Policy", CONTENT_POLICY),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return Answer(200, content, headers)


def _content(bucket: str, key: str) -> bytes | None:
    backend = s3_backends[ACCOUNT_ID]["aws"]
    with group_lock(SERVICES["s3"].group):
        if bucket not in backend.buckets:
            return None
        found = backend.get_object(bucket, key)
        return None if found is None else bytes(found.value)


def _is_text(content: bytes) -> bool:
    try:
        content[:4096].decode()
    except UnicodeDecodeError as error:
        return error.start > 4090
    return True
