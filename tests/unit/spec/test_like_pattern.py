"""LIKE patterns are bound where Java's matcher would try more ways than it can."""

from __future__ import annotations

from math import comb

import pytest

from groundwork.spec.like_pattern import longest_liked
from groundwork.spec.pattern import MAXIMUM_WAYS


@pytest.mark.parametrize("pattern", ["", "abc", "a%", "%a", "%a%", "a%b", "a_%%%", r"a\%b\%c%", r"%\\\%\%%"])
def test_one_wild_part_needs_no_bound(pattern: str) -> None:
    assert longest_liked(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "escape", "longest"),
    [
        ("%a%b", "\\", 10_000),  # (2 × 10⁸)^½ = 14,142, and nothing above 10,000 is searched
        ("%a%a%b", "\\", 843),  # (6 × 10⁸)^⅓
        ("%%%b", "\\", 843),
        (r"%a%a%b\%%", "\\", 843),
        ("%a%a!%%b", "!", 843),
        ("%a%a!%b", "!", 10_000),
        ("%a%a%a%b%", "\\", 221),  # (24 × 10⁸)^¼
    ],
)
def test_the_longest_text_is_as_short_as_the_ways_are_many(pattern: str, escape: str, longest: int) -> None:
    assert longest_liked(pattern, escape) == longest


@pytest.mark.parametrize("tries", [3, 4, 10, 100, 999])
def test_no_text_has_more_ways_than_may_be_tried(tries: int) -> None:
    longest = longest_liked("%a" * tries + "b")
    assert longest is not None
    assert comb(longest, tries) <= MAXIMUM_WAYS
