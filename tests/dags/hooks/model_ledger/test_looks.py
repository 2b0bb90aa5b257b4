"""Looks: one a run, and which training they have asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from groundwork.decisions.monitoring import RetrainRequest
from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.model_ledger.looks import Look, Looks, open_request
from groundwork.hooks.model_ledger.versions import VersionRecord
from groundwork.spec.decision import Decision
from groundwork.spec.ledger import VersionState
from groundwork.spec.model_run import CaptureWindow

WINDOW = CaptureWindow(prefix="s3://evidence/captured/m/", until=datetime(2013, 6, 1, tzinfo=UTC))
HEALTHY = Decision(outcome="healthy", measured={"concluded": True, "findings": [], "worst": {"f": 1e-140}})


@pytest.fixture
def looks(ledger: LedgerHook) -> Looks:
    return Looks(ledger, "late_arrival")


def test_a_run_records_one_look(looks: Looks) -> None:
    first = looks.record("run 1", 3, WINDOW, "s3://evidence/1.json", HEALTHY)
    assert looks.record("run 1", 3, WINDOW, "s3://evidence/1.json", Decision(outcome="watch")) == first
    second = looks.record("run 2", 4, WINDOW, "s3://evidence/2.json", HEALTHY)
    assert [look.number for look in looks.all()] == [1, 2]
    assert looks.of_run("run 2") == second
    assert looks.of_run("run 3") is None
    assert looks.of_release(3) == [first]
    assert first.concluded
    assert first.decision == HEALTHY
    assert first.window == WINDOW


def look(number: int, outcome: str, *, concluded: bool = True) -> Look:
    decision = Decision(outcome=outcome, measured={"concluded": concluded})
    return Look(number, 1, WINDOW, decision, "", f"run {number}", f"2013-06-{number:02d}T06:00:00+00:00")


def version(number: int, day: int, state: VersionState) -> VersionRecord:
    return VersionRecord(number, "", "", "", "", state, "", f"2013-06-{day:02d}T12:00:00+00:00")


ASKED = [look(1, "watch"), look(2, "retrain")]


def test_nothing_is_open_where_nothing_was_asked_for() -> None:
    assert open_request([], []) is None
    assert open_request([look(1, "watch"), look(2, "human_review")], []) is None


def test_a_request_is_open_until_a_version_comes_and_is_decided() -> None:
    old = version(1, 1, "approved")
    assert open_request(ASKED, [old]) == RetrainRequest(look=2, looks_since=0)
    later = [*ASKED, look(3, "watch"), look(4, "watch", concluded=False)]
    assert open_request(later, [old]) == RetrainRequest(look=2, looks_since=1)
    assert open_request(later, [old, version(2, 3, "registered")]) == RetrainRequest(look=2, looks_since=1, version=2)
    assert open_request(later, [old, version(2, 3, "approved")]) == RetrainRequest(look=2, looks_since=1, version=2)
    assert open_request(later, [old, version(2, 3, "rejected")]) is None
    assert open_request(later, [old, version(2, 3, "rejected"), version(3, 4, "registered")]) == RetrainRequest(
        look=2, looks_since=1, version=3
    )


def test_the_last_request_counts() -> None:
    again = [*ASKED, look(5, "retrain"), look(6, "watch")]
    assert open_request(again, [version(2, 3, "rejected")]) == RetrainRequest(look=5, looks_since=1)
