"""Regular expressions from people: refused where a text can make them search without end, bound where it can be long.

Java's matcher, as most, tries one way after the other. Where a repeated part can read the same text in two ways, as in
``(a+)+$``, the ways double with every character, and thirty characters keep a job busy for hours. Whether a pattern is
of that sort can be decided: read as an automaton of its character positions (Glushkov), it is when some position leads
back to itself over one text by two different ways (Weber and Seidl 1991, On the degree of ambiguity of finite automata,
criterion EDA).
"""

from __future__ import annotations

import re
from math import factorial
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from groundwork.spec.ambiguity import Automaton, Characters, degree, doubles
from groundwork.spec.java_pattern import as_python

MAXIMUM_LENGTH = 1_000
MAXIMUM_SEARCHED = 10_000
"""Bytes of a text that is searched, by whatever pattern."""
MAXIMUM_WAYS = 100_000_000
STACK_BYTES = 2_000
UNROLLED = 8
"""A part that is repeated up to more often than this counts as repeated without end."""
_LAST = 0x10FFFF
_BEGINNINGS = ((ops.AT, ops.AT_BEGINNING), (ops.AT, ops.AT_BEGINNING_STRING))
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_WORD = ((48, 57), (65, 90), (95, 95), (97, 122))
_CATEGORIES: dict[Any, Characters] = {
    ops.CATEGORY_DIGIT: ((48, 57),),
    ops.CATEGORY_SPACE: ((9, 13), (32, 32)),
    ops.CATEGORY_WORD: _WORD,
}
_NEGATED = {
    ops.CATEGORY_NOT_DIGIT: ops.CATEGORY_DIGIT,
    ops.CATEGORY_NOT_SPACE: ops.CATEGORY_SPACE,
    ops.CATEGORY_NOT_WORD: ops.CATEGORY_WORD,
}


def checked_pattern(text: str) -> str:
    """The pattern as it stands.

    :param text: a regular expression as Java reads it
    :raises ValueError: it cannot be read, refers back to a group, or can search without end
    """
    if len(text) > MAXIMUM_LENGTH:
        raise ValueError(f"the pattern is longer than {MAXIMUM_LENGTH} characters; split it into two rules")
    try:
        tree = parser.parse(as_python(text))
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"pattern {text!r} is no regular expression: {error}") from error
    if any(doubles(automaton) for automaton in _automata(tree)):
        raise ValueError(
            f"pattern {text!r} can search without end: a part that repeats can read the same text in two ways; "
            "let what repeats begin or end with a character that the rest of it does not read"
        )
    return text


def longest_searched(text: str) -> int:
    """Bytes of the longest text that a rule searches for a checked pattern."""
    return min(MAXIMUM_SEARCHED, _longest(text))


def longest_judged(text: str) -> int | None:
    """Bytes of the longest text that a check searches for a checked pattern; None: any text.

    A check judges as Great Expectations does, which searches whatever there is. So texts are bound only where the
    search takes more steps than they have characters, or more of the stack.
    """
    longest = _longest(text)
    return None if longest >= MAXIMUM_WAYS else min(MAXIMUM_SEARCHED, longest)


def _longest(text: str) -> int:
    """Bytes of the longest text that a search is sure to end in.

    Two things bound it. The ways that Java's matcher tries grow by a power of the text's length, as that of ``.*x.*y``
    by the third: ``MAXIMUM_WAYS`` of them take about a second. And a part that repeats and is more than one character
    it keeps on the stack for every repetition, where a text that is too long ends the JVM. Measured with a stack of
    1 MB and no compiled code: (a|b)* ends it at 1,203 characters, ((a|b)(c|d))* at 1,101, (?:(?:(?:a|b)|c)|d)* at 655.
    """
    tree = parser.parse(as_python(text))
    levels = _levels_repeated(tree)
    bounds = [STACK_BYTES // (levels + 1)] if levels else []
    for automaton in _automata(tree, searching=True):
        power = degree(automaton) + 1
        bounds.append(int((MAXIMUM_WAYS * factorial(power)) ** (1 / power)))
    return min(bounds)


def _automata(tree: Any, *, searching: bool = False) -> list[Automaton]:
    """The pattern's own automaton, and those of what it looks ahead or behind for.

    :param searching: as a search goes through them: anew from every character, and done once the end is reached
    """
    found = []
    for part in (tree, *_looked_at(tree)):
        automaton = Automaton()
        whole = _Reader(automaton, ignore_case=bool(tree.state.flags & re.IGNORECASE)).sequence(part)
        if searching:
            begins = bool(part) and part[0] in _BEGINNINGS
            if not begins:
                every = automaton.repeated(automaton.position(((0, _LAST),)))
                automaton.sequence([every, whole])
            if _conditions(part) == int(begins):
                automaton.end_at(whole.last)
        found.append(automaton)
    return found


def _conditions(tree: Any) -> int:
    """How many anchors and looks there are, by which a way can fail without reading on."""
    kinds = (ops.AT, ops.ASSERT, ops.ASSERT_NOT)
    # What reads nothing at all is how branches are kept apart.
    here = sum(op in kinds and not (op is ops.ASSERT and not value[1]) for op, value in tree)
    return here + sum(_conditions(part) for op, value in tree for part in _parts(op, value))


def _levels_repeated(tree: Any) -> int:
    """How deep the parts are nested that repeat without end and are more than one character."""
    found = [0]
    for op, value in tree:
        if op in _REPEATS and value[1] > UNROLLED and not _is_character(value[2]):
            found.append(1 + _levels(value[2]))
        found += [_levels_repeated(part) for part in _parts(op, value)]
    return max(found)


def _levels(tree: Any) -> int:
    """How deep groups and choices are nested; a choice takes twice as much of the stack."""
    found = [0]
    for op, value in tree:
        own = 2 if op is ops.BRANCH else 1 if op is ops.SUBPATTERN else 0
        found += [own + _levels(part) for part in _parts(op, value)]
    return max(found)


def _is_character(tree: Any) -> bool:
    return len(tree) == 1 and not _parts(*tree[0])


def _parts(op: Any, value: Any) -> list[Any]:
    """The patterns that a part of a pattern consists of; none where it is a character."""
    if op is ops.BRANCH:
        return list(value[1])
    if op is ops.ATOMIC_GROUP:
        return [value]
    return [value[-1]] if op in (ops.SUBPATTERN, ops.ASSERT, ops.ASSERT_NOT, *_REPEATS) else []


def _looked_at(tree: Any) -> list[Any]:
    """Patterns inside look-aheads and look-behinds, which are searched by themselves."""
    found = []
    for op, value in tree:
        parts = _parts(op, value)
        found += parts if op in (ops.ASSERT, ops.ASSERT_NOT) else []
        found += [inner for part in parts for inner in _looked_at(part)]
    return found


class _Reader:
    """Adds a parsed pattern to an automaton."""

    def __init__(self, automaton: Automaton, *, ignore_case: bool) -> None:
        self.automaton = automaton
        self.ignore_case = ignore_case

    def sequence(self, tree: Any) -> Any:
        return self.automaton.sequence([self._node(op, value) for op, value in tree])

    def _node(self, op: Any, value: Any) -> Any:
        if op is ops.BRANCH:
            return self.automaton.choice([self.sequence(branch) for branch in value[1]])
        if op in (ops.SUBPATTERN, ops.ATOMIC_GROUP):
            return self.sequence(value[-1] if op is ops.SUBPATTERN else value)
        if op in _REPEATS:
            return self._repeat(*value)
        if op in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
            return self.automaton.empty()
        return self.automaton.position(self._characters(op, value))

    def _repeat(self, least: int, most: Any, tree: Any) -> Any:
        copies = [self.sequence(tree) for _ in range(min(int(least), UNROLLED))]
        if most > UNROLLED:
            copies.append(self.automaton.repeated(self.sequence(tree)))
        else:
            copies += [self.automaton.optional(self.sequence(tree)) for _ in range(int(most) - int(least))]
        return self.automaton.sequence(copies)

    def _characters(self, op: Any, value: Any) -> Characters:
        if op is ops.ANY:
            return ((0, _LAST),)
        if op is ops.NOT_LITERAL:
            return _without(self._characters(ops.LITERAL, value))
        if op is ops.CATEGORY:
            return _CATEGORIES[value] if value in _CATEGORIES else _without(_CATEGORIES[_NEGATED[value]])
        if op is ops.IN:
            negated = value[0][0] is ops.NEGATE
            parts = [part for item in value[negated:] for part in self._characters(*item)]
            return _without(tuple(parts)) if negated else tuple(parts)
        low, high = value if op is ops.RANGE else (value, value)
        return ((low, high), *self._other_case(low, high)) if self.ignore_case else ((low, high),)

    def _other_case(self, low: int, high: int) -> Characters:
        moved = [(max(low, start) + by, min(high, start + 25) + by) for start, by in ((65, 32), (97, -32))]
        return tuple((first, last) for first, last in moved if first <= last)


def _without(characters: Characters) -> Characters:
    """All characters but these."""
    left, following = [], 0
    for low, high in sorted(characters):
        if low > following:
            left.append((following, low - 1))
        following = max(following, high + 1)
    return (*left, (following, _LAST)) if following <= _LAST else tuple(left)
