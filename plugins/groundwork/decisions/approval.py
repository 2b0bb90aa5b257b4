"""Whether a person's answer about a version of a model counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from groundwork.spec.decision import Decision
from groundwork.spec.model import Approval


@dataclass(frozen=True)
class Question:
    """What was asked.

    :param digest: of the version that the answer is about
    :param requested_by: who asked for the version
    :param asked_at: when the question was put; the time to answer begins then
    """

    digest: str
    requested_by: str
    asked_at: datetime

    def ends(self, approval: Approval) -> datetime:
        """After this an answer is none."""
        return self.asked_at + timedelta(hours=approval.answer_within_hours)


@dataclass(frozen=True)
class Answer:
    """What a person said.

    :param approves: approves, or else rejects
    :param by: the user name that Airflow knows the person by; None where nobody is known to have answered
    :param at: when
    :param comment: the person's own words
    """

    approves: bool
    by: str | None
    at: datetime
    comment: str = ""


def decide_approval(
    question: Question, answer: Answer, approval: Approval, standing_digest: str | None, decided: str | None = None
) -> Decision:
    """``approve``, ``reject`` or ``refuse``: a refused answer is none, and the question stays open.

    A rejection has to meet the same conditions: it ends a version for good.

    :param question: what was asked
    :param answer: what was answered
    :param approval: who may answer, and for how long
    :param standing_digest: of the version as its objects stand in S3 now; None where one of them is gone
    :param decided: how the version has been decided already; None where it has not
    """
    reasons = [
        *_who(question, answer, approval),
        *_too_late(question, answer, approval),
        *_replaced(question, standing_digest),
        *([f"the version has been decided already: {decided}"] if decided else ()),
    ]
    return Decision(
        outcome="refuse" if reasons else ("approve" if answer.approves else "reject"),
        reasons=tuple(reasons) or (() if answer.approves else (_rejection(answer),)),
        measured={
            "by": answer.by,
            "at": answer.at.isoformat(),
            "approves": answer.approves,
            "requestedBy": question.requested_by,
            "askedAt": question.asked_at.isoformat(),
            "digest": question.digest,
            "standingDigest": standing_digest,
            "decided": decided,
        },
        declared=approval.model_dump(mode="json", by_alias=True),
    )


def who_may_answer(approval: Approval, requested_by: str) -> tuple[str, ...]:
    """The declared approvers but the one who asked for the version."""
    return tuple(name for name in approval.approvers if not _same(name, requested_by))


def _who(question: Question, answer: Answer, approval: Approval) -> list[str]:
    if not answer.by:
        return ["nobody is known to have answered"]
    others = ", ".join(who_may_answer(approval, question.requested_by)) or "nobody: declare another approver"
    if _same(answer.by, question.requested_by):
        return [f"{answer.by} asked for the version and so cannot decide about it; who may answer: {others}"]
    if answer.by not in approval.approvers:
        return [f"{answer.by} is not among the declared approvers; who may answer: {others}"]
    return []


def _too_late(question: Question, answer: Answer, approval: Approval) -> list[str]:
    ends = question.ends(approval)
    if answer.at <= ends:
        return []
    limit = f"{approval.answer_within_hours} hours after the question"
    return [f"the answer came at {answer.at.isoformat()}, and the time to answer ended at {ends.isoformat()} ({limit})"]


def _replaced(question: Question, standing_digest: str | None) -> list[str]:
    if standing_digest is None:
        return ["an object of the version is gone from S3, so nothing stands there that could be approved"]
    if standing_digest == question.digest:
        return []
    return [f"what stands in S3 now ({standing_digest[:12]}) is not what was asked about ({question.digest[:12]})"]


def _same(name: str, other: str) -> bool:
    """Whether two user names may be one person's: some logins do not tell cases apart."""
    return name.casefold() == other.casefold()


def _rejection(answer: Answer) -> str:
    return f"rejected by {answer.by}: {answer.comment.strip() or 'no comment'}"
