"""Why a driver failed, in one line: what people read first."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from sandbox.processes.output import tail

ERROR_LINE = re.compile(
    r"^(Terminating due to )?(Exception in thread \"[^\"]*\" )?"
    r"(?P<error>[\w.$]+(Error|Exception|Interrupt|Exit|Failed)\b.*)"
)


def describe_exit(status: int, folder: Path) -> str:
    """What ended a driver.

    :param status: exit status, negative for a signal
    :param folder: where its output lies
    """
    line = last_error_line(folder)
    if status < 0:
        name = signal.Signals(-status).name if -status in {each.value for each in signal.Signals} else str(-status)
        return f"Job failed, the driver was killed by {name}." + (f" Last error: {line}" if line else "")
    return f"Job failed. ExitCode: {status}." + (f" Last error: {line}" if line else "")


def last_error_line(folder: Path) -> str:
    """The last line of the output that names an error; out of memory wins, because others follow from it."""
    lines = [*tail(folder / "stdout"), *tail(folder / "stderr")]
    errors = [match["error"] for line in lines if (match := ERROR_LINE.match(line))]
    memory = [error for error in errors if error.startswith("java.lang.OutOfMemoryError")]
    spoken = [line.strip() for line in lines if line.strip()]
    return (memory or errors[-1:] or spoken[-1:] or [""])[0]
