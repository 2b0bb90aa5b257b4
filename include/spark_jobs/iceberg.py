"""Branches, snapshots and their summaries, by Iceberg's own API: no Spark job is spent on metadata."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

T = TypeVar("T")

MAIN = "main"
COMMIT_ATTEMPTS = 6
BATCH_ID = "groundwork.batch-id"
FENCING_TOKEN = "groundwork.fencing-token"  # noqa: S105 - a counter, no secret
RULESET_DIGEST = "groundwork.ruleset-digest"
RUN_PREFIX = "groundwork.run-prefix"
REPLAY_ID = "groundwork.replay-id"
SESSION_PROPERTY = "spark.sql.iceberg.snapshot-property."
WRITTEN_ON = "groundwork.written-on-snapshot"


@dataclass(frozen=True)
class Snapshot:
    """One version of a table.

    :param committed_at: when it was made, UTC
    :param summary: Iceberg's figures and the properties that the writer added
    """

    snapshot_id: int
    parent_id: int | None
    committed_at: datetime
    summary: Mapping[str, str]

    def count(self, key: str) -> int:
        """A figure of the summary; 0 where Iceberg leaves it out."""
        return int(self.summary.get(key, 0))

    @property
    def written_on(self) -> int | None:
        """The version that its batch was written on: the parent, unless the batch took two commits."""
        told = self.summary.get(WRITTEN_ON)
        return int(told) if told else self.parent_id

    @property
    def added_records(self) -> int:
        """Rows that the commit added."""
        return self.count("added-records")

    @property
    def total_records(self) -> int:
        """Rows of the whole version."""
        return self.count("total-records")


def _read_snapshot(text: Mapping[str, Any]) -> Snapshot:
    """From Iceberg's own JSON."""
    committed_at = datetime.fromtimestamp(text["timestamp-ms"] / 1000, UTC)
    summary = {key: value for key, value in text["summary"].items() if key != "operation"}
    return Snapshot(text["snapshot-id"], text.get("parent-snapshot-id"), committed_at, summary)


@contextmanager
def snapshot_properties(spark: SparkSession, properties: Mapping[str, str]) -> Iterator[None]:
    """What SQL statements of this block add to the summaries of their snapshots; only writers have options for that.

    Iceberg knows it from 1.11 on; an older one, as Spark 4.0 has it, adds nothing.
    """
    for key, value in properties.items():
        spark.conf.set(SESSION_PROPERTY + key, value)
    try:
        yield
    finally:
        for key in properties:
            spark.conf.unset(SESSION_PROPERTY + key)


class NotAnAncestorError(Exception):
    """Main has moved since the branch was made from it."""


class Table:
    """An Iceberg table's metadata.

    :param spark: the session
    :param name: Spark's name of the table, with the catalogue
    """

    def __init__(self, spark: SparkSession, name: str) -> None:
        self.name = name
        jvm = spark._jvm  # noqa: SLF001 - no public way from Python
        # By their whole names: step by step each package is looked for as a class, in all jars.
        loader = getattr(jvm, "org.apache.iceberg.spark.Spark3Util")
        self._parser: Any = getattr(jvm, "org.apache.iceberg.SnapshotParser")
        self._table: Any = loader.loadIcebergTable(spark._jsparkSession, name)  # noqa: SLF001

    def refresh(self) -> None:
        """See what others have committed."""
        self._table.refresh()

    def head(self, branch: str = MAIN) -> Snapshot | None:
        """The branch's newest snapshot; None where there is no such branch."""
        reference = self._table.refs().get(branch)
        return self.snapshot(reference.snapshotId()) if reference is not None else None

    def snapshot(self, snapshot_id: int) -> Snapshot | None:
        """One snapshot; None where it has expired."""
        found = self._table.snapshot(snapshot_id)
        # As one text: to walk through a Java map is a hundred calls, and a history holds hundreds of these.
        return _read_snapshot(json.loads(self._parser.toJson(found))) if found is not None else None

    def history(self, branch: str = MAIN) -> Iterator[Snapshot]:
        """The branch's snapshots, newest first. What was rolled back is not among them."""
        snapshot = self.head(branch)
        while snapshot is not None:
            yield snapshot
            snapshot = self.snapshot(snapshot.parent_id) if snapshot.parent_id is not None else None

    def committed(self, batch_id: str, run_prefix: str | None = None) -> Snapshot | None:
        """Main's newest snapshot with that batch.

        :param run_prefix: only one that this run made
        """
        for snapshot in self.history():
            made_here = run_prefix is None or snapshot.summary.get(RUN_PREFIX) == run_prefix
            if snapshot.summary.get(BATCH_ID) == batch_id and made_here:
                return snapshot
        return None

    @property
    def fencing_token(self) -> int:
        """Of the run that published last; a compaction in between has none."""
        return next((item.count(FENCING_TOKEN) for item in self.history() if FENCING_TOKEN in item.summary), 0)

    def refined(self, batch_id: str) -> Snapshot | None:
        """Main's newest snapshot that holds the batch as it was refined whole, without replays of its quarantine."""
        of_batch = (item for item in self.history() if item.summary.get(BATCH_ID) == batch_id)
        return next((item for item in of_batch if REPLAY_ID not in item.summary), None)

    def void_snapshots(self) -> set[int]:
        """Snapshots whose rows stand in no version of main any more: not in main, or their batch was refined anew."""
        known = {item.snapshotId() for item in self._table.snapshots()}
        replaced: set[str] = set()
        for item in self.history():
            batch_id = item.summary.get(BATCH_ID, "")
            if batch_id not in replaced:
                known.discard(item.snapshot_id)
            if batch_id and REPLAY_ID not in item.summary:
                replaced.add(batch_id)
        return known

    def set_properties(self, properties: Mapping[str, str]) -> None:
        """Write table properties, if they are not so already."""
        there = self._table.properties()
        changed = {key: value for key, value in properties.items() if there.get(key) != value}
        if not changed:
            return

        def change() -> None:
            update = self._table.updateProperties()
            for key, value in changed.items():
                update = update.set(key, value)
            update.commit()

        self._commit(change)

    def knows(self, batch_id: str) -> bool:
        """Whether any snapshot, on main or not, is of that batch."""
        return any(item.summary().get(BATCH_ID) == batch_id for item in self._table.snapshots())

    def begin(self) -> None:
        """Give a new table an empty first version, so that there is always one to go back to."""
        if self.head() is None:
            self._table.newAppend().commit()

    def create_branch(self, name: str) -> Snapshot:
        """Make the branch anew from main.

        :return: main's snapshot that it begins with
        """
        self.drop_branch(name)

        def create() -> Snapshot:
            head = self.head()
            assert head is not None, f"{self.name} has no first version"
            self._table.manageSnapshots().createBranch(name, head.snapshot_id).commit()
            return head

        return self._commit(create)

    def drop_branch(self, name: str) -> None:
        """Remove the branch, if it is there."""

        def drop() -> None:
            if self._table.refs().get(name) is not None:
                self._table.manageSnapshots().removeBranch(name).commit()

        self._commit(drop)

    def fast_forward(self, branch: str) -> None:
        """Make the branch's newest snapshot main's; the branch is gone afterwards.

        :raises NotAnAncestorError: main has moved since the branch was made
        """
        from pyspark.errors import IllegalArgumentException

        def forward() -> None:
            head, target = self.head(), self.head(branch)
            assert target is not None, f"{self.name} has no branch {branch}"
            # An earlier try may have succeeded without our hearing of it.
            if head is None or head.snapshot_id == target.snapshot_id:
                return
            if head.snapshot_id not in {item.snapshot_id for item in self.history(branch)}:
                raise NotAnAncestorError(f"main of {self.name} has moved")
            try:
                self._table.manageSnapshots().fastForwardBranch(MAIN, branch).commit()
            except IllegalArgumentException as error:
                # Main moved between our look and Iceberg's.
                raise NotAnAncestorError(f"main of {self.name} has moved") from error

        self._commit(forward)
        self.drop_branch(branch)

    def _commit(self, change: Callable[[], T]) -> T:
        """Carry out a change of references on the current metadata, anew when another writer was quicker.

        Iceberg tries appends again by itself; changes of references it does not ("Table metadata refresh is required").
        """
        from py4j.protocol import Py4JJavaError

        for attempt in range(COMMIT_ATTEMPTS):
            self.refresh()
            try:
                return change()
            except Py4JJavaError as error:
                if attempt == COMMIT_ATTEMPTS - 1 or "CommitFailedException" not in str(error.java_exception):
                    raise
                time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 - so that two do not meet again
        raise AssertionError("the last attempt returns or raises")

    def roll_back(self, snapshot_id: int) -> None:
        """Make an earlier snapshot of main its newest."""
        self._commit(lambda: self._table.manageSnapshots().rollbackTo(snapshot_id).commit())
