"""Versions, answers and approvals: written once, never over, and by one of many who try."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from groundwork.decisions.approval import Answer
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.model_ledger.approvals import Approvals
from groundwork.hooks.model_ledger.versions import VersionRecord, Versions
from groundwork.spec.decision import Decision
from tests.dags.hooks.model_ledger.conftest import registered

NOW = datetime(2013, 6, 1, tzinfo=UTC)
RUN, URI = "s3://evidence/runs/release/1/", "s3://evidence/version.json"
APPROVE, REJECT = Decision(outcome="approve"), Decision(outcome="reject", reasons=("rejected by operator: no",))


@pytest.fixture
def versions(ledger: LedgerHook) -> Versions:
    return Versions(ledger, "late_arrival")


@pytest.fixture
def approvals(ledger: LedgerHook) -> Approvals:
    return Approvals(ledger, "late_arrival")


def answer(by: str = "approver", *, approves: bool = True, minutes: int = 0) -> Answer:
    return Answer(approves=approves, by=by, at=NOW + timedelta(minutes=minutes), comment="seen")


def register(versions: Versions, *numbers: int) -> list[VersionRecord]:
    return [versions.register(registered(number), URI) for number in numbers]


def test_a_version_is_registered_once_and_found_by_number_and_content(versions: Versions) -> None:
    first, second = register(versions, 1, 2)
    assert versions.register(registered(1), URI) == first
    assert versions.all() == [first, second]
    assert versions.get(2) == second
    assert versions.get(3) is None
    assert versions.of_digest(second.digest) == second
    assert versions.undecided() == second
    assert (first.state, first.requested_by, first.run) == ("registered", "scientist", "s3://evidence/runs/train/1/")


def test_versions_are_in_the_order_of_their_numbers(versions: Versions) -> None:
    register(versions, 10, 9, 100)
    assert [version.number for version in versions.all()] == [9, 10, 100]


def test_a_number_is_never_given_to_another_content(versions: Versions) -> None:
    register(versions, 1)
    other = registered(2).model_copy(update={"number": 1})
    with pytest.raises(RuntimeError, match="stands in the ledger with other content"):
        versions.register(other, URI)


def test_an_approval_decides_its_version_and_lets_go_of_older_ones(versions: Versions, approvals: Approvals) -> None:
    register(versions, 1, 2, 3)
    version = versions.get(2)
    assert version is not None
    approval = approvals.record(version, answer(), APPROVE, RUN, {"evaluation": "s3://evidence/report.json"})
    assert approvals.get(version.digest) == approval
    assert (approval.by, approval.comment, approval.number, approval.at) == ("approver", "seen", 2, NOW.isoformat())
    assert approval.evidence == {"evaluation": "s3://evidence/report.json"}
    assert approval.decision == APPROVE
    assert [each.state for each in versions.all()] == ["superseded", "approved", "registered"]


def test_a_rejection_leaves_the_others(versions: Versions, approvals: Approvals) -> None:
    _, second = register(versions, 1, 2)
    rejection = approvals.record(second, answer("operator", approves=False), REJECT, RUN, {})
    assert rejection.sentence == "rejected by operator at 2013-06-01T00:00:00+00:00"
    assert rejection.approved.outcome == "reject"
    assert [each.state for each in versions.all()] == ["registered", "rejected"]
    assert versions.undecided() == versions.get(1)


def test_the_same_answer_again_changes_nothing_and_another_one_is_refused(
    versions: Versions, approvals: Approvals
) -> None:
    (version,) = register(versions, 1)
    first = approvals.record(version, answer(), APPROVE, RUN, {})
    assert approvals.record(version, answer(), APPROVE, RUN, {}) == first
    with pytest.raises(RuntimeError, match="was approved by approver at"):
        approvals.record(version, answer("operator", approves=False), REJECT, RUN, {})
    with pytest.raises(RuntimeError, match="was approved by approver at"):
        approvals.record(version, answer(minutes=1), APPROVE, RUN, {})
    assert approvals.get(version.digest) == first


def test_of_many_answers_at_once_exactly_one_decides(versions: Versions, approvals: Approvals) -> None:
    (version,) = register(versions, 1)

    def decide(minutes: int) -> bool:
        try:
            approvals.record(version, answer(minutes=minutes), APPROVE, RUN, {})
        except RuntimeError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(decide, range(6))) == 1


def test_a_refused_answer_decides_nothing(versions: Versions, approvals: Approvals) -> None:
    (version,) = register(versions, 1)
    with pytest.raises(ValueError, match="decides nothing: he asked for it"):
        approvals.record(version, answer(), Decision(outcome="refuse", reasons=("he asked for it",)), RUN, {})
    superseded = registered(1)
    assert approvals.get(superseded.digest) is None


def test_every_answer_is_kept_and_only_one_that_counts_is_given_to_the_run_that_asked(approvals: Approvals) -> None:
    digest = registered(1).digest
    assert approvals.counting(digest, RUN) is None
    approvals.note(digest, answer("scientist"), RUN, ["scientist asked for the version"])
    approvals.note(digest, answer("scientist"), RUN, ["scientist asked for the version"])
    assert approvals.counting(digest, RUN) is None
    approvals.note(digest, answer("approver", minutes=1), RUN)
    assert approvals.counting(digest, RUN) == answer("approver", minutes=1)
    assert approvals.counting(digest, "s3://evidence/runs/release/2/") is None
    assert approvals.counting(registered(2).digest, RUN) is None
    kept = [(record.answer.by, record.reasons) for record in approvals.answers(digest)]
    assert kept == [("scientist", ("scientist asked for the version",)), ("approver", ())]


def test_a_superseded_version_cannot_be_approved_any_more(versions: Versions, approvals: Approvals) -> None:
    first, second = register(versions, 1, 2)
    approvals.record(second, answer(), APPROVE, RUN, {})
    with pytest.raises(RuntimeError, match="changed by another run at this moment; nothing is recorded"):
        approvals.record(first, answer(), APPROVE, RUN, {})
    assert approvals.get(first.digest) is None
