"""What a column's name says about its values, in many languages."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from spark_jobs.classification.phrases import (
    GENERIC,
    NATIONAL_ID,
    NOT_PERSONAL,
    OF_A_STATE,
    PHRASES,
    QUALIFIERS,
)
from spark_jobs.classification.plain_text import plain

Says = Literal["so", "nothing", "something_else", "another_thing"]
LONG = 6
"""Letters from which on a phrase is also found inside a word (geburtsdatum in kundengeburtsdatum)."""

_WORDS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class ColumnName:
    """A column's name, taken apart.

    :param spaced: its words, each between spaces
    :param joined: its words without spaces
    """

    spaced: str
    joined: str

    @classmethod
    def of(cls, name: str) -> ColumnName:
        """Words are parted by case, digits and everything that is no letter."""
        words = [plain(word) for word in _WORDS.findall(_CAMEL.sub(" ", name))]
        return cls(f" {' '.join(words)} ", "".join(words))

    def phrase(self, kind: str) -> str | None:
        """The first phrase for a kind of personal data that the name holds; None where a word turns its meaning."""
        if not QUALIFIERS.isdisjoint(self.spaced.split()):
            return None
        return self._first(_phrases()[kind])

    def says(self, kind: str) -> Says:
        """Whether the name says that its values are of this kind.

        ``nothing``: every word is as general as ``column`` or ``value``. ``another_thing``: a word names something that
        is not of this kind, such as an order or a price.
        """
        if self.phrase(kind):
            return "so"
        if all(word in GENERIC for word in self.spaced.split()):
            return "nothing"
        return "another_thing" if self._first(_not_personal()) else "something_else"

    def _first(self, phrases: tuple[tuple[str, str], ...]) -> str | None:
        for phrase, joined in phrases:
            if f" {phrase} " in self.spaced:
                return phrase
            if (len(joined) >= LONG or not joined.isascii()) and joined in self.joined:
                return phrase
        return None


@functools.cache
def _phrases() -> Mapping[str, tuple[tuple[str, str], ...]]:
    general = f", {NATIONAL_ID}"
    return {kind: _split(text + (general if kind in OF_A_STATE else "")) for kind, text in PHRASES.items()}


@functools.cache
def _not_personal() -> tuple[tuple[str, str], ...]:
    return _split(NOT_PERSONAL)


def _split(text: str) -> tuple[tuple[str, str], ...]:
    phrases = [plain(" ".join(phrase.split())) for phrase in text.split(",")]
    return tuple((phrase, phrase.replace(" ", "")) for phrase in phrases if phrase)
