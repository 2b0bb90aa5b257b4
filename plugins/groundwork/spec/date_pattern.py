"""What Spark can read a date or a time by."""

from __future__ import annotations

import re

DATE_LETTERS = "GyMLdDQqahHkKmsSVzOXx"
"""What Spark can read in a date-time pattern."""

# Letter → how often it may stand in a row; where the letter is not named, once or twice.
_RUNS = {
    "G": range(1, 5),
    "y": range(1, 7),
    "M": range(1, 5),
    "L": range(1, 5),
    "D": range(1, 4),
    "Q": range(1, 5),
    "q": range(1, 5),
    "a": (1,),
    "S": range(1, 10),
    "V": (2,),
    "z": range(1, 5),
    "O": (1, 4),
    "X": range(1, 6),
    "x": range(1, 6),
}


def unreadable(pattern: str) -> str:
    """What of a date-time pattern Spark would refuse when it reads with it; empty where it would not."""
    if not pattern or pattern.count("'") % 2:
        return pattern
    unquoted = re.sub(r"'[^']*'", "", pattern)
    if unknown := set(re.findall(r"[A-Za-z#{}]", unquoted)) - set(DATE_LETTERS):
        return "".join(sorted(unknown))
    runs = (found[0] for found in re.finditer(r"([A-Za-z])\1*", unquoted))
    if wrong := [run for run in runs if len(run) not in _RUNS.get(run[0], (1, 2))]:
        return wrong[0]
    return "" if re.fullmatch(r"[^][]*(\[[^][]*\][^][]*)*", unquoted) else pattern
