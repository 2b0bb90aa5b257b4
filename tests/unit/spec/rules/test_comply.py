"""What a comply rule may not say: each method has options of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("columns: [a]", "method"),
        ("columns: [a], method: hide", "'redact', 'mask', 'tokenise', 'generalise', 'remove', 'retain', 'consent'"),
        ("columns: [], method: redact", "at least 1 item"),
        ("columns: [a], method: redact, keepLast: 4", "Extra inputs are not permitted"),
        ("columns: [a], method: mask, keepLast: -1", "greater than or equal to 0"),
        ("columns: [a], method: mask, character: xx", "at most 1 character"),
        ("columns: [a], method: mask, pattern: '(a+)+b'", "can search without end"),
        ("columns: [a], method: mask, pattern: '('", "is no regular expression"),
        ("columns: [a], method: generalise", "write exactly one of bandWidth, prefixLength and to"),
        ("columns: [a], method: generalise, to: year, prefixLength: 2", "write exactly one of bandWidth"),
        ("columns: [a], method: generalise, bandWidth: 0", "greater than 0"),
        ("columns: [a], method: generalise, to: week", "'month', 'quarter' or 'year'"),
        ("method: retain, column: a, days: 0", "greater than 0"),
        ("method: retain, columns: [a], days: 1", "Extra inputs are not permitted"),
        ("method: consent, given: a, purpose: 'x,y'", "holds the separator ','; write one rule a purpose"),
        ("method: consent, given: a, purpose: x, columns: [a]", "says what was agreed to and cannot be covered by it"),
    ],
)
def test_what_it_may_not_say(refused: Callable[[str], str], options: str, words: str) -> None:
    assert words in refused(f"{{name: r, kind: comply, {options}}}")
