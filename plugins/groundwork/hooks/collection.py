"""Which files of a landing place are new and whole, and which of them can be loaded."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from groundwork.hooks.batches import MAXIMUM_FILES, Batches, FileRecord
from groundwork.hooks.landing import ChangedFileError, LandingHook, LandingObject, Manifest, name_problem, worth_a_look
from groundwork.spec.run import Batch, LandedFile

if TYPE_CHECKING:
    from groundwork.spec.contract import Contract

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Candidate:
    """A new file that is whole.

    :param sha256: what its manifest says
    """

    item: LandingObject
    sha256: str | None = None


@dataclass
class Look:
    """One look at the landing place.

    :param candidates: new and whole
    :param waiting: what is not whole yet, one sentence each
    :param refused: what cannot be loaded, by its name or its manifest alone
    :param seen: fingerprints that need no other look until something changes
    """

    candidates: list[Candidate] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


@dataclass
class Examined:
    """What reading the candidates brought.

    :param loadable: fingerprint of name and version → file
    :param refused: one sentence for each file that cannot be loaded
    """

    loadable: dict[str, LandedFile] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


class Collection:
    """The landing files of one product.

    :param landing: the place
    :param batches: what the ledger knows of them
    :param contract: the product's contract
    """

    def __init__(self, landing: LandingHook, batches: Batches, contract: Contract) -> None:
        self._landing = landing
        self._batches = batches
        self._contract = contract
        self._digest = contract.content_digest()

    def look(self) -> Look:
        """List the place and tell what is new; no file is read, only manifests."""
        objects = self._landing.objects()
        place = self._landing.place
        look = Look(seen=self._known(self._batches.files().values()))
        settled = {item.fingerprint for item in worth_a_look(place, objects, look.seen)}
        fresh = [item for item in objects if place.holds(item.key) and item.fingerprint not in look.seen]
        named = [item for item in fresh if not self._refuse_name(item, look)]
        if place.manifest:
            self._deliveries(objects, named, look)
            return look
        look.candidates = [Candidate(item) for item in named if item.fingerprint in settled]
        look.waiting = [
            f"{item.name} changed {item.age:.0f} s ago" for item in named if item.fingerprint not in settled
        ]
        return look

    def examine(self, candidates: Sequence[Candidate]) -> Examined:
        """Read candidates, each once, until enough for one batch can be loaded; what is refused is written down."""
        known = self._batches.files()
        examined = Examined()
        for candidate in candidates:
            if len(examined.loadable) == MAXIMUM_FILES:
                log.info("%s files are a batch; the others follow with the next run", MAXIMUM_FILES)
                break
            try:
                self._examine(candidate, known, examined)
            except ChangedFileError as error:
                log.info("%s; it is looked at again when it has settled", error)
        return examined

    def changed(self, batch: Batch) -> list[str]:
        """Files of a batch that are no longer what was fingerprinted, one sentence each."""
        there = {self._landing.uri(item): item.etag for item in self._landing.objects()}
        return [
            f"{file.name} {'was replaced' if file.uri in there else 'was removed'} before it was loaded"
            for file in batch.files
            if there.get(file.uri) != file.etag
        ]

    def _known(self, records: Iterable[FileRecord]) -> set[str]:
        known: set[str] = set()
        for record in records:
            if record.batch_id or record.contract_digest == self._digest:
                known.update(record.places)
        return known

    def _refuse_name(self, item: LandingObject, look: Look) -> bool:
        reason = name_problem(self._landing.place, item.key)
        if reason is None:
            return False
        # Its content may come again under a better name, so the name alone is what is refused.
        stand_in = hashlib.sha256(f"name\n{item.key}".encode()).hexdigest()
        file = LandedFile(uri=self._landing.uri(item), size=item.size, etag=item.etag, sha256=stand_in)
        self._refuse(file, item, (reason,), look.refused)
        look.seen.add(item.fingerprint)
        return True

    def _deliveries(self, objects: Sequence[LandingObject], named: Sequence[LandingObject], look: Look) -> None:
        """Files that a manifest lists, once all of that manifest's are there."""
        place = self._landing.place
        by_name = {item.name: item for item in objects if place.holds(item.key)}
        new = {item.name for item in named}
        listed: dict[str, Candidate] = {}
        for item in objects:
            if not place.is_manifest(item.key):
                continue
            look.seen.add(item.fingerprint)
            try:
                manifest = self._landing.manifest(item)
            except (ValueError, ChangedFileError) as error:
                look.waiting.append(f"manifest {item.name!r} cannot be used ({error}); deliver it again")
                continue
            missing = _missing(manifest, by_name)
            if missing:
                look.waiting.append(f"{item.name} lists {', '.join(missing[:5])}, not there in full ({len(missing)})")
                continue
            for file in manifest.files:
                if file.name in new:
                    listed[file.name] = Candidate(by_name[file.name], file.sha256)
        look.candidates = list(listed.values())
        look.waiting += [f"{item.name} is in no manifest" for item in named if item.name not in listed]
        look.seen |= {item.fingerprint for item in named if item.name not in listed}

    def _examine(self, candidate: Candidate, known: dict[str, FileRecord], examined: Examined) -> None:
        assert self._contract.landing is not None
        item = candidate.item
        content = self._landing.inspect(item, self._contract.landing)
        file = LandedFile(uri=self._landing.uri(item), size=content.size, etag=item.etag, sha256=content.sha256)
        twin = next((other for other in examined.loadable.values() if other.sha256 == file.sha256), None)
        record = known.get(file.sha256)
        if twin:
            log.warning("skipping %s: its content is that of %s in the same batch", item.key, twin.name)
            return
        if record and record.batch_id:
            log.warning("skipping %s: its content was loaded as %s by batch %s", item.key, record.uri, record.batch_id)
            self._batches.note_place(record, item.fingerprint)
            return
        reasons = content.reasons
        if candidate.sha256 and candidate.sha256 != content.sha256:
            reasons = (f"its sha256 is {content.sha256}, its manifest says {candidate.sha256}; deliver it again",)
        if reasons:
            self._refuse(file, item, reasons, examined.refused, record)
            return
        if earlier := [other for other in known.values() if other.uri == file.uri and other.batch_id]:
            log.warning("%s is a correction: its name was loaded before by batch %s", item.key, earlier[-1].batch_id)
        examined.loadable[item.fingerprint] = file

    def _refuse(
        self,
        file: LandedFile,
        item: LandingObject,
        reasons: Sequence[str],
        refused: list[str],
        record: FileRecord | None = None,
    ) -> None:
        sentence = f"{item.name[:120]!r} is refused: {'; '.join(reasons)}"
        log.error("%s. It is looked at again when it or the contract changes", sentence)
        refused.append(sentence)
        places = {*(record.places if record else ()), item.fingerprint}
        self._batches.refuse_file(file, sorted(places), reasons, self._digest)


def _missing(manifest: Manifest, by_name: dict[str, LandingObject]) -> list[str]:
    return [file.name for file in manifest.files if file.name not in by_name or by_name[file.name].size != file.bytes]
