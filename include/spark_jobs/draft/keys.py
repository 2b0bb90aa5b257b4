"""Which columns may be the key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

from spark_jobs.draft.guess import Guess

NAMED = re.compile(r"(^|_)(id|key|no|nr|num|number|code|uuid|ref)(_|$)")
CODE = re.compile(r"[^\sa-z]+|\S*\d\S*")
"""A text as codes are written: without white space, and with a digit or without small letters."""
DESCRIBES = ("address", "personal_text", "person_name", "phone")
"""Kinds that say something of a person and do not tell one from all others."""
PARTS = ("int", "bigint", "date", "timestamp")
"""Types of columns that tell a key's rows apart, as an order's lines."""
PAIRS_OF = 8
"""Columns of which pairs are tried."""


def key_of(
    names: Mapping[str, str], guesses: Mapping[str, Guess], columns: Mapping[str, Sequence[str | None]], rows: int
) -> tuple[str, ...]:
    """Headers of the column, or of the two, that look like a key and are unique in every row; empty where none are.

    Columns whose names sound like a key come first, then codes, then days; else a pair with a column that sounds or
    looks like one. What merely is unique, as a name or an amount of a few rows often is, is not taken.

    :param names: header → name
    :param guesses: header → what the column seems to be
    :param columns: header → values
    :param rows: number of rows
    """
    whole = [header for header, guess in guesses.items() if rows > 1 and not guess.nulls and _tells_apart(guess)]
    named = [header for header in whole if _is_named(names[header], guesses[header])]
    codes = [header for header in whole if header not in named and _is_code(guesses[header], columns[header])]
    days = [header for header in whole if header not in named and guesses[header].type == "date"]
    for header in (*named, *codes, *days):
        if guesses[header].distinct == rows:
            return (header,)
    likely = {*named, *codes}
    parts = [header for header in whole if header in likely or guesses[header].type in PARTS]
    for pair in combinations(sorted(parts, key=lambda header: -guesses[header].distinct)[:PAIRS_OF], 2):
        possible = guesses[pair[0]].distinct * guesses[pair[1]].distinct >= rows and likely & {*pair}
        if possible and len(set(zip(columns[pair[0]], columns[pair[1]], strict=True))) == rows:
            return pair
    return ()


def _tells_apart(guess: Guess) -> bool:
    return guess.personal is None or guess.personal.kind.name not in DESCRIBES


def _is_named(name: str, guess: Guess) -> bool:
    return guess.type in ("string", *PARTS) and NAMED.search(name) is not None


def _is_code(guess: Guess, values: Sequence[str | None]) -> bool:
    return guess.type == "string" and all(CODE.fullmatch(value.strip()) for value in values if value)
