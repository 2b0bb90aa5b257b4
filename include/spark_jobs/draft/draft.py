"""A drafted product: what was read, and what it seems to be."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from spark_jobs.draft.guess import Guess, guess
from spark_jobs.draft.keys import DESCRIBES, key_of
from spark_jobs.draft.naming import column_names
from spark_jobs.draft.sample import Sample

WORD = re.compile(r"[a-z][a-z0-9_]*")
NO_TEXT = ("true", "false", "null")
"""Words that YAML 1.2 reads as something else."""

SETTLE = "Whatever is marked 'decide' is a guess for a person to settle."


@dataclass(frozen=True)
class Draft:
    """What contract and ruleset are written from.

    :param product: name of the product
    :param owner: who answers for it
    :param sample: what was read
    :param names: header → name in our tables
    :param guesses: header → what the column seems to be
    :param key: headers of the key's columns
    """

    product: str
    owner: str
    sample: Sample
    names: dict[str, str]
    guesses: dict[str, Guess]
    key: tuple[str, ...]

    @classmethod
    def of(cls, product: str, owner: str, sample: Sample) -> Draft:
        """Look at every column."""
        guesses = {header: guess(header, values, sample.types.get(header)) for header, values in sample.columns.items()}
        names = column_names(sample.columns)
        return cls(product, owner, sample, names, guesses, key_of(names, guesses, sample.columns, sample.rows))

    def method(self, header: str) -> str | None:
        """How a column that looks personal is hidden; None for the others."""
        guess = self.guesses[header]
        if guess.personal is None:
            return None
        if guess.type in ("date", "timestamp"):
            return "generalise"
        return "redact" if guess.personal.kind.name in DESCRIBES else "tokenise"


def quoted(text: str) -> str:
    """A text as YAML reads it back, whatever it holds."""
    if WORD.fullmatch(text) and text not in NO_TEXT:
        return text
    written = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in written)


def comment(*decisions: str) -> str:
    """What a person decides, behind a line; nothing where there is nothing."""
    told = "; ".join(one_line(decision) for decision in decisions if decision)
    return f"  # decide: {told}" if told else ""


def one_line(text: str) -> str:
    """A text that can stand in a comment."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
