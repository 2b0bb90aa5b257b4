"""What an augment rule may not say."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("", "write exactly one of expression, buckets, datePart and surrogateKey"),
        ("expression: a + 1, datePart: {of: a, part: year}", "write exactly one of expression"),
        ("expression: rand()", "calls rand(), which may not stand in a rule"),
        ("buckets: {of: a, edges: [2, 1], labels: [x, y, z]}", "edges do not rise"),
        ("buckets: {of: a, edges: [1, 1], labels: [x, y, z]}", "edges do not rise"),
        ("buckets: {of: a, edges: [1, 2], labels: [x, y]}", "2 edges make 3 ranges; write a label for each of them"),
        ("buckets: {of: a, edges: [], labels: [x]}", "at least 1 item"),
        ("datePart: {of: a, part: century}", "Input should be 'year', 'quarter'"),
        ("datePart: {of: a, part: hour, timeZone: Mars/Base}", "'Mars/Base' is no time zone; write its name"),
        ("surrogateKey: {of: []}", "at least 1 item"),
        ("surrogateKey: {of: [a], digest: md5}", "'sha256' or 'xxhash64'"),
        ("surrogateKey: {of: [a], salt: x}", "Extra inputs are not permitted"),
    ],
)
def test_what_it_may_not_say(refused: Callable[[str], str], options: str, words: str) -> None:
    assert words in refused(f"{{name: r, kind: augment, column: y, {options}}}")
