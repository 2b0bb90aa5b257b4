"""Processor and memory of a process with its children, from /proc; zero where there is none (not Linux)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Sample:
    """What a process group has used so far, and holds now."""

    cpu_seconds: float
    memory_bytes: int


def sample(group: int) -> Sample:
    """Add up the processes of a group, and the children that they have waited for."""
    ticks = pages = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rsplit(")", 1)[1].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[2]) == group:
            ticks += sum(int(each) for each in fields[11:15])
            pages += int(fields[21])
    return Sample(ticks / TICKS, pages * PAGE)
