"""How much of the machine the jobs of one service may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much at once, and how long; the defaults suit two cores.

    :param slots: jobs at work at once
    :param grace_seconds: between SIGTERM and SIGKILL, unless the caller says otherwise
    :param minute_seconds: length of a minute of the API's time limits; tests shorten it
    :param kept: jobs that have ended and keep their folder
    """

    slots: int = 2
    grace_seconds: float = 5.0
    minute_seconds: float = 60.0
    kept: int = 100
