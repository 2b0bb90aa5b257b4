"""One row of each key stays, whatever the order the rows came in."""

from __future__ import annotations

from typing import Any

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


def test_the_others_are_counted_and_nothing_is_attempted_where_nothing_fails(product: Any) -> None:
    p = deduplicated(product, {"name": "short", "kind": "require", "predicate": "length(note) = 1"})
    report = p.refine(p.land("id,at,note\na,1,x\nb,1,x\nc,1,xx\n", "id,at,note\na,2,x\n"))
    counts = report.counts
    assert (counts.raw, counts.published, counts.quarantined, counts.dropped) == (4, 2, 1, 1)
    assert sorted(p.rows("refined", "id", "at")) == [("a", 2), ("b", 1)]
    # In a plan of attempts there would be computed_short as well.
    assert [rule.rule for rule in report.rules] == ["readable_at", "short", "newest"]


row = st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["", "1", "2"]), st.sampled_from(["x", "y"]))


@settings(max_examples=2)
@given(batches=st.lists(st.lists(row, min_size=1, max_size=20), min_size=5, max_size=10))
def test_one_row_of_each_key_stays_and_it_is_the_first(spark: Any, batches: list[list[tuple[Any, str, str]]]) -> None:
    """Many small batches as one, each with keys of its own, as a job costs a second."""
    rows = [(id_ and f"{id_}{n}", at, note) for n, batch in enumerate(batches) for id_, at, note in batch]
    p = Product(spark, "deduplicated", columns("id string", "at int", "note string"), rules=[NEWEST])
    kept = {place for place, broken in enumerate(p.breaks(*rows)) if not broken}
    expected = {place for place, (id_, _, _) in enumerate(rows) if id_ is None}
    for key in {id_ for id_, _, _ in rows} - {None}:
        # By hand: newest first, nulls last, then the note, then the record's number.
        mine = [(not at, -int(at or 0), note, place) for place, (id_, at, note) in enumerate(rows) if id_ == key]
        expected.add(min(mine)[3])
    assert kept == expected
