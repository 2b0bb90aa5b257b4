"""Proposes what kind of personal data a column holds.

Names and contents both count. A proposal is no decision: the contract declares, and where the two disagree a person
looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from spark_jobs.classification.checked import identifiers
from spark_jobs.classification.column_name import ColumnName, Says
from spark_jobs.classification.contacts import contacts
from spark_jobs.classification.dates import births
from spark_jobs.classification.finding import Content
from spark_jobs.classification.kinds import KINDS, Kind
from spark_jobs.classification.persons import persons
from spark_jobs.classification.places import addresses
from spark_jobs.classification.texts import texts

PROPOSED = 0.7
"""Confidence from which on a kind is proposed."""
MAXIMUM_VALUES = 2_000
"""Values of a column worth sampling."""
LOOKED_AT = 400
"""Distinct values that are looked at: a share is then known to 2.5 points (standard error)."""
MINIMUM_VALUES = 3
LONGEST = 1_000
WEIGHT: dict[Says, float] = {"nothing": 1.0, "something_else": 0.95, "another_thing": 0.8}
"""What is left of the confidence in the contents alone, by what the name says instead."""


@dataclass(frozen=True)
class Classification:
    """A proposal.

    :param kind: the kind of personal data
    :param confidence: 0–1
    :param values: distinct values that were looked at
    :param content: how they fit
    :param phrase: the words of the column's name that say so; None where it does not
    """

    kind: Kind
    confidence: float
    values: int
    content: Content
    phrase: str | None

    @property
    def evidence(self) -> str:
        """The reason, for people; it shows no value."""
        told = f"{self.content.share:.0%} of {self.values:,} values {self.content.because}"
        return f"{told}; the name says '{self.phrase}'" if self.phrase else told


def classify(name: str, values: Sequence[str | None]) -> Classification | None:
    """The kind of personal data that a column most probably holds; None for nothing personal.

    :param name: the column's name
    :param values: some of its values as text; blanks are passed over
    """
    present = (value.strip()[:LONGEST] for value in values if value)
    seen = [value for value in dict.fromkeys(present) if value]
    if len(seen) < MINIMUM_VALUES:
        return None
    chosen = seen[:: max(1, len(seen) // LOOKED_AT)][:LOOKED_AT]
    column = ColumnName.of(name)
    found = [_weighed(column, content, len(chosen)) for content in _contents(chosen)]
    best = max(found, key=lambda item: item.confidence, default=None)
    return best if best and best.confidence >= PROPOSED else None


def _contents(values: Sequence[str]) -> Iterator[Content]:
    """All that the values look like, in the order of ``KINDS`` as far as it matters."""
    return chain(
        identifiers(values), contacts(values), births(values), persons(values), addresses(values), texts(values)
    )


def _weighed(column: ColumnName, content: Content, values: int) -> Classification:
    kind = KINDS[content.kind]
    phrase = column.phrase(kind.name)
    if phrase:
        base = kind.named
    elif content.telling:
        base = kind.alone * WEIGHT[column.says(kind.name)]
    else:
        base = 0.0
    return Classification(kind, round(base * content.share, 3), values, content, phrase)
