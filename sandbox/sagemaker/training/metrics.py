"""Metrics as SageMaker finds them: patterns over the lines of the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sandbox.processes.output import STREAMS
from sandbox.sagemaker.jobs.record import now
from sandbox.sagemaker.training.record import Metric

LINE_LENGTH = 10_000  # a pattern may take long on a longer one


def find_metrics(folder: Path, definitions: list[dict[str, str]]) -> tuple[Metric, ...]:
    """The last value of each metric that the output has; those without one are left out.

    :param folder: where the container's output lies
    :param definitions: ``MetricDefinitions``
    """
    patterns = {each["Name"]: re.compile(each["Regex"]) for each in definitions}
    found: dict[str, float] = {}
    for line in lines(folder) if patterns else ():
        for name, pattern in patterns.items():
            for match in pattern.finditer(line):
                value = number(match[1])
                if value is not None:
                    found[name] = value
    at = now()
    return tuple(Metric(name, found[name], at) for name in patterns if name in found)


def lines(folder: Path) -> Iterator[str]:
    """What the container wrote, stream by stream."""
    for stream in STREAMS:
        if (folder / stream).exists():
            with (folder / stream).open(encoding="utf-8", errors="replace") as output:
                for line in output:
                    yield line[:LINE_LENGTH]


def number(text: str | None) -> float | None:
    """What a pattern's group holds; None when it is no number."""
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
