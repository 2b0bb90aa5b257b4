"""Where files land, and which names are meant."""

from __future__ import annotations

import pytest

from groundwork.hooks.landing import LandingObject, LandingPlace, name_problem, worth_a_look

PLACE = LandingPlace("bucket", "shop/orders/", "orders*.csv", settle_seconds=10)


@pytest.mark.parametrize(
    ("key", "held"),
    [
        ("shop/orders/orders.csv", True),
        ("shop/orders/orders_2013-01.csv", True),
        ("shop/orders/orders/../x.csv", True),  # meant as one, so that it is refused and not overlooked
        ("shop/orders/Orders.csv", False),
        ("shop/orders/orders.csv.gz", False),
        ("shop/orders/", False),
        ("shop/returns/orders.csv", False),
    ],
)
def test_keys_that_are_meant(key: str, held: bool) -> None:
    assert PLACE.holds(key) is held


@pytest.mark.parametrize("name", ["orders\n.csv", "orders\0.csv", "orders .csv", "..csv", ".csv", "-rf.csv", "a" * 201])
def test_names_that_are_not_acceptable(name: str) -> None:
    problem = name_problem(PLACE, PLACE.folder + name)
    assert problem is not None
    assert problem.isprintable()
    assert len(problem) < 300


def test_acceptable_names() -> None:
    assert [name_problem(PLACE, f"shop/orders/{name}") for name in ("orders-1_a.csv", "2013.csv.gz", "_x")] == [
        None
    ] * 3


def test_manifests_are_no_files_and_need_the_whole_folder() -> None:
    place = LandingPlace("bucket", "a/", "*", manifest="*.json")
    assert (place.holds("a/x.json"), place.is_manifest("a/x.json"), place.holds("a/x.csv")) == (False, True, True)
    assert (place.prefix, PLACE.prefix) == ("a/", "shop/orders/orders")


def test_an_object_is_worth_a_look_when_it_is_old_enough_and_not_known() -> None:
    old, young = (LandingObject(f"shop/orders/orders_{age}.csv", 1, "e", age) for age in (10.0, 9.9))
    other = LandingObject("shop/orders/readme.txt", 1, "e", 99)
    assert worth_a_look(PLACE, [old, young, other], set()) == [old]
    assert worth_a_look(PLACE, [old], {old.fingerprint}) == []
    changed = LandingObject(old.key, 1, "e2", 10.0)
    assert worth_a_look(PLACE, [changed], {old.fingerprint}) == [changed]
