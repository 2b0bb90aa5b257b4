"""Patterns of checks: Java reads whatever is allowed, and no text makes a search go on and on."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from groundwork.spec.expectation import Expectation
from groundwork.spec.pattern import checked_pattern
from spark_jobs.checks.data import Data
from spark_jobs.checks.suite import checked

PARTS = r"""
    a b é 日 . ^ $ | * + ? ( ) [ ] [^ [a- -z] { } {2} {,3} {2,} {1,2} {99999999999 \d \W \b \B \A \Z \z \0 \07 \x41 #
    \u0041 \u00 \n \. \- \] \_ (?: (?= (?! (?<= (?<! (?> (?<n> (?<n_1> (?P<n> (?P=n) (?#c) (?(1) (?i) (?a) (?s) (?i: &&
    \p{L} \P{L} \pL \a \v \R \h \Q \E \G \X < > = ! : , 9 \\ \
"""
GREEDY = "a" * 843
COLUMN = {"column": "word"}


def test_java_reads_whatever_is_allowed(spark: Any) -> None:
    java = spark._jvm.java.util.regex.Pattern

    @settings(max_examples=400, deadline=None)
    @given(parts=st.lists(st.sampled_from(PARTS.split()), min_size=1, max_size=6))
    @example(parts=["[^]", r"\P{L}"])
    def held(parts: list[str]) -> None:
        try:
            pattern = checked_pattern("".join(parts))
        except ValueError:
            return
        java.compile(pattern)

    held()


def test_a_text_that_is_too_long_to_be_searched_meets_no_pattern(spark: Any) -> None:
    """``.*x.*y`` searches 843 bytes: one more, and it is unexpected, whether a match was wanted or not."""
    words = ["xy", "ab", None, GREEDY[:-2] + "xy", GREEDY[:-1] + "xy", GREEDY + "b"]
    rows = spark.createDataFrame([(word,) for word in words], "word string").coalesce(1)
    data = Data(rows, rows, len(words), ("word",))
    of: dict[str, tuple[dict[str, Any], int]] = {
        "expect_column_values_to_match_regex": ({"regex": ".*x.*y"}, 3),
        "expect_column_values_to_not_match_regex": ({"regex": ".*x.*y"}, 4),
        # The other pattern reads any text, and finds an a in all but one.
        "expect_column_values_to_match_regex_list": ({"regex_list": [".*x.*y", "^a"]}, 0),
        "expect_column_values_to_not_match_regex_list": ({"regex_list": [".*x.*y", "^b"]}, 4),
        # As many ways as a pattern with three wild parts has: %x%y% would have two, as the end tries nothing.
        "expect_column_values_to_match_like_pattern": ({"like_pattern": "%%x%y"}, 3),
        "expect_column_values_to_not_match_like_pattern": ({"like_pattern": "%%x%y"}, 4),
        "expect_column_values_to_match_like_pattern_list": ({"like_pattern_list": ["%%x%y", "a%"]}, 0),
        "expect_column_values_to_not_match_like_pattern_list": ({"like_pattern_list": ["%%x%y", "b%"]}, 4),
    }
    expectations = [Expectation(name=kind, type=kind, kwargs=COLUMN | kwargs) for kind, (kwargs, _) in of.items()]
    metric = {"pattern": ".*x.*y", "mustBe": 3}
    expectations.append(Expectation(name="metric", type="odcs_invalid_values", kwargs=COLUMN | metric))
    *found, counted = checked(expectations, data, len(words))
    assert [result.unexpected_count for result in found] == [unexpected for _, unexpected in of.values()]
    assert (counted.success, counted.observed_value) == (True, 3)
