"""How often a call to AWS is tried again before it counts as failed."""

from __future__ import annotations

from typing import Any


def retrying() -> dict[str, Any]:
    """Botocore settings for a hook: throttling, 5xx and lost connections are tried again with growing pauses."""
    return {"retries": {"mode": "standard", "total_max_attempts": 6}, "connect_timeout": 10, "read_timeout": 60}
