"""A part of the corpus's half that no threshold was chosen on is classified as well as docs/benchmarks.md says."""

from __future__ import annotations

from statistics import fmean

import pytest

from benchmarks.classification import scores
from benchmarks.classification_corpus.column import LabelledColumn
from benchmarks.classification_pass import corpus, counts
from spark_jobs.classification.column_name import ColumnName
from spark_jobs.classification.identifiers import IDENTIFIERS
from spark_jobs.classification.kinds import KINDS
from spark_jobs.classification.phrases import PHRASES


@pytest.fixture(scope="module")
def columns() -> list[LabelledColumn]:
    """Of each kind some columns, and many with nothing personal."""
    test = [column for column in corpus() if column.half == "test"]
    chosen = [column for column in test if column.kind is None][::5]
    for kind in KINDS:
        of_kind = [column for column in test if column.kind == kind]
        chosen += of_kind[:: max(3, len(of_kind) // 5)]
    return chosen


def test_the_corpus_is_of_twenty_locales_and_all_kinds_and_two_halves_that_share_nothing() -> None:
    every = corpus()
    locales = {column.source for column in every if column.kind == "address"}
    assert len(locales) >= 20
    assert {column.kind for column in every if column.half == "test"} == {*KINDS, None}
    halves = [{(column.source, column.name) for column in every if column.half == half} for half in ("tuning", "test")]
    assert halves[0].isdisjoint(halves[1])
    assert sum(column.kind is None for column in every) >= 200


def test_checksummed_kinds_are_told_apart_and_nine_in_ten_of_all_found(columns: list[LabelledColumn]) -> None:
    found = counts(columns)
    checked = [identifier.kind for identifier in IDENTIFIERS if identifier.checksum]
    f1 = {kind: scores(found[kind])[2] for kind in checked}
    assert fmean(f1.values()) >= 0.98, f1
    recall = {kind: scores(found[kind])[1] for kind in KINDS}
    assert fmean(recall.values()) >= 0.90, recall
    wrong = sum(count["wrong"] for count in found.values())
    assert wrong <= 0.01 * len(columns), found


def test_every_kind_has_words_by_which_people_call_it_and_none_is_a_general_one() -> None:
    assert set(PHRASES) == set(KINDS)
    neutral = [ColumnName.of(name) for name in ("col_17", "Feld 3", "VALUE", "x1", "")]
    assert {name.says(kind) for name in neutral for kind in KINDS} == {"nothing"}
