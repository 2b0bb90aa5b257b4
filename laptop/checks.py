"""What this machine must offer, each with the mend. Standard library only: set-up asks before anything is installed."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SUPPORTED_PYTHONS = ((3, 11), (3, 12))
JAVA_VERSION = 17
# Measured: both environments, jars and a demo's state take 3.4 GB; the rest is room for the second run.
FREE_DISK_NEEDED = 6 * 1024**3
MEMORY_NEEDED = 8 * 1024**3


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found and, where it does not do, the mend."""

    name: str
    passed: bool
    found: str
    mend: str


def check_python() -> Check:
    """Python that both locks are made for."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    mend = "install Python 3.11 or 3.12, or name one: make setup PYTHON=/path/to/python3.12"
    return Check("Python", sys.version_info[:2] in SUPPORTED_PYTHONS, version, mend)


def check_java() -> Check:
    """Java that Spark 4 runs on, where Spark looks for it."""
    mend = f"install a Java {JAVA_VERSION} runtime (Debian: openjdk-17-jre-headless) and put it on PATH or in JAVA_HOME"
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None:
        return Check("Java", False, "no java on PATH, and JAVA_HOME is not set", mend)
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30).stderr
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("Java", False, f"{java} does not run: {error}", mend)
    version = re.search(r'version "(\d+)([^"]*)"', told)
    if version is None:
        return Check("Java", False, f"{java} -version says no version", mend)
    return Check("Java", int(version[1]) == JAVA_VERSION, f"{version[1]}{version[2]} ({java})", mend)


def check_make() -> Check:
    """GNU make, which the README's commands are."""
    found = shutil.which("make")
    return Check("make", found is not None, found or "not on PATH", "install GNU make")


def check_disk(folder: Path, needed: int = FREE_DISK_NEEDED) -> Check:
    """Room for environments, jars and state."""
    free = shutil.disk_usage(folder).free
    mend = f"free {needed / 1024**3:.0f} GB on the disk of {folder}, or clone the repository to a larger one"
    return Check("disk", free >= needed, f"{free / 1024**3:.1f} GB free", mend)


def check_memory() -> Check:
    """Memory for Airflow, the sandbox and one Spark driver at a time."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    mend = f"{MEMORY_NEEDED / 1024**3:.0f} GB is the stated minimum; give the machine more"
    # Firmware and the kernel keep some of what is sold as 8 GB.
    return Check("memory", total >= 0.93 * MEMORY_NEEDED, f"{total / 1024**3:.1f} GB", mend)


def check_port(name: str, port: int, variable: str, ours: bool) -> Check:
    """A port that one of our servers listens on.

    :param name: whose port it is
    :param port: the port on 127.0.0.1
    :param variable: environment variable that moves it
    :param ours: whether our own server runs there now, which is as good as free
    """
    mend = f"end what listens there, or choose another port: {variable}=<port>"
    if ours:
        return Check(name, True, f"{port}, our own server runs there", mend)
    free = is_port_free(port)
    return Check(name, free, f"{port} is {'free' if free else 'taken by something else'}", mend)


def is_port_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
