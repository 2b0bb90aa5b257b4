"""Automata of character positions, and how the ways through one grow with a text's length.

Weber and Seidl 1991, On the degree of ambiguity of finite automata.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TypeVar

Characters = tuple[tuple[int, int], ...]
"""Code points as ranges, both ends included."""
Pair = tuple[int, int]
Three = tuple[int, int, int]
Node = TypeVar("Node", bound=Hashable)
MAXIMUM_POSITIONS = 250


@dataclass(frozen=True)
class Part:
    """A part of a pattern: the positions that it can begin and end with, and whether it can be empty."""

    first: frozenset[int]
    last: frozenset[int]
    nullable: bool


class Automaton:
    """Glushkov's automaton: one state a character position of the pattern.

    ``follows`` counts in how many ways the pattern's form leads from one position to the next: two in ``(a*)*``, by the
    inner and the outer star, which a plain set would not tell.
    """

    def __init__(self) -> None:
        self.characters: list[Characters] = []
        self.follows: Counter[Pair] = Counter()

    def empty(self) -> Part:
        """What reads nothing."""
        return Part(frozenset(), frozenset(), nullable=True)

    def position(self, characters: Characters) -> Part:
        """One character out of a set.

        :raises ValueError: the pattern has too many positions to be judged
        """
        if len(self.characters) == MAXIMUM_POSITIONS:
            raise ValueError(
                f"the pattern has more than {MAXIMUM_POSITIONS} character positions; split it into two rules"
            )
        self.characters.append(characters)
        here = frozenset({len(self.characters) - 1})
        return Part(here, here, nullable=False)

    def end_at(self, places: Iterable[int]) -> None:
        """Nothing is read behind these positions."""
        for before, after in product(places, range(len(self.characters))):
            self.follows.pop((before, after), None)

    def following(self) -> dict[int, list[int]]:
        """Position → those that follow it."""
        found: dict[int, list[int]] = {place: [] for place in range(len(self.characters))}
        for before, after in self.follows:
            found[before].append(after)
        return found

    def common(self, *places: int) -> bool:
        """Whether some character is read at all of these positions."""
        left = self.characters[places[0]]
        for place in places[1:]:
            left = tuple(
                (max(low, from_), min(high, to))
                for low, high in left
                for from_, to in self.characters[place]
                if low <= to and from_ <= high
            )
        return bool(left)

    def choice(self, parts: Sequence[Part]) -> Part:
        """Any of the parts."""
        first = frozenset().union(*(part.first for part in parts))
        last = frozenset().union(*(part.last for part in parts))
        return Part(first, last, any(part.nullable for part in parts))

    def sequence(self, parts: Iterable[Part]) -> Part:
        """One part after the other."""
        whole = self.empty()
        for part in parts:
            self.follows.update(product(whole.last, part.first))
            whole = Part(
                whole.first | part.first if whole.nullable else whole.first,
                whole.last | part.last if part.nullable else part.last,
                whole.nullable and part.nullable,
            )
        return whole

    def repeated(self, part: Part) -> Part:
        """The part any number of times."""
        self.follows.update(product(part.last, part.first))
        return self.optional(part)

    def optional(self, part: Part) -> Part:
        """The part or nothing."""
        return Part(part.first, part.last, nullable=True)


def doubles(automaton: Automaton) -> bool:
    """Whether some position leads back to itself over one text by two different ways (criterion EDA)."""
    cycling = _cycling(automaton)
    if any(automaton.follows[place, after] > 1 for place, found in cycling.items() for after in found):
        return True

    def both(pair: Pair) -> list[Pair]:
        return [found for found in product(cycling[pair[0]], cycling[pair[1]]) if automaton.common(*found)]

    pairs = _rings([(place, place) for place in cycling], both)
    alike = {pairs[place, place] for place in cycling}
    return any(found in alike for (left, right), found in pairs.items() if left != right)


def degree(automaton: Automaton) -> int:
    """The power of a text's length that the ways through it grow by; of an automaton whose ways do not double.

    A step of the chain leads from a position to another, each of which leads back to itself, all three over one text
    (criterion IDA, and the longest chain of such steps).
    """
    following = automaton.following()
    reached = {place: _reached(place, following.__getitem__) for place in following}
    rings = [place for place in following if place in reached[place]]
    steps = [
        (before, after)
        for before, after in product(rings, rings)
        if before != after and after in reached[before] and _at_once(automaton, following, before, after)
    ]

    @cache
    def longest(place: int) -> int:
        return max((1 + longest(after) for before, after in steps if before in reached[place] | {place}), default=0)

    return max(map(longest, following), default=0)


def _at_once(automaton: Automaton, following: Mapping[int, Sequence[int]], before: int, after: int) -> bool:
    """Whether one text leads from the one to itself and to the other, and from the other to itself."""

    def together(three: Three) -> list[Three]:
        one, two, other = (following[place] for place in three)
        return [found for found in product(one, two, other) if automaton.common(*found)]

    return (before, after, after) in _reached((before, before, after), together)


def _reached(start: Node, following: Callable[[Node], Sequence[Node]]) -> set[Node]:
    """What can be reached in one step or more."""
    found: set[Node] = set()
    work = [start]
    while work:
        for after in following(work.pop()):
            if after not in found:
                found.add(after)
                work.append(after)
    return found


def _cycling(automaton: Automaton) -> dict[int, list[int]]:
    """Position → those that follow it on a way back to it."""
    following = automaton.following()
    ring = _rings(following, following.__getitem__)
    return {place: [after for after in found if ring[after] == ring[place]] for place, found in following.items()}


def _rings(starts: Iterable[Node], following: Callable[[Node], Sequence[Node]]) -> dict[Node, int]:
    """Node → number of its strongly connected component, of all that can be reached (Tarjan, without recursion)."""
    order: dict[Node, int] = {}
    lowest: dict[Node, int] = {}
    ring: dict[Node, int] = {}
    open_: list[Node] = []
    for start in starts:
        work = [] if start in order else [(start, iter(following(start)))]
        if work:
            order[start] = lowest[start] = len(order)
            open_.append(start)
        while work:
            node, rest = work[-1]
            for after in rest:
                if after not in order:
                    order[after] = lowest[after] = len(order)
                    open_.append(after)
                    work.append((after, iter(following(after))))
                    break
                if after not in ring:
                    lowest[node] = min(lowest[node], order[after])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == order[node]:
                    _close(node, open_, ring)
    return ring


def _close(node: Node, open_: list[Node], ring: dict[Node, int]) -> None:
    number = len(ring)
    while True:
        member = open_.pop()
        ring[member] = number
        if member == node:
            return
