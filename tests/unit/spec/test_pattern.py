"""Patterns that can search without end are refused; those that people write are not."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.spec.errors import SpecError
from groundwork.spec.expression import parse_expression
from groundwork.spec.pattern import checked_pattern, longest_judged, longest_searched

ENDLESS = r"""
    (a+)+$
    (a*)*b
    (a|a)*$
    (a|aa)+$
    (?i)(A|a)+$
    ^(\s*,\s*)*$
    ([a-zA-Z]+)*$
    (.*a){12}
    (x+x+)+y
    (\w+\s?)+$
    (\p{L}+)*$
    ^(([a-z])+.)+[A-Z]([a-z])+$
    (a*|b)*
    (?=(a+)+$)x
    ([a-z]{1,20}){1,20}
    (\d+|\d+,)*$
"""
FINE = r"""
    ^[a-z0-9._%+-]+@[a-z0-9-]+([.][a-z0-9-]+)*[.][a-z]{2,}$
    ^[^@ ]+@[^@ ]+$
    ^P[0-9]{7}$
    (\d{1,3}\.){3}\d{1,3}
    ^(a|b)*$
    \p{L}+( \p{L}+)*
    ^(?<year>\d{4})-\d\d$
    .*x.*y.*
    (ab|cd)*ef
    [0-9]{5}(-[0-9]{4})?
    (a?)*
    ^(?:[A-Z]{2}[0-9]+,?)*$
    (,[^,]*)*$
    [!-/:-@\[-`{-~]
    []x]+
    \{order\}{2}
    a|b|
"""
REFUSED = {
    r"(a)\1": "refers back to a group",
    r"(": "is no regular expression",
    r"[a-z&&[^b]]": "holds &&",
    r"[a[bc]]": "has brackets inside brackets",
    r"\X+": "which is not known here",
    r"\p{Greek}": "which is not known here",
    # What Python's parser reads and Java does not, or otherwise.
    r"(?P<year>\d{4})": "which only Python knows; write it as Java does, a named group as",
    r"(a)(?P=n)": "which only Python knows",
    r"(a)?(?(1)b)": "which only Python knows",
    r"a(?#comment)": "which only Python knows",
    r"(?ia)a": "which only Python knows",
    r"(?<the_year>\d{4})": "names a group 'the_year'; name it by letters and digits",
    r"a{,3}": r"holds a \{ that is no repetition",
    r"{order}": r"holds a \{ that is no repetition",
    r"a{2147483648}": r"holds a \{ that is no repetition",
    r"a\0": r"holds \\0, which is not known here",
    r"[\b]": r"holds \\b, which is not known here",
    r"a|*": "is no regular expression",
    r"[]": "is no regular expression",
    "a" * 1_001: "is longer than 1000 characters",
    "(abcdefghij){8}" * 4: "has more than 250 character positions",
}


@pytest.mark.parametrize("pattern", ENDLESS.split())
def test_a_pattern_that_searches_without_end_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="can search without end"):
        checked_pattern(pattern)


@pytest.mark.parametrize("pattern", [line.strip() for line in FINE.strip().splitlines()])
def test_what_people_write_is_allowed(pattern: str) -> None:
    assert checked_pattern(pattern) == pattern


@pytest.mark.parametrize(("pattern", "words"), REFUSED.items())
def test_what_cannot_be_judged_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        checked_pattern(pattern)


letters = st.sampled_from(["a", "b", "[ab]", "a?", "a+", "b*", "ab"])
groups = st.recursive(
    letters,
    lambda part: st.one_of(
        st.tuples(part, part).map("".join),
        st.tuples(part, part).map(lambda two: f"({two[0]}|{two[1]})"),
        st.tuples(part, st.sampled_from("*+?")).map(lambda two: f"({two[0]}){two[1]}"),
    ),
    max_leaves=6,
)


@settings(max_examples=60)
@given(pattern=groups, word=st.text("ab", min_size=1, max_size=3))
def test_what_is_allowed_ends_soon_by_another_matcher(pattern: str, word: str) -> None:
    """Python's matcher tries one way after the other too: 28 repetitions would take it hours where the ways double."""
    try:
        checked_pattern(pattern)
    except ValueError:
        return
    start = time.perf_counter()
    re.compile(f"(?:{pattern})$").match(word * (28 // len(word)) + "c")
    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x rlike '(a+)+$'", "cannot stand in a rule: pattern '(a+)+$' can search without end"),
        ("regexp_replace(x, '(a|a)*b', '')", "Let what repeats begin or end with a character that the rest"),
        ("x rlike y", "takes its pattern from y. Write the pattern as a literal"),
        ("regexp_extract(x, concat('(', y, ')'), 1) = 'a'", "Write the pattern as a literal"),
    ],
)
def test_an_expression_with_such_a_pattern_is_refused(text: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_expression(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "longest"),
    [
        # One way through, or as many as there are characters: nothing but the bound of all.
        ("^[a-z]+@.*$", 10_000),
        ("^.*x.*y", 10_000),
        ("[a-z]+$", 10_000),
        (r"^(\d{1,3}\.){3}\d{1,3}$", 10_000),
        # Each of n starts has n ways to reach x and n to look for y: n^3 / 6 are a hundred million at 843.
        (".*x.*y", 843),
        # What follows the y cannot fail any more.
        (".*x.*y.*", 843),
        # Two thousand of the stack's bytes by how deep the repeated part is nested.
        ("^([.][a-z]+)*$", 666),
        ("^(a|b)*$", 400),
        ("^(?:a|b)*$", 500),
    ],
)
def test_ways_and_stack_bound_the_text(pattern: str, longest: int) -> None:
    assert longest_searched(pattern) == longest


@pytest.mark.parametrize(
    ("pattern", "longest"),
    # As many steps as characters; the square of them; their third power; and the stack.
    [("^[a-z]+@.*$", None), ("[0-9]{5}|x", None), ("[a-z]+$", 10_000), (".*x.*y", 843), ("^([.][a-z]+)*$", 666)],
)
def test_a_check_judges_any_text_whose_search_ends_soon(pattern: str, longest: int | None) -> None:
    assert longest_judged(pattern) == longest
