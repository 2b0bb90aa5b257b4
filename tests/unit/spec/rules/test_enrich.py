"""What an enrich rule may not say."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("missing: default", "missing: default and defaults go together; write both or neither"),
        ("defaults: {n: x}", "missing: default and defaults go together"),
        ("missing: default, defaults: {m: x}", "gives 'm' a default but does not take it; name it under take"),
        ("missing: ignore", "'keep', 'default', 'quarantine', 'drop', 'warn' or 'fail'"),
        ("maximumAgeHours: 0", "greater than 0"),
    ],
)
def test_what_it_may_not_say(refused: Callable[[str], str], options: str, words: str) -> None:
    assert words in refused(f"{{name: r, kind: enrich, product: p, match: {{a: b}}, take: {{n: c}}, {options}}}")
