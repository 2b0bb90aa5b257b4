"""Answers of people about versions of one model, and the one that decided each, in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from groundwork.decisions.approval import Answer
from groundwork.decisions.release import Approved
from groundwork.hooks.ledger_writes import Create, Update, Write
from groundwork.hooks.model_ledger.versions import Versions
from groundwork.spec.decision import Decision
from groundwork.spec.ledger import answer_sort_key, approval_sort_key, model_key, version_sort_key

if TYPE_CHECKING:
    from groundwork.hooks.ledger import LedgerHook
    from groundwork.hooks.model_ledger.versions import VersionRecord

MAXIMUM_SUPERSEDED = 90
"""An approval writes itself, its version and every older one in one transaction, which takes 100 records."""


@dataclass(frozen=True)
class AnswerRecord:
    """What a person answered.

    :param run: prefix of the run that asked
    :param reasons: why it does not count; empty where it does
    """

    answer: Answer
    run: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Approval:
    """How a version was decided; never changed afterwards.

    :param outcome: ``approve`` or ``reject``
    :param number: of the version in the registry
    :param evidence: name → address of what the person could read
    :param run: prefix of the run that recorded it
    :param decision: figures and thresholds that made the answer count
    """

    digest: str
    number: int
    outcome: str
    by: str
    at: str
    comment: str
    run: str
    evidence: Mapping[str, str] = field(default_factory=dict)
    decision: Decision | None = None

    @property
    def approved(self) -> Approved:
        """What a release is decided by."""
        return Approved(outcome=self.outcome, digest=self.digest, by=self.by)

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{'approved' if self.outcome == 'approve' else 'rejected'} by {self.by} at {self.at}"


class Approvals:
    """One model's approvals, and all answers that led to them or were refused.

    :param ledger: where they are written
    :param model: the model
    """

    def __init__(self, ledger: LedgerHook, model: str) -> None:
        self._ledger = ledger
        self._versions = Versions(ledger, model)
        self.model = model

    def get(self, digest: str) -> Approval | None:
        """How the version with that digest was decided; None where it was not."""
        item = self._ledger.get(pk=model_key(self.model), sk=approval_sort_key(digest))
        return _approval(item) if item else None

    def answers(self, digest: str) -> list[AnswerRecord]:
        """Every answer about the version with that digest, oldest first."""
        found = self._ledger.query(model_key(self.model), answer_sort_key(digest))
        return [_answer(item) for item in found]

    def counting(self, digest: str, run: str) -> Answer | None:
        """The last answer that one run was given and that counts."""
        found = [record for record in self.answers(digest) if record.run == run and not record.reasons]
        return found[-1].answer if found else None

    def note(self, digest: str, answer: Answer, run: str, refused: Sequence[str] = ()) -> None:
        """Write an answer down, whether it counts or not; the same again changes nothing.

        :param run: prefix of the run that asked
        :param refused: why it does not count
        """
        self._ledger.create(
            {
                **self._key(answer_sort_key(digest, answer.at.isoformat())),
                "approves": answer.approves,
                "by": answer.by,
                "at": answer.at.isoformat(),
                "comment": answer.comment,
                "run": run,
                "reasons": list(refused),
            }
        )

    def record(
        self, version: VersionRecord, answer: Answer, decision: Decision, run: str, evidence: Mapping[str, str]
    ) -> Approval:
        """Decide a version, and with an approval let go of older ones that nobody has decided about.

        :param answer: the answer that counts
        :param decision: that it does
        :param run: prefix of the run that records it
        :param evidence: name → address of what the person could read
        :raises RuntimeError: the version was decided otherwise, or by another answer, meanwhile
        """
        if decision.outcome not in ("approve", "reject") or answer.by is None:
            raise ValueError(f"an answer that is refused decides nothing: {'; '.join(decision.reasons)}")
        approval = Approval(
            digest=version.digest,
            number=version.number,
            outcome=decision.outcome,
            by=answer.by,
            at=answer.at.isoformat(),
            comment=answer.comment,
            run=run,
            evidence=dict(evidence),
            decision=decision,
        )
        written = self._ledger.transact(self._writes(approval))
        standing = approval if written else self.get(version.digest)
        if standing is None or (standing.outcome, standing.by, standing.at) != (
            approval.outcome,
            approval.by,
            approval.at,
        ):
            raise RuntimeError(
                f"version {version.number} of {self.model} was "
                f"{standing.sentence if standing else 'changed by another run at this moment'}; nothing is recorded"
            )
        return standing

    def _writes(self, approval: Approval) -> list[Write]:
        content = {
            "digest": approval.digest,
            "number": approval.number,
            "outcome": approval.outcome,
            "by": approval.by,
            "at": approval.at,
            "comment": approval.comment,
            "run": approval.run,
            "evidence": dict(approval.evidence),
            "decision": approval.decision.to_json() if approval.decision else None,
        }
        state = "approved" if approval.outcome == "approve" else "rejected"
        of_number = {"state": "registered", "digest": approval.digest}
        writes: list[Write] = [
            Create({**self._key(approval_sort_key(approval.digest)), **content}),
            Update(self._key(version_sort_key(approval.number)), {"state": state}, of_number),
        ]
        if state == "approved":
            older = [
                version
                for version in self._versions.all()
                if version.number < approval.number and version.state == "registered"
            ]
            writes += [
                Update(self._key(version_sort_key(each.number)), {"state": "superseded"}, {"state": "registered"})
                for each in older[-MAXIMUM_SUPERSEDED:]
            ]
        return writes

    def _key(self, sk: str) -> dict[str, str]:
        return {"pk": model_key(self.model), "sk": sk}


def _answer(item: Mapping[str, Any]) -> AnswerRecord:
    answer = Answer(
        approves=item["approves"],
        by=item.get("by"),
        at=datetime.fromisoformat(item["at"]),
        comment=item["comment"],
    )
    return AnswerRecord(answer=answer, run=item["run"], reasons=tuple(item["reasons"]))


def _approval(item: Mapping[str, Any]) -> Approval:
    return Approval(
        digest=item["digest"],
        number=item["number"],
        outcome=item["outcome"],
        by=item["by"],
        at=item["at"],
        comment=item["comment"],
        run=item["run"],
        evidence=item["evidence"],
        decision=Decision.from_json(item["decision"]) if item.get("decision") else None,
    )
