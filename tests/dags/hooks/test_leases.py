from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from groundwork.hooks.leases import Leases
from groundwork.hooks.ledger import LedgerHook


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_lease_has_one_holder_until_it_ends(ledger: LedgerHook) -> None:
    clock = Clock()
    leases = Leases(ledger, clock)
    assert leases.acquire("refined/flights", "run-1", 60) == 1
    assert leases.acquire("refined/flights", "run-2", 60) is None
    assert leases.acquire("refined/weather", "run-2", 60) == 1, "another lease"
    clock.now += 59.9
    assert leases.acquire("refined/flights", "run-2", 60) is None
    assert leases.holder("refined/flights") == "run-1"
    clock.now += 0.1
    assert leases.holder("refined/flights") is None
    assert leases.acquire("refined/flights", "run-2", 60) == 2


def test_a_retry_finds_its_own_lease(ledger: LedgerHook) -> None:
    clock = Clock()
    leases = Leases(ledger, clock)
    assert leases.acquire("l", "run-1", 60) == 1
    clock.now += 50
    assert leases.acquire("l", "run-1", 60) == 1
    clock.now += 50
    assert leases.holder("l") == "run-1", "acquired again is prolonged"
    clock.now += 50
    assert leases.acquire("l", "run-1", 60) == 1, "ended, but nobody came between"


def test_the_token_survives_release(ledger: LedgerHook) -> None:
    leases = Leases(ledger, Clock())
    assert leases.acquire("l", "run-1", 60) == 1
    assert leases.release("l", "run-1", 1)
    assert leases.holder("l") is None
    assert leases.acquire("l", "run-2", 60) == 2
    assert leases.release("l", "run-2", 2)
    assert leases.acquire("l", "run-1", 60) == 3


def test_who_lost_the_lease_does_not_release_it(ledger: LedgerHook) -> None:
    clock = Clock()
    leases = Leases(ledger, clock)
    leases.acquire("l", "run-1", 120)
    clock.now += 119
    assert leases.acquire("l", "run-2", 60) is None
    clock.now += 1
    assert leases.acquire("l", "run-2", 60) == 2
    assert not leases.release("l", "run-1", 1)
    assert leases.holder("l") == "run-2"


def test_of_many_at_once_one_gets_it(ledger: LedgerHook) -> None:
    clock = Clock()
    leases = Leases(ledger, clock)
    for round_ in (1, 2):
        with ThreadPoolExecutor(8) as pool:
            holders = [f"round {round_} run {number}" for number in range(8)]
            tokens = list(pool.map(lambda holder: leases.acquire("l", holder, 60), holders))
        assert sorted(token for token in tokens if token) == [round_]
        clock.now += 60
