"""Batches and files of one product in the ledger: each content is loaded exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from groundwork.hooks.ledger_writes import Create, Update, Write
from groundwork.spec import names
from groundwork.spec.ledger import BatchState, batch_sort_key, file_sort_key, product_key, sequence_key
from groundwork.spec.run import Batch, LandedFile

if TYPE_CHECKING:
    from groundwork.hooks.ledger import LedgerHook

MAXIMUM_FILES = 90
"""A claim writes the batch, its number and every file in one transaction, which takes 100 records."""


@dataclass(frozen=True)
class FileRecord:
    """One content that has been looked at.

    :param batch_id: the batch that loads it; None where it is refused
    :param reasons: why it is refused
    :param contract_digest: the contract under which it was refused
    :param places: fingerprint of every name and version under which it has been seen
    """

    sha256: str
    uri: str
    batch_id: str | None
    reasons: tuple[str, ...] = ()
    contract_digest: str | None = None
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class BatchRecord:
    """One batch.

    :param claimed_by: the run that works on it or did
    :param snapshot_id: raw table's snapshot with it
    """

    batch: Batch
    state: BatchState
    claimed_by: str
    snapshot_id: int | None = None
    report_uri: str | None = None
    reasons: tuple[str, ...] = field(default=())


class Batches:
    """One product's batches and files.

    :param ledger: where they are written
    :param product: the product
    """

    def __init__(self, ledger: LedgerHook, product: str) -> None:
        self._ledger = ledger
        self.product = product
        self._pk = product_key(product)

    def files(self) -> dict[str, FileRecord]:
        """Every content looked at, by sha256."""
        return {item["sha256"]: _file(item) for item in self._ledger.query(self._pk, "file#")}

    def refuse_file(
        self, file: LandedFile, places: Sequence[str], reasons: Sequence[str], contract_digest: str
    ) -> None:
        """Write down that a file cannot be loaded; it is looked at again when contract or content changes.

        :param places: fingerprint of every name and version under which it has been seen
        """
        content = {
            "uri": file.uri,
            "reasons": list(reasons),
            "contract_digest": contract_digest,
            "places": list(places),
        }
        if not self._ledger.create({**self._file_key(file.sha256), "sha256": file.sha256, **content}):
            self._ledger.update(self._file_key(file.sha256), content, {"batch_id": None})

    def note_place(self, record: FileRecord, place: str) -> None:
        """Write down that a known content lies at another place too; racing notes may lose one, which costs a look."""
        places = list(dict.fromkeys([*record.places, place]))
        self._ledger.update(self._file_key(record.sha256), {"places": places}, {"places": list(record.places)})

    def claim(self, files: Mapping[str, LandedFile], acquired_at: datetime, claimed_by: str) -> Batch | None:
        """Take files as one new batch: all of them or none.

        :param files: fingerprint of name and version → file; at most ``MAXIMUM_FILES``
        :param claimed_by: the run that takes them
        :return: None where another run was quicker
        """
        known = self.files()
        counter = self._ledger.get(**sequence_key(self.product))
        number = counter["last"] if counter else 0
        identity = names.batch_id(self.product, [file.sha256 for file in files.values()])
        batch = Batch(batch_id=identity, files=tuple(files.values()), acquired_at=acquired_at, sequence=number + 1)
        writes = [self._count(number), self._claim_batch(batch, claimed_by)]
        writes += [self._claim_file(file, place, batch, known) for place, file in files.items()]
        return batch if self._ledger.transact(writes) else None

    def _count(self, number: int) -> Write:
        key = sequence_key(self.product)
        return Update(key, {"last": number + 1}, {"last": number}) if number else Create({**key, "last": 1})

    def _claim_batch(self, batch: Batch, claimed_by: str) -> Write:
        content = {"batch": batch.model_dump(mode="json"), "state": "claimed", "claimed_by": claimed_by}
        if self._ledger.get(**self._batch_key(batch.batch_id)) is None:
            return Create({**self._batch_key(batch.batch_id), **content})
        # The same files were refused as a batch under another contract.
        return Update(self._batch_key(batch.batch_id), {**content, "reasons": None}, {"state": "refused"})

    def _claim_file(self, file: LandedFile, place: str, batch: Batch, known: Mapping[str, FileRecord]) -> Write:
        content = {"uri": file.uri, "batch_id": batch.batch_id, "places": [place]}
        record = known.get(file.sha256)
        if record is None:
            return Create({**self._file_key(file.sha256), "sha256": file.sha256, **content})
        changes: dict[str, Any] = {**content, "places": list(dict.fromkeys([*record.places, place]))}
        changes |= {"reasons": None, "contract_digest": None}
        return Update(self._file_key(file.sha256), changes, {"batch_id": None})

    def get(self, batch_id: str) -> BatchRecord | None:
        """One batch."""
        item = self._ledger.get(**self._batch_key(batch_id))
        return _batch(item) if item else None

    def all(self) -> list[BatchRecord]:
        """Every batch, in order."""
        found = [_batch(item) for item in self._ledger.query(self._pk, "batch#")]
        return sorted(found, key=lambda record: record.batch.sequence)

    def unfinished(self) -> BatchRecord | None:
        """The first batch that was claimed and has no receipt: its run ended in between, or is still at it."""
        return next((record for record in self.all() if record.state == "claimed"), None)

    def take_over(self, record: BatchRecord, claimed_by: str) -> bool:
        """Go on with an unfinished batch.

        :return: False where another run was quicker
        """
        expected = {"state": "claimed", "claimed_by": record.claimed_by}
        return self._ledger.update(self._batch_key(record.batch.batch_id), {"claimed_by": claimed_by}, expected)

    def record_acquired(self, batch_id: str, snapshot_id: int | None, report_uri: str) -> None:
        """Write the receipt: the batch is in the raw table."""
        changes = {"state": "acquired", "snapshot_id": snapshot_id, "report_uri": report_uri}
        self._finish(batch_id, "acquired", [Update(self._batch_key(batch_id), changes, {"state": "claimed"})])

    def record_refused(
        self, batch: Batch, reasons: Sequence[str], contract_digest: str, report_uri: str | None
    ) -> None:
        """Write down that a batch was refused: its files may come again under another contract.

        :param contract_digest: the contract that refused it; empty where the contract is not why
        :param report_uri: the job's report, where there was a job
        """
        changes: dict[str, Any] = {"state": "refused", "reasons": list(reasons), "report_uri": report_uri}
        file_changes = {"batch_id": None, "reasons": list(reasons), "contract_digest": contract_digest}
        writes = [Update(self._batch_key(batch.batch_id), changes, {"state": "claimed"})]
        writes += [
            Update(self._file_key(file.sha256), file_changes, {"batch_id": batch.batch_id}) for file in batch.files
        ]
        self._finish(batch.batch_id, "refused", writes)

    def _finish(self, batch_id: str, state: BatchState, writes: Sequence[Write]) -> None:
        if self._ledger.transact(writes):
            return
        found = self.get(batch_id)
        if found is None or found.state != state:
            raise RuntimeError(
                f"batch {batch_id} of {self.product} is {found.state if found else 'unknown'}, not claimed: another "
                f"run has recorded it; see the ledger's history before going on"
            )

    def _batch_key(self, batch_id: str) -> dict[str, str]:
        return {"pk": self._pk, "sk": batch_sort_key(batch_id)}

    def _file_key(self, sha256: str) -> dict[str, str]:
        return {"pk": self._pk, "sk": file_sort_key(sha256)}


def _file(item: Mapping[str, Any]) -> FileRecord:
    return FileRecord(
        sha256=item["sha256"],
        uri=item["uri"],
        batch_id=item.get("batch_id"),
        reasons=tuple(item.get("reasons", ())),
        contract_digest=item.get("contract_digest"),
        places=tuple(item["places"]),
    )


def _batch(item: Mapping[str, Any]) -> BatchRecord:
    return BatchRecord(
        batch=Batch.model_validate(item["batch"]),
        state=item["state"],
        claimed_by=item["claimed_by"],
        snapshot_id=item.get("snapshot_id"),
        report_uri=item.get("report_uri"),
        reasons=tuple(item.get("reasons", ())),
    )
