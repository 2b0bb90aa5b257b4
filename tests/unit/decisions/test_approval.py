"""Whose answer counts, about what and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.decisions.approval import Answer, Question, decide_approval, who_may_answer
from groundwork.spec.model import Approval

ASKED = datetime(2013, 6, 1, 12, tzinfo=UTC)
DIGEST, OTHER = "a" * 64, "b" * 64
POLICY = Approval(approvers=("approver", "operator"), answer_within_hours=2)
QUESTION = Question(digest=DIGEST, requested_by="scientist", asked_at=ASKED)


def answer(by: str | None = "approver", *, approves: bool = True, minutes: float = 5, comment: str = "") -> Answer:
    return Answer(approves=approves, by=by, at=ASKED + timedelta(minutes=minutes), comment=comment)


def test_an_approver_approves_what_stands_in_time() -> None:
    decision = decide_approval(QUESTION, answer(), POLICY, DIGEST)
    assert (decision.outcome, decision.reasons) == ("approve", ())
    assert decision.measured["by"] == "approver"
    assert decision.measured["requestedBy"] == "scientist"
    assert decision.declared == {"approvers": ["approver", "operator"], "answerWithinHours": 2}


def test_a_rejection_is_an_answer_and_keeps_the_persons_words() -> None:
    decision = decide_approval(QUESTION, answer("operator", approves=False, comment=" too few hubs "), POLICY, DIGEST)
    assert (decision.outcome, decision.reasons) == ("reject", ("rejected by operator: too few hubs",))
    silent = decide_approval(QUESTION, answer(approves=False), POLICY, DIGEST)
    assert silent.reasons == ("rejected by approver: no comment",)


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        (
            "scientist",
            "scientist asked for the version and so cannot decide about it; who may answer: approver, operator",
        ),
        (
            "Scientist",
            "Scientist asked for the version and so cannot decide about it; who may answer: approver, operator",
        ),
        ("steward", "steward is not among the declared approvers; who may answer: approver, operator"),
        ("Approver", "Approver is not among the declared approvers; who may answer: approver, operator"),
        ("approver ", "approver  is not among the declared approvers; who may answer: approver, operator"),
        (None, "nobody is known to have answered"),
        ("", "nobody is known to have answered"),
    ],
)
@pytest.mark.parametrize("approves", [True, False])
def test_others_are_refused_and_told_who_may(by: str | None, reason: str, approves: bool) -> None:
    decision = decide_approval(QUESTION, answer(by, approves=approves), POLICY, DIGEST)
    assert (decision.outcome, decision.reasons) == ("refuse", (reason,))


def test_an_approver_who_asked_for_the_version_is_refused() -> None:
    own = Question(digest=DIGEST, requested_by="approver", asked_at=ASKED)
    refused = decide_approval(own, answer("approver"), POLICY, DIGEST)
    assert refused.reasons == (
        "approver asked for the version and so cannot decide about it; who may answer: operator",
    )
    assert decide_approval(own, answer("operator"), POLICY, DIGEST).outcome == "approve"
    alone = decide_approval(own, answer("approver"), Approval(approvers=("approver",)), DIGEST)
    assert alone.reasons[0].endswith("who may answer: nobody: declare another approver")


@pytest.mark.parametrize(("minutes", "outcome"), [(0, "approve"), (120, "approve"), (120.01, "refuse")])
def test_the_time_to_answer(minutes: float, outcome: str) -> None:
    decision = decide_approval(QUESTION, answer(minutes=minutes), POLICY, DIGEST)
    assert decision.outcome == outcome
    assert all("the time to answer ended at 2013-06-01T14:00:00+00:00" in reason for reason in decision.reasons)


def test_what_was_swapped_or_has_gone_cannot_be_approved() -> None:
    swapped = decide_approval(QUESTION, answer(), POLICY, OTHER)
    assert swapped.outcome == "refuse"
    assert swapped.reasons == ("what stands in S3 now (bbbbbbbbbbbb) is not what was asked about (aaaaaaaaaaaa)",)
    gone = decide_approval(QUESTION, answer(), POLICY, None)
    assert gone.reasons == ("an object of the version is gone from S3, so nothing stands there that could be approved",)


def test_what_is_decided_stays_decided() -> None:
    decision = decide_approval(QUESTION, answer(), POLICY, DIGEST, decided="rejected by operator")
    assert decision.reasons == ("the version has been decided already: rejected by operator",)


def test_every_reason_is_told() -> None:
    decision = decide_approval(QUESTION, answer("steward", minutes=999), POLICY, OTHER, decided="approved by operator")
    assert decision.outcome == "refuse"
    assert len(decision.reasons) == 4


def test_who_may_answer_leaves_the_requester_out() -> None:
    assert who_may_answer(POLICY, "scientist") == ("approver", "operator")
    assert who_may_answer(POLICY, "OPERATOR") == ("approver",)


NAMES = st.sampled_from(["approver", "operator", "scientist", "APPROVER", "steward", "", "approver\n"])


@given(by=NAMES, requester=NAMES, minutes=st.floats(0, 500), standing=st.sampled_from([DIGEST, OTHER, None]))
def test_nothing_but_all_conditions_together_approves(
    by: str, requester: str, minutes: float, standing: str | None
) -> None:
    question = Question(digest=DIGEST, requested_by=requester, asked_at=ASKED)
    decision = decide_approval(question, answer(by, minutes=minutes), POLICY, standing)
    allowed = by in ("approver", "operator") and by != requester.casefold()
    assert (decision.outcome == "approve") == (allowed and minutes <= 120 and standing == DIGEST)
