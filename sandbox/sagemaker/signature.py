"""What the signature of a request tells about its caller."""

from __future__ import annotations

import re
from typing import Any

from sandbox.settings import REGION


def region_of(environ: dict[str, Any]) -> str:
    """The region that a request was signed for."""
    match = re.search(r"Credential=[^/\s]*/\d{8}/([a-z0-9-]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    return match[1] if match else REGION
