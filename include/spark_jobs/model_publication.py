"""What a run writes to a model's table, on a branch that is audited before it is main's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from groundwork.spec import names
from groundwork.spec.model_run import ModelRun
from spark_jobs.errors import JobError
from spark_jobs.iceberg import BATCH_ID, FENCING_TOKEN, RUN_PREFIX, NotAnAncestorError, Snapshot, Table
from spark_jobs.progress import Progress
from spark_jobs.tables import with_table_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

ATTEMPTS = 3
"""How often rows are written anew because another run has published meanwhile."""
PARTS = "groundwork.parts"
CONTENT = "groundwork.content-digest"
DEFINITION = "groundwork.definition-digest"
T = TypeVar("T")


@dataclass(frozen=True)
class Publication:
    """Rows of a run on their way into a model's table.

    :param parts: what the rows replace, by name: batches
    :param content: digest of everything that the rows follow from: equal ones are the same rows
    :param definition: digest of what is declared about them alone
    """

    run: ModelRun
    table: Table
    parts: tuple[str, ...]
    content: str
    definition: str
    progress: Progress

    @property
    def branch(self) -> str:
        """The branch that is audited."""
        return names.branch(self.content[:16])

    def published(self) -> Snapshot | None:
        """Main's snapshot with these very rows, if nothing has replaced a part of them since."""
        for snapshot in self.table.history():
            parts = set(snapshot.summary.get(PARTS, "").split(","))
            if parts & set(self.parts):
                same = snapshot.summary.get(CONTENT) == self.content and parts >= set(self.parts)
                return snapshot if same else None
        return None

    def publish(
        self, rows: DataFrame, replaced: Column, audit: Callable[[Snapshot], tuple[bool, T]]
    ) -> tuple[Snapshot, bool, T]:
        """Write the rows to the branch, have them audited and make the branch main; anew where main has moved.

        :param replaced: which of the table's rows they replace
        :param audit: looks at the branch's snapshot; gives whether it may be main, and its report. It must keep what a
            retry would need to tell: after it, the rows may be published without our hearing of it
        :return: the snapshot, whether it is main now, and the report
        :raises JobError: a newer run holds the table, or other publishes came in between time after time
        """
        for _ in range(ATTEMPTS):
            self.refuse_superseded()
            with self.progress.step("write"):
                head = self._write(rows, replaced)
            with self.progress.step("audit"):
                good, report = audit(head)
            if not good:
                return head, False, report
            try:
                self.commit()
                return head, True, report
            except NotAnAncestorError:
                self.progress.say("another run has published meanwhile: written anew on top of it")
        raise JobError(
            f"main of {self.table.name} moved {ATTEMPTS} times while {', '.join(self.parts)} was written: "
            "run it again when other writers are done"
        )

    def refuse_superseded(self) -> None:
        """See that no run with a larger fencing token has published.

        :raises JobError: one has
        """
        self.table.refresh()
        head = self.table.head()
        if head is not None and head.count(FENCING_TOKEN) > self.run.fencing_token:
            raise JobError(
                f"main of {self.table.name} was written with fencing token {head.count(FENCING_TOKEN)}, this run holds "
                f"{self.run.fencing_token}: a newer run has taken over. Nothing was published; start a new run"
            )

    def commit(self) -> None:
        """Make the audited branch main.

        :raises NotAnAncestorError: main has moved since the branch was made
        """
        with self.progress.step("commit"):
            self.refuse_superseded()
            self.table.fast_forward(self.branch)

    def _write(self, rows: DataFrame, replaced: Column) -> Snapshot:
        self.table.create_branch(self.branch)
        summary = {
            BATCH_ID: ",".join(self.run.batches),
            PARTS: ",".join(self.parts),
            CONTENT: self.content,
            DEFINITION: self.definition,
            FENCING_TOKEN: str(self.run.fencing_token),
            RUN_PREFIX: self.run.prefix,
        }
        writer = with_table_columns(rows, self.table).writeTo(f"{self.table.name}.branch_{self.branch}")
        for key, value in summary.items():
            writer = writer.option(f"snapshot-property.{key}", value)
        writer.overwrite(replaced)
        self.table.refresh()
        head = self.table.head(self.branch)
        if head is None or head.summary.get(CONTENT) != self.content:
            raise JobError(f"branch {self.branch} of {self.table.name} was changed by another writer: run it again")
        return head


def outdated_batches(table: Table, snapshot_id: int, definition: str) -> list[str]:
    """Batches of a version that another definition has made.

    :param snapshot_id: the version
    :param definition: digest of what is declared now
    """
    seen: set[str] = set()
    outdated = []
    snapshot = table.snapshot(snapshot_id)
    while snapshot is not None:
        parts = {part for part in snapshot.summary.get(PARTS, "").split(",") if part} - seen
        if snapshot.summary.get(DEFINITION) != definition:
            outdated += sorted(parts)
        seen |= parts
        snapshot = table.snapshot(snapshot.parent_id) if snapshot.parent_id is not None else None
    return outdated


def content_digest(*parts: Any) -> str:
    """sha256 over what rows follow from.

    :param parts: what JSON can say
    """
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
