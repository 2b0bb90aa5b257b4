"""The sandbox's state on disk: one SQLite file of pickled units, changed in one transaction a request.

SQLite in WAL mode hands every commit to the operating system before it returns. So a commit survives the death of this
process, kill -9 included; a power cut may take the last ones, because nothing is forced to the disk.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FORMAT = "2"


class StateMismatch(Exception):
    """The state on disk was written by another version and cannot be read by this one."""


@dataclass(frozen=True)
class Unit:
    """A piece of a service's state that is written as a whole.

    :param service: moto's name of the service
    :param kind: what sort of thing the unit holds
    :param name: which one
    :param state: its pickle; None removes the unit
    :param bodies: names of the object bodies it refers to
    """

    service: str
    kind: str
    name: str
    state: bytes | None
    bodies: tuple[str, ...] = ()


class Journal:
    """The state file of one sandbox.

    :param path: the SQLite file, made when it is not there
    :param version: moto's version; its pickles tie the state to it
    :raises StateMismatch: the file was written under another version
    """

    def __init__(self, path: Path, version: str):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        os.chmod(path, 0o600)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=NORMAL")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS unit (service TEXT, kind TEXT, name TEXT, state BLOB,"
            " bodies TEXT, PRIMARY KEY (service, kind, name))"
        )
        self._file.execute("CREATE TABLE IF NOT EXISTS written_by (version TEXT)")
        self._check(path, f"moto {version}, format {FORMAT}")

    def _check(self, path: Path, version: str) -> None:
        found = self._file.execute("SELECT version FROM written_by").fetchone()
        if found is None:
            self._file.execute("INSERT INTO written_by VALUES (?)", (version,))
        elif found[0] != version:
            self._file.close()
            raise StateMismatch(
                f"{path} was written by {found[0]}, this is {version}: `python -m sandbox reset` starts afresh"
            )

    def units(self) -> Iterator[Unit]:
        """Everything that was written."""
        rows = self._file.execute("SELECT service, kind, name, state, bodies FROM unit")
        for service, kind, name, state, bodies in rows.fetchall():
            yield Unit(service, kind, name, state, tuple(bodies.split()))

    def write(self, units: Iterable[Unit]) -> None:
        """Write all of them or none; they are safe from the death of this process when it returns."""
        with self._lock:
            self._file.execute("BEGIN")
            try:
                for unit in units:
                    self._put(unit)
                self._file.execute("COMMIT")
            except BaseException:
                self._file.execute("ROLLBACK")
                raise

    def _put(self, unit: Unit) -> None:
        if unit.state is None:
            gone = (unit.service, unit.kind, unit.name)
            self._file.execute("DELETE FROM unit WHERE service = ? AND kind = ? AND name = ?", gone)
            return
        row = (unit.service, unit.kind, unit.name, unit.state, " ".join(unit.bodies))
        self._file.execute("INSERT OR REPLACE INTO unit VALUES (?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Fold the log into the file."""
        with self._lock:
            self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._file.close()
