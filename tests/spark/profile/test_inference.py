"""What texts read as."""

from __future__ import annotations

from collections import Counter

import pytest

from spark_jobs.profile.inference import infer


@pytest.mark.parametrize(
    ("texts", "type_", "share"),
    [
        (["1", "-2", " 30 "], "int", 1.0),
        (["1", "3000000000"], "bigint", 1.0),
        (["1", "2.5", "1e3", ".5"], "double", 1.0),
        (["true", "No", "F"], "boolean", 1.0),
        (["2013-01-31", "2012-02-29"], "date", 1.0),
        (["2013-01-31", "2013-01-31T05:00:00Z", "2013-01-31 05:00"], "timestamp", 1.0),
        ([*map(str, range(19)), "NA"], "int", 0.95),
        (["1", "", "  "], "int", 1.0),
    ],
)
def test_the_narrowest_type_that_most_read_as(texts: list[str], type_: str, share: float) -> None:
    found = infer(Counter(texts))
    assert (found.type, found.share) == (type_, pytest.approx(share))


@pytest.mark.parametrize(
    "texts",
    [
        ["007", "01234", "02345"],  # codes
        ["Y", "Y"],  # a flag that nobody says no to
        ["2013-02-30", "2013-13-01"],  # no days
        ["1", "2", "3", "NA"],  # a quarter does not read so
        ["١٢٣", "٤٥٦"],  # Spark reads only ASCII digits
        ["1234567890123456789012"],
        ["", " "],
        [],
    ],
)
def test_texts_that_are_just_texts(texts: list[str]) -> None:
    assert infer(Counter(texts)) is None or infer(Counter(texts)).type == "double"


def test_a_number_longer_than_any_whole_type_is_a_double() -> None:
    assert infer(Counter(["1234567890123456789012"])).type == "double"
