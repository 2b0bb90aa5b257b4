"""How values are spread: quantiles, histogram, the most frequent ones, shapes of texts. Plain Python over counts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from groundwork.spec.profile import Distribution, Histogram, Quantile, ValueCount
from spark_jobs.profile.values import at, position, text

SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
BINS = 20
SINGLE = 40
"""Whole numbers and days that lie no further apart have a bin each."""
TOP = 10
WRITTEN_OUT = 24
"""Characters up to which the shape of a text has one sign a character."""


def distribution(counts: Mapping[Any, int], rows: int, *, ordered: bool, exact: bool) -> Distribution:
    """The distribution of values that were counted.

    :param counts: value → rows
    :param rows: rows that were looked at, nulls included
    :param ordered: numbers and times, which have quantiles and a histogram; the others are texts or truth values
    :param exact: all rows were looked at
    """
    in_order = sorted(counts.items()) if ordered else []
    texts = {value: count for value, count in counts.items() if isinstance(value, str)}
    return Distribution(
        rows=rows,
        rank_error=0.0 if exact else rank_error(sum(counts.values())),
        quantiles=quantiles(in_order),
        histogram=histogram(in_order),
        top_values=top(_repeated(counts)),
        patterns=top(patterns(texts)),
    )


def rank_error(values: int) -> float:
    """How far a drawn quantile's share may be off, with 95 % probability: the inequality of Dvoretzky, Kiefer and
    Wolfowitz with Massart's constant (https://doi.org/10.1214/aop/1176990746).

    :param values: how many were drawn
    """
    return round(min(1.0, math.sqrt(math.log(2 / 0.05) / (2 * values))), 4) if values else 0.0


def quantiles(in_order: Sequence[tuple[Any, int]]) -> tuple[Quantile, ...]:
    """The smallest value that each share of the values does not exceed (definition 1 of Hyndman and Fan).

    :param in_order: values with their counts, the least first
    """
    total = sum(count for _, count in in_order)
    found, seen, place = [], 0, -1
    for share in SHARES if total else ():
        while seen < share * total:
            place += 1
            seen += in_order[place][1]
        found.append(Quantile(share=share, value=text(in_order[place][0])))
    return tuple(found)


def histogram(in_order: Sequence[tuple[Any, int]]) -> Histogram | None:
    """At most ``BINS`` bins of one width; of whole numbers and days one each where they are few, else of whole width.

    :param in_order: values with their counts, the least first
    """
    if not in_order:
        return None
    places = [(position(value), count) for value, count in in_order]
    (least, _), (greatest, _) = places[0], places[-1]
    if not math.isfinite(greatest - least):
        return None
    whole = isinstance(least, int) and isinstance(greatest, int)
    reach = greatest - least + (1 if whole else 0)
    width = (1 if reach <= SINGLE else -(-reach // BINS)) if whole else reach / BINS
    bins = -(-reach // width) if whole else (BINS if width else 1)
    counts = [0] * int(bins)
    for place, count in places:
        counts[min(int((place - least) // width), len(counts) - 1) if width else 0] += count
    edges = [least + number * width for number in range(len(counts) + 1)]
    if not whole:
        edges[-1] = greatest
    return Histogram(edges=tuple(at(edge, in_order[0][0]) for edge in edges), counts=tuple(counts))


def top(counts: Mapping[str, int]) -> tuple[ValueCount, ...]:
    """The most frequent, of equals the first in the alphabet."""
    chosen = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    return tuple(ValueCount(value=value, count=count) for value, count in chosen)


def _repeated(counts: Mapping[Any, int]) -> Counter[str]:
    """Text → rows, of values that stand more than once: no other is frequent."""
    found: Counter[str] = Counter()
    for value, count in counts.items():
        if count > 1:
            found[text(value)] += count
    return found


def patterns(counts: Mapping[str, int]) -> Counter[str]:
    """Shape → rows.

    :param counts: text → rows
    """
    found: Counter[str] = Counter()
    for value, count in counts.items():
        found[pattern(value)] += count
    return found


def pattern(value: str) -> str:
    """The shape of a text: ``AB 12`` has ``AA 99``."""
    shape = "".join(map(_sign, value)) if not value.isascii() else value.translate(_ASCII)
    return shape if len(shape) <= WRITTEN_OUT else text(re.sub(r"([Aa9])\1+", r"\1+", shape))


def _sign(character: str) -> str:
    if character.isdigit():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character


_ASCII = {number: _sign(chr(number)) for number in range(128)}
