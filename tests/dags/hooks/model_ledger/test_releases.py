"""What serves and what served before: begun once a run, and one step back at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from groundwork.hooks.ledger import LedgerHook
from groundwork.hooks.model_ledger.releases import Release, Releases
from tests.dags.hooks.model_ledger.conftest import run_of

URI = "s3://evidence/version.json"


@pytest.fixture
def releases(ledger: LedgerHook) -> Releases:
    return Releases(ledger, "late_arrival")


def release(releases: Releases, version: int, run: str) -> Release:
    return releases.record_live(releases.begin(run_of(version, run), URI))


def roll_back(releases: Releases, run: str, version: int) -> Release:
    begun = releases.begin(run_of(version, run, reason="it answers too low"), URI, rolls_back=True)
    return releases.record_live(begun)


def states(releases: Releases) -> list[tuple[int, str]]:
    return [(each.version, each.state) for each in releases.all()]


def test_a_release_begins_goes_live_and_replaces_the_one_before(releases: Releases) -> None:
    assert releases.live() is None
    first = releases.begin(run_of(1, "run 1"), URI)
    assert (first.number, first.state, first.by, first.replaces) == (1, "deploying", "operator", None)
    assert releases.live() is None
    assert releases.record_live(first).state == "live"
    second = release(releases, 2, "run 2")
    assert (second.replaces, second.previous) == (1, 1)
    assert releases.live() == second
    assert states(releases) == [(1, "replaced"), (2, "live")]
    replaced = releases.get(1)
    assert replaced is not None
    assert [each["state"] for each in replaced.history] == ["deploying", "live"]


def test_a_run_begins_once_and_goes_live_once(releases: Releases) -> None:
    begun = releases.begin(run_of(1, "run 1"), URI)
    assert releases.begin(run_of(1, "run 1"), URI) == begun
    live = releases.record_live(begun)
    assert releases.record_live(begun) == live
    assert releases.begin(run_of(1, "run 1"), URI) == live
    assert len(releases.all()) == 1


def test_after_a_failure_the_next_try_has_a_number_of_its_own_and_what_served_stays(releases: Releases) -> None:
    release(releases, 1, "run 1")
    begun = releases.begin(run_of(2, "run 2"), URI)
    failed = releases.record_failed(begun, "it never answered")
    assert releases.record_failed(begun, "it never answered") == failed
    assert (failed.state, failed.detail) == ("failed", "it never answered")
    assert releases.live() == releases.get(1)
    again = releases.begin(run_of(2, "run 2"), URI)
    assert (again.number, again.previous) == (3, 1)


def test_steps_back_go_further_back_each_time(releases: Releases) -> None:
    for number in (1, 2, 3):
        release(releases, number, f"run {number}")
    back = roll_back(releases, "back 1", 2)
    assert (back.number, back.version, back.replaces, back.previous) == (4, 2, 3, 1)
    assert states(releases) == [(1, "replaced"), (2, "replaced"), (3, "rolled_back"), (2, "live")]
    further = roll_back(releases, "back 2", 1)
    assert (further.version, further.previous) == (1, None)
    assert releases.before(further) is None
    assert further.reason == "it answers too low"
    again = release(releases, 4, "run 4")
    assert again.previous == further.number


def test_a_step_back_whose_target_changed_meanwhile_is_refused(releases: Releases) -> None:
    for number in (1, 2, 3):
        release(releases, number, f"run {number}")
    with pytest.raises(RuntimeError, match="since this step back was planned"):
        releases.begin(run_of(1, "late"), URI, rolls_back=True)
    assert len(releases.all()) == 3


def test_of_two_releases_at_once_the_second_is_told(releases: Releases) -> None:
    one, other = (releases.begin(run_of(number, f"run {number}"), URI) for number in (1, 2))
    releases.record_live(one)
    with pytest.raises(RuntimeError, match="another release serves since it began"):
        releases.record_live(other)
    assert releases.live() == releases.get(1)
    assert states(releases) == [(1, "live"), (2, "deploying")]


def test_numbers_are_given_once(releases: Releases) -> None:
    with ThreadPoolExecutor(4) as pool:
        begun = list(pool.map(lambda number: releases.begin(run_of(number, f"run {number}"), URI).number, range(1, 5)))
    assert sorted(begun) == [1, 2, 3, 4]
