"""Records on disk, in one SQLite file: the newest of each identifier, and those that wait for the offline store.

A record that was acknowledged is handed to the operating system first; it survives the death of the sandbox.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.featurestore.event_time import MICROSECONDS

TABLES = """
CREATE TABLE IF NOT EXISTS online (
    feature_group TEXT, identifier TEXT, event_time INTEGER, expires_at INTEGER, deleted INTEGER, content TEXT,
    PRIMARY KEY (feature_group, identifier)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS offline (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    feature_group TEXT, event_time INTEGER, called_at INTEGER, deleted INTEGER, content TEXT, file TEXT
);
CREATE INDEX IF NOT EXISTS offline_file ON offline (feature_group, file);
"""


@dataclass(frozen=True)
class Event:
    """One PutRecord or DeleteRecord.

    :param identifier: of the record
    :param at: its event time, in microseconds
    :param values: value by feature
    :param deleted: whether it is the mark of a deletion
    :param expires_at: when the record ends, in microseconds; None for never
    """

    identifier: str
    at: int
    values: dict[str, str]
    deleted: bool = False
    expires_at: int | None = None


@dataclass(frozen=True)
class Waiting:
    """An event on its way to the offline store.

    :param called_at: when the API was called, in microseconds
    """

    number: int
    event: Event
    called_at: int


class RecordStore:
    """The records of all feature groups, each known by its key.

    :param path: the SQLite file, made when it is not there
    """

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        os.chmod(path, 0o600)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=NORMAL")
        self._file.executescript(TABLES)

    def write(self, group: str, event: Event, *, online: bool, offline: bool) -> None:
        """Keep an event: online where it is newer than what is there, offline in any case.

        :param group: key of the feature group
        :param online: whether the online store gets it
        :param offline: whether the offline store gets it
        """
        with self._transaction() as file:
            content = json.dumps(event.values)
            if online:
                file.execute(
                    "INSERT INTO online VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                    " event_time = excluded.event_time, expires_at = excluded.expires_at, deleted = excluded.deleted,"
                    " content = excluded.content WHERE excluded.event_time > event_time OR expires_at <= ?",
                    (group, event.identifier, event.at, event.expires_at, event.deleted, content, present()),
                )
            if offline:
                file.execute(
                    "INSERT INTO offline (feature_group, event_time, called_at, deleted, content)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (group, event.at, present(), event.deleted, content),
                )

    def remove(self, group: str, event: Event, *, offline: bool) -> bool:
        """Take a record out of the online store; false when it is not older than the event, and nothing is done then.

        :param group: key of the feature group
        :param event: the mark of the deletion
        :param offline: whether the offline store gets the mark
        """
        with self._transaction() as file:
            where = "WHERE feature_group = ? AND identifier = ?"
            newer = file.execute(
                f"SELECT 1 FROM online {where} AND event_time >= ? AND (expires_at IS NULL OR expires_at > ?)",  # noqa: S608
                (group, event.identifier, event.at, present()),
            ).fetchone()
            if newer:
                return False
            file.execute(f"DELETE FROM online {where}", (group, event.identifier))  # noqa: S608 - our own text
            if offline:
                file.execute(
                    "INSERT INTO offline (feature_group, event_time, called_at, deleted, content)"
                    " VALUES (?, ?, ?, 1, ?)",
                    (group, event.at, present(), json.dumps(event.values)),
                )
            return True

    def read(self, group: str, identifier: str) -> Event | None:
        """The record of an identifier; None where there is none, it was deleted, or its time is over."""
        with self._lock:
            row = self._file.execute(
                "SELECT event_time, content, expires_at FROM online WHERE feature_group = ? AND identifier = ?"
                " AND deleted = 0 AND (expires_at IS NULL OR expires_at > ?)",
                (group, identifier, present()),
            ).fetchone()
        return None if row is None else Event(identifier, row[0], json.loads(row[1]), expires_at=row[2])

    def size(self, group: str) -> int:
        """Bytes of a group's online records."""
        with self._lock:
            query = "SELECT coalesce(sum(length(content)), 0) FROM online WHERE feature_group = ?"
            return int(self._file.execute(query, (group,)).fetchone()[0])

    def drop(self, group: str) -> None:
        """Forget a group's online records; what waits for the offline store still gets there."""
        with self._transaction() as file:
            file.execute("DELETE FROM online WHERE feature_group = ?", (group,))

    def purge(self) -> None:
        """Forget online records whose time is over."""
        with self._transaction() as file:
            file.execute("DELETE FROM online WHERE expires_at <= ?", (present(),))

    def groups_waiting(self) -> list[str]:
        """Keys of the groups with events on their way to the offline store."""
        with self._lock:
            return [row[0] for row in self._file.execute("SELECT DISTINCT feature_group FROM offline").fetchall()]

    def waiting(self, group: str) -> dict[str, list[Waiting]]:
        """A group's events on their way to the offline store, by the file that they were assigned to; "" for none."""
        with self._lock:
            rows = self._file.execute(
                "SELECT number, event_time, content, deleted, called_at, coalesce(file, '') FROM offline"
                " WHERE feature_group = ? ORDER BY number",
                (group,),
            ).fetchall()
        found: dict[str, list[Waiting]] = {}
        for number, at, content, deleted, called_at, file in rows:
            event = Event("", at, json.loads(content), bool(deleted))
            found.setdefault(file, []).append(Waiting(number, event, called_at))
        return found

    def assign(self, file: str, numbers: list[int]) -> None:
        """Note which file events go into, before it is written: written again, it is the same file."""
        with self._transaction() as journal:
            journal.executemany("UPDATE offline SET file = ? WHERE number = ?", [(file, each) for each in numbers])

    def written(self, group: str, file: str) -> None:
        """Forget the events of a file that lies in the offline store."""
        with self._transaction() as journal:
            journal.execute("DELETE FROM offline WHERE feature_group = ? AND file = ?", (group, file))

    def close(self) -> None:
        """Fold the log into the file."""
        with self._lock:
            self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._file.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield self._file
                self._file.execute("COMMIT")
            except BaseException:
                self._file.execute("ROLLBACK")
                raise


def present() -> int:
    """The present, in microseconds since 1970."""
    return round(time.time() * MICROSECONDS)
