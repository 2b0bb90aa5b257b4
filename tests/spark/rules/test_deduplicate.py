"""One row of each key stays, whatever the order the rows came in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spark.products import Product, columns

NEWEST = {
    "name": "newest",
    "kind": "deduplicate",
    "by": ["id"],
    "order": [{"column": "at", "descending": True}, {"column": "note"}],
}


def deduplicated(product: Any, *before: dict[str, Any], **rule: Any) -> Any:
    return product("id string", "at int", "note string", rules=[*before, NEWEST | rule])


def test_the_first_in_order_stays_and_ties_go_to_the_earlier_record(product: Any) -> None:
    p = deduplicated(product)
    rows = [("a", "1", "x"), ("a", "3", "y"), ("a", "3", "b"), ("a", "3", "b"), ("a", "", "z"), ("b", "", "z")]
    assert p.breaks(*rows) == [["newest"], ["newest"], [], ["newest"], ["newest"], []]


def test_a_key_with_a_null_is_no_duplicate(product: Any) -> None:
    assert deduplicated(product, by=["id", "note"]).breaks((None, "1", "x"), (None, "2", "x"), ("a", "1", None)) == [
        [],
        [],
        [],
    ]


def test_what_an_earlier_rule_sets_aside_does_not_keep_a_good_row_out(product: Any) -> None:
    positive = {"name": "positive", "kind": "require", "predicate": "at > 0"}
    rows = [("a", "-9", "x"), ("a", "1", "x"), ("b", "-1", "x")]
    found = deduplicated(product, positive, order=[{"column": "at"}]).breaks(*rows)
    assert found == [["positive"], [], ["positive"]]
    warned = deduplicated(product, positive | {"otherwise": "warn"}, order=[{"column": "at"}]).breaks(*rows)
    assert warned == [["positive"], ["newest"], ["positive"]]


@pytest.mark.parametrize(("otherwise", "parts"), [("drop", (2, 0, 1)), ("quarantine", (2, 1, 0)), ("warn", (3, 0, 0))])
def test_the_others_are_counted(product: Any, otherwise: str, parts: tuple[int, int, int]) -> None:
    p = deduplicated(product, otherwise=otherwise)
    counts = p.refine(p.land("id,at,note\na,1,x\nb,1,x\n", "id,at,note\na,2,x\n")).counts
    assert (counts.published, counts.quarantined, counts.dropped) == parts


row = st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["", "1", "2"]), st.sampled_from(["x", "y"]))


@settings(max_examples=4)
@given(rows=st.lists(row, min_size=1, max_size=40))
def test_one_row_of_each_key_stays_and_it_is_the_first(spark: Any, rows: list[tuple[str | None, str, str]]) -> None:
    p = Product(spark, "deduplicated", columns("id string", "at int", "note string"), rules=[NEWEST])
    kept = [place for place, broken in enumerate(p.breaks(*rows)) if not broken]
    expected = {place for place, (id_, _, _) in enumerate(rows) if id_ is None}
    for key in {"a", "b"} & {id_ for id_, _, _ in rows}:
        # By hand: newest first, nulls last, then the note, then the record's number.
        mine = [(not at, -int(at or 0), note, place) for place, (id_, at, note) in enumerate(rows) if id_ == key]
        expected.add(min(mine)[3])
    assert set(kept) == expected
