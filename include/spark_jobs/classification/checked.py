"""Looks for identifiers among a column's values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spark_jobs.classification.finding import Content, share
from spark_jobs.classification.identifiers import IDENTIFIERS, Identifier

FIRST = 40
"""Values that decide whether an identifier's form is worth looking for."""
LEAST_FORM = 0.6
LEAST = 0.8
"""Share of the values that must be valid."""
TELLING_VALUES = 10
"""Values from which on a checksum is no accident: one digit in ten is right by chance."""


def identifiers(values: Sequence[str]) -> Iterator[Content]:
    """Identifiers that most of the values are.

    :param values: distinct values, trimmed
    """
    upper = [value.upper() for value in values]
    for identifier in IDENTIFIERS:
        if share(identifier.pattern.fullmatch, upper[:FIRST]) >= LEAST_FORM:
            found = _content(identifier, upper)
            if found.share >= LEAST:
                yield found


def _content(identifier: Identifier, values: Sequence[str]) -> Content:
    formed = [value for value in values if identifier.pattern.fullmatch(value)]
    valid = [value for value in formed if identifier.valid(value)]
    part = len(valid) / len(values)
    sure = len(values) >= TELLING_VALUES or not identifier.checksum
    told = sure and share(identifier.certain.fullmatch, valid[:FIRST]) >= LEAST
    because = "have its form and the right checksum" if identifier.checksum else "have its form"
    return Content(identifier.kind, part, told, because)
