"""The event-time rule, against a model of it in five lines, and what survives."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.featurestore.record_store import Event, RecordStore, present

NUMBERS = count()
GROUP = "eu-west-1/routes/1"
writes = st.lists(
    st.tuples(st.sampled_from(["put", "soft", "hard"]), st.sampled_from("ab"), st.integers(0, 5)), max_size=30
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordStore]:
    store = RecordStore(tmp_path_factory.mktemp("records") / "records.sqlite")
    yield store
    store.close()


@given(steps=writes)
def test_an_older_event_never_replaces_a_newer_one(shared: RecordStore, steps: list[tuple[str, str, int]]) -> None:
    store, group = shared, f"group {next(NUMBERS)}"
    newest: dict[str, tuple[int, str]] = {}
    for number, (kind, identifier, at) in enumerate(steps):
        event = Event(identifier, at, {"n": str(number)}, deleted=kind != "put")
        known = newest.get(identifier, (-1, ""))
        if kind == "hard":
            assert store.remove(group, event, offline=True) is (at > known[0])
            if at > known[0]:
                newest.pop(identifier, None)
        else:
            store.write(group, event, online=True, offline=True)
            if at > known[0]:
                newest[identifier] = (at, "" if kind == "soft" else str(number))
        for name in "ab":
            found, expected = store.read(group, name), newest.get(name, (-1, ""))
            assert (found.values["n"] if found else "") == expected[1]


def test_every_event_waits_for_the_offline_store_even_an_old_one(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "records.sqlite")
    for at in (5, 3):
        store.write(GROUP, Event("a", at, {"at": str(at)}), online=True, offline=True)
    store.write(GROUP, Event("a", 9, {"at": "9"}), online=True, offline=False)
    assert store.remove(GROUP, Event("a", 4, {}, deleted=True), offline=True) is False
    assert [each.event.values["at"] for each in store.waiting(GROUP)[""]] == ["5", "3"]
    store.close()


def test_a_record_ends_with_its_time(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "records.sqlite")
    store.write(GROUP, Event("a", 100, {}, expires_at=present() - 1), online=True, offline=False)
    store.write(GROUP, Event("b", 100, {}, expires_at=present() + 10**9), online=True, offline=False)
    assert store.read(GROUP, "a") is None
    assert store.read(GROUP, "b") is not None
    store.write(GROUP, Event("a", 50, {"late": "1"}), online=True, offline=False)
    found = store.read(GROUP, "a")
    assert found is not None
    assert found.values == {"late": "1"}
    store.close()


def test_records_are_there_after_a_restart_and_a_dropped_group_is_not(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "records.sqlite")
    for group in (GROUP, "eu-west-1/other/1"):
        store.write(group, Event("a", 1, {"x": "1"}), online=True, offline=True)
    store.drop(GROUP)
    store.close()
    store = RecordStore(tmp_path / "records.sqlite")
    assert store.read(GROUP, "a") is None
    found = store.read("eu-west-1/other/1", "a")
    assert found is not None
    assert found.values == {"x": "1"}
    assert sorted(store.groups_waiting()) == ["eu-west-1/other/1", GROUP]
    store.close()
