"""Publications of one product in the ledger: which batch is published, blocked or undone, by whom and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from groundwork.spec.ledger import PublicationState, product_key, publication_sort_key
from groundwork.spec.report import RefineReport, UndoReport

if TYPE_CHECKING:
    from groundwork.hooks.ledger import LedgerHook
    from groundwork.spec.run import FrozenRun


HISTORY = ("state", "snapshot_id", "report_uri", "by", "reason", "at", "run", "reasons", "counts")
"""What is kept of an earlier state."""


@dataclass(frozen=True)
class Publication:
    """How one batch stands.

    :param snapshot_id: refined table's snapshot with it; after an undo the one that was taken back
    :param reasons: why the gate blocked it; kept when a person overrides it
    :param by: who published, overrode or took it back
    :param reason: that person's reason
    :param at: when, UTC
    :param run: prefix of the run that did
    :param history: earlier states, oldest first
    :param told: the run of whose outcome people were told last
    :param blocked_replay: the replay of its quarantined rows that the gate holds back, as an earlier state is kept
    """

    batch_id: str
    state: PublicationState
    snapshot_id: int | None
    report_uri: str
    by: str
    reason: str
    at: str
    run: str
    reasons: tuple[str, ...] = ()
    branch: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    history: tuple[Mapping[str, Any], ...] = ()
    told: str | None = None
    blocked_replay: Mapping[str, Any] | None = None


class Publications:
    """One product's publications.

    :param ledger: where they are written
    :param product: the product
    """

    def __init__(self, ledger: LedgerHook, product: str) -> None:
        self._ledger = ledger
        self.product = product

    def get(self, batch_id: str) -> Publication | None:
        """How one batch stands; None where it has not been refined."""
        item = self._ledger.get(**self._key(batch_id))
        return _publication(item) if item else None

    def all(self) -> dict[str, Publication]:
        """Every batch that has been refined, by its id."""
        items = self._ledger.query(product_key(self.product), publication_sort_key(""))
        return {item["batch_id"]: _publication(item) for item in items}

    def of_snapshot(self, snapshot_id: int | None) -> Publication | None:
        """The publication that a version of the refined table was made by; None where nothing is published in it."""
        found = (each for each in self.all().values() if each.state == "published")
        return next((each for each in found if each.snapshot_id == snapshot_id), None)

    def record(self, run: FrozenRun, report: RefineReport) -> None:
        """Write down what the gate, or a person's override of it, led to."""
        content = _decided(run, report) | {"branch": report.branch}
        if report.stage == "publish":
            # What the gate had said stays: of the blocked batch, or of the blocked replay of its quarantined rows.
            del content["reasons"]
            found = self.get(report.batch_id)
            if found and found.blocked_replay and found.blocked_replay["run"] == run.blocked_replay:
                content["reasons"] = found.blocked_replay["reasons"]
        self._write(report.batch_id, run, content)

    def record_blocked_replay(self, run: FrozenRun, report: RefineReport) -> None:
        """Write down that the gate holds a replay of quarantined rows back; the batch stays as it was published."""
        found = self._ledger.get(**self._key(report.batch_id))
        assert found is not None, f"batch {report.batch_id} was replayed and never published"
        earlier = found.get("blocked_replay")
        history = _history(found, earlier)
        if run.prefix in {state["run"] for state in history}:
            return
        replay = _decided(run, report) | _asked_for(run) | {"at": datetime.now(UTC).isoformat()}
        self._change(report.batch_id, found, {"blocked_replay": replay, "history": history})

    def record_undo(self, run: FrozenRun, report: UndoReport) -> None:
        """Write down that a publish was taken back; of a replayed batch the publish before it stands again."""
        content: dict[str, Any] = {
            "state": "undone",
            "snapshot_id": report.undone_snapshot_id,
            "report_uri": run.report_uri("undo", report.batch_id),
        }
        if report.earlier_snapshot_id is not None:
            content |= {"state": "published", "snapshot_id": report.earlier_snapshot_id}
            found = self.get(report.batch_id)
            for earlier in found.history if found else ():
                if (earlier["state"], earlier["snapshot_id"]) == ("published", report.earlier_snapshot_id):
                    content |= {name: earlier[name] for name in ("report_uri", "reasons", "counts")}
        self._write(report.batch_id, run, content)

    def note_message(self, publication: Publication) -> bool:
        """Write down that people are being told of what a run led to.

        :return: False where they were told before, by an earlier try or by another one at this moment
        """
        if publication.told == publication.run:
            return False
        expected = {"state": publication.state, "run": publication.run, "told": publication.told}
        return self._ledger.update(self._key(publication.batch_id), {"told": publication.run}, expected)

    def _write(self, batch_id: str, run: FrozenRun, content: dict[str, Any]) -> None:
        """Writes a state over the one before, which moves into the history; the same again changes nothing."""
        content |= _asked_for(run)
        found = self._ledger.get(**self._key(batch_id))
        if found and all(found.get(name) == value for name, value in content.items()):
            return
        content["at"] = datetime.now(UTC).isoformat()
        if found:
            before = {name: found.get(name) for name in HISTORY}
            content["history"] = _history(found, before, found.get("blocked_replay"))
            content["blocked_replay"] = None
        self._change(batch_id, found, content)

    def _change(self, batch_id: str, found: Mapping[str, Any] | None, content: Mapping[str, Any]) -> None:
        key = self._key(batch_id)
        if found is None:
            written = self._ledger.create({**key, "batch_id": batch_id, **content})
        else:
            written = self._ledger.update(key, content, {name: found[name] for name in ("state", "run", "at")})
        if not written:
            raise RuntimeError(
                f"the publication of batch {batch_id} of {self.product} was changed by another run at this moment; "
                "the retry reads it anew"
            )

    def _key(self, batch_id: str) -> dict[str, str]:
        return {"pk": product_key(self.product), "sk": publication_sort_key(batch_id)}


def _decided(run: FrozenRun, report: RefineReport) -> dict[str, Any]:
    return {
        "state": "blocked" if report.outcome == "blocked" else "published",
        "snapshot_id": report.snapshot_id,
        "report_uri": run.report_uri(report.stage, report.batch_id),
        "reasons": list(report.decision.reasons),
        "counts": report.counts.model_dump(),
    }


def _asked_for(run: FrozenRun) -> dict[str, Any]:
    return {"by": run.requested_by, "reason": run.reason, "run": run.prefix}


def _history(item: Mapping[str, Any], *states: Mapping[str, Any] | None) -> list[Any]:
    return [*item.get("history", ()), *(state for state in states if state)]


def _publication(item: Mapping[str, Any]) -> Publication:
    return Publication(
        batch_id=item["batch_id"],
        state=item["state"],
        snapshot_id=item.get("snapshot_id"),
        report_uri=item["report_uri"],
        by=item["by"],
        reason=item["reason"],
        at=item["at"],
        run=item["run"],
        reasons=tuple(item.get("reasons", ())),
        branch=item.get("branch"),
        counts=item.get("counts", {}),
        history=tuple(item.get("history", ())),
        told=item.get("told"),
        blocked_replay=item.get("blocked_replay"),
    )
