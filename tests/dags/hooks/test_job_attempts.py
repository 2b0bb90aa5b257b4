from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from groundwork.hooks.job_attempts import JobAttempts, TaskRun
from groundwork.hooks.ledger import LedgerHook

WORK = TaskRun("refine_data__flights", "manual__2026-01-01", "refine_and_publish")


def test_work_has_one_open_attempt(ledger: LedgerHook) -> None:
    attempts = JobAttempts(ledger)
    assert attempts.last(WORK) is None
    first = attempts.current(WORK)
    assert (first.number, first.state, first.job_id) == (1, "open", None)
    assert first.name.startswith("refine-data-flights-")
    assert first.name.endswith("-1")
    attempts.record_start(first, "00f1")
    attempts.record_watch(first, 3)
    again = attempts.current(WORK)
    assert again == replace(first, job_id="00f1", watched_try=3)
    assert attempts.current(replace(WORK, map_index=0)).job_id is None, "another piece of work"


def test_the_number_rises_only_after_an_end_without_success(ledger: LedgerHook) -> None:
    attempts = JobAttempts(ledger)
    first = attempts.current(WORK)
    attempts.record_end(first, "failed", "out of memory")
    assert attempts.last(WORK) == replace(first, state="failed", detail="out of memory")
    second = attempts.current(WORK)
    assert (second.number, second.name[-2:]) == (2, "-2")
    assert second.token != first.token
    attempts.record_end(second, "cancelled")
    third = attempts.current(WORK)
    assert third.number == 3
    attempts.record_end(third, "succeeded")
    assert attempts.current(WORK).state == "succeeded"
    assert attempts.current(WORK).number == 3


def test_the_first_end_is_believed(ledger: LedgerHook) -> None:
    attempts = JobAttempts(ledger)
    first = attempts.current(WORK)
    attempts.record_end(first, "succeeded")
    attempts.record_end(first, "cancelled", "too late")
    attempts.record_start(first, "late")
    last = attempts.last(WORK)
    assert last is not None
    assert (last.state, last.detail, last.job_id) == ("succeeded", "", None)


def test_many_at_once_share_one_attempt(ledger: LedgerHook) -> None:
    attempts = JobAttempts(ledger)
    for number in (1, 2):
        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(lambda _: attempts.current(WORK), range(6)))
        assert {attempt.number for attempt in found} == {number}
        assert len(ledger.query(f"job#{WORK.key}")) == number
        attempts.record_end(found[0], "failed")


def test_open_attempts_are_listed_without_the_ended_ones(ledger: LedgerHook) -> None:
    attempts = JobAttempts(ledger)
    mine, other = attempts.current(WORK), attempts.current(replace(WORK, run_id="other"))
    assert sorted(attempt.name for attempt in attempts.open()) == sorted([mine.name, other.name])
    attempts.record_end(mine, "failed")
    assert attempts.open() == [other]
    attempts.record_end(other, "succeeded")
    assert attempts.open() == []
    assert ledger.query("jobs") == []
