"""Ends processes that an earlier server left behind: the last resort, should its spawner have been killed as well."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from sandbox.processes.spawner import group_lives, kill_group, started


def sweep(jobs: Path) -> list[int]:
    """Kill what the pid files under the jobs folder name and return the groups that were killed.

    A number is trusted only with the start time beside it, or, its leader gone, when a member's environment names the
    job's folder: the number may belong to somebody else by now.
    """
    killed = []
    for file in jobs.glob("*/pid"):
        try:
            recorded = json.loads(file.read_text())
            pid, start = int(recorded["pid"]), str(recorded["started"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        alive = started(pid)
        if (alive and alive == start) or (not alive and group_lives(pid) and _names(pid, file.parent)):
            kill_group(pid, signal.SIGKILL)
            killed.append(pid)
        file.unlink(missing_ok=True)
    return killed


def _names(group: int, folder: Path) -> bool:
    """Whether a living process of the group was started for this folder."""
    mark = f"GROUNDWORK_SANDBOX_JOB={folder}".encode()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if os.getpgid(int(environment.parent.name)) == group and mark in environment.read_bytes().split(b"\0"):
                return True
        except (OSError, ValueError):
            continue
    return False
