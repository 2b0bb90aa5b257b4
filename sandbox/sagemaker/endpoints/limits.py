"""How much of the machine endpoints may take, and how long things may last."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EndpointLimits:
    """The defaults are SageMaker's where it states one, and otherwise suit two cores.

    :param startup_seconds: until a server answers /ping, unless the variant says otherwise
    :param start_attempts: how often a server that ends before it answered /ping is started
    :param restarts: how often a server that crashed is started again before its variant is given up
    :param steady_seconds: of good health, after which the restarts are counted anew
    :param invoke_seconds: for one answer of a model
    :param grace_seconds: between SIGTERM and SIGKILL
    :param capture_seconds: longest stay of a captured request in memory
    :param capture_events: captured requests that are written at once
    """

    startup_seconds: float = 240.0
    start_attempts: int = 2
    restarts: int = 3
    steady_seconds: float = 60.0
    invoke_seconds: float = 60.0
    grace_seconds: float = 5.0
    capture_seconds: float = 5.0
    capture_events: int = 500
