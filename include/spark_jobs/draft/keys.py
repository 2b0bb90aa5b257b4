"""Which columns may be the key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

from spark_jobs.draft.guess import Guess

NAMED = re.compile(r"(^|_)(id|key|no|nr|num|number|code|uuid|ref)(_|$)")
KEY_TYPES = ("string", "int", "bigint", "date", "timestamp")
PAIRS_OF = 8
"""Columns of which pairs are tried."""


def key_of(
    names: Mapping[str, str], guesses: Mapping[str, Guess], columns: Mapping[str, Sequence[str | None]], rows: int
) -> tuple[str, ...]:
    """Headers of the column, or of the two, that have a value in every row and none twice; empty where none do.

    Names that sound like a key come first, then the order of the file.

    :param names: header → name
    :param guesses: header → what the column seems to be
    :param columns: header → values
    :param rows: number of rows
    """
    whole = [
        header for header, guess in guesses.items() if rows > 1 and not guess.nulls and guess.type in KEY_TYPES
    ]  # fmt: skip
    whole.sort(key=lambda header: NAMED.search(names[header]) is None)
    for header in whole:
        if guesses[header].distinct == rows:
            return (header,)
    varied = sorted(whole, key=lambda header: -guesses[header].distinct)[:PAIRS_OF]
    for pair in combinations(varied, 2):
        possible = guesses[pair[0]].distinct * guesses[pair[1]].distinct >= rows
        if possible and len(set(zip(columns[pair[0]], columns[pair[1]], strict=True))) == rows:
            return pair
    return ()
