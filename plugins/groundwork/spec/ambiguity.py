"""Automata of character positions, and whether the ways through one double with every character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

Characters = tuple[tuple[int, int], ...]
"""Code points as ranges, both ends included."""
Pair = tuple[int, int]
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
    """Whether some position leads back to itself over one text by two different ways."""
    following: dict[int, list[int]] = {place: [] for place in range(len(automaton.characters))}
    for before, after in automaton.follows:
        following[before].append(after)
    ring = _rings(following, following.__getitem__)
    cycling = {place: [after for after in found if ring[after] == ring[place]] for place, found in following.items()}
    if any(automaton.follows[place, after] > 1 for place, found in cycling.items() for after in found):
        return True

    def both(pair: Pair) -> list[Pair]:
        return [
            (left, right)
            for left, right in product(cycling[pair[0]], cycling[pair[1]])
            if _overlap(automaton.characters[left], automaton.characters[right])
        ]

    pairs = _rings([(place, place) for place in following], both)
    alike = {pairs[place, place] for place in following}
    return any(found in alike for (left, right), found in pairs.items() if left != right)


def _overlap(these: Characters, those: Characters) -> bool:
    return any(low <= other_high and other_low <= high for low, high in these for other_low, other_high in those)


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
