"""What a reader of a published table sees, by a library that is not the one that wrote it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.settings import REPOSITORY

PROGRAM = """
import json, sys
from pyiceberg.catalog import load_catalog

endpoint = sys.argv[1]
catalog = load_catalog("lake", type="glue", **{"glue.endpoint": endpoint, "s3.endpoint": endpoint})
for line in sys.stdin:
    table, *columns = json.loads(line)
    rows = catalog.load_table(table).scan(selected_fields=tuple(columns)).to_arrow().to_pylist()
    print(json.dumps(sorted([row[name] for name in columns] for row in rows)), flush=True)
"""


class Reader:
    """A process that reads the lake's tables as they are now; it takes seconds to start and is asked many times."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def rows(self, table: str, *columns: str) -> Any:
        """The rows of a table, in order."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([table, *columns]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the reader of {table} has ended; it says above why"
        return json.loads(answer)


@contextmanager
def reader(endpoint: str) -> Iterator[Reader]:
    """A reader of a sandbox's tables.

    :param endpoint: of the sandbox; its keys are in this process's environment
    """
    command = [str(REPOSITORY / ".venv-jobs" / "bin" / "python"), "-c", PROGRAM, endpoint]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Reader(process)
