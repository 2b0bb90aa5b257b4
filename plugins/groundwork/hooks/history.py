"""Figures of a product's published batches: the ledger says which count, the evidence bucket holds them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from groundwork.hooks.batches import Batches
from groundwork.hooks.evidence import EvidenceHook, MissingEvidenceError
from groundwork.hooks.publications import Publications
from groundwork.spec.history import HISTORY_BATCHES, BatchFigures, figures_uri

if TYPE_CHECKING:
    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.publications import Publication
    from groundwork.spec.run import Batch

READERS = 8
log = logging.getLogger(__name__)


def published_figures(
    ledger: LedgerHook, product: str, batches: Sequence[Batch], region_name: str | None = None
) -> list[BatchFigures]:
    """Figures of the newest batches that are published and stand before the last of ``batches``, oldest first.

    Of a batch that was refined anew they are those of the publish that stands; what was undone or is blocked does not
    count. One whose evidence is gone, by the bucket's own rules or a person, is left out.

    :param batches: what a run is about; its own batches are no history
    """
    mine = {batch.batch_id for batch in batches}
    last = max(batch.sequence for batch in batches)
    before = [each.batch.batch_id for each in Batches(ledger, product).all() if each.batch.sequence < last]
    standing = Publications(ledger, product).all()
    published = [standing[each] for each in before if each in standing and standing[each].state == "published"]
    places = [_report_uris(each) for each in published if each.batch_id not in mine][-HISTORY_BATCHES:]
    evidence = EvidenceHook(region_name=region_name)
    _ = evidence.conn  # made once, before the threads share it
    with ThreadPoolExecutor(READERS) as readers:
        found = list(readers.map(lambda reports: _read(evidence, reports), places))
    return sorted((each for each in found if each is not None), key=lambda each: each.sequence)


def _report_uris(publication: Publication) -> list[str]:
    """Reports about a batch, the one that stands first.

    A replay of its quarantined rows leaves no figures, for those rows are not the batch: what came before it counts.
    """
    earlier = [each["report_uri"] for each in reversed(publication.history) if each["state"] == "published"]
    return list(dict.fromkeys([publication.report_uri, *earlier]))


def _read(evidence: EvidenceHook, reports: Sequence[str]) -> BatchFigures | None:
    for report in reports:
        try:
            return evidence.read(figures_uri(report), BatchFigures)
        except MissingEvidenceError:
            continue
    log.warning("no figures stand beside %s any more: the batch is left out of the history", reports[0])
    return None
