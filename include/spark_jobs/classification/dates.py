"""Looks for dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from spark_jobs.classification.finding import Content, share

DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\.?|\d{1,2}[-/. ]\s?\d{1,2}[-/. ]\s?\d{4}\.?|(18[89]|19\d|20[0-4])\d[01]\d[0-3]\d"
    r"|\d{1,2}[. -]{1,2}[^\W\d_]{3,12}\.?[ -]\d{4}|[^\W\d_]{3,12}\.? \d{1,2},? \d{4}|\d{4}年\d{1,2}月\d{1,2}日)"
    r"([ T]00:00(:00(\.0+)?)?(Z|[+-]00:?00)?)?"
)
YEAR = re.compile(r"(?<!\d)(18[89]\d|19\d\d|20[0-4]\d)")
NEW_YEAR = re.compile(r"-01-01(?!\d)|^0?1[./]0?1[./]")
"""Days that are left of births where only the year is kept, as a comply rule does."""
OLDEST = 120
"""Years that a person lives at most."""
SPREAD = 35
"""Years between an early and a late date (5 % and 95 % of them), from which on they look like a population's births."""
TELLING_VALUES = 30


def births(values: Sequence[str]) -> Iterator[Content]:
    """Dates without a time of day that people may have been born on.

    :param values: distinct values, trimmed
    """
    found = share(DATE.fullmatch, values)
    if found < 0.8 or share(NEW_YEAR.search, values) > 0.95:
        return
    years = sorted(int(match[1]) for value in values if (match := YEAR.search(value)))
    now = datetime.now(UTC).year
    if len(years) < 0.8 * len(values) or years[-1] > now or years[0] < now - OLDEST - 10:
        return
    spread = years[int(0.95 * (len(years) - 1))] - years[int(0.05 * (len(years) - 1))]
    telling = len(years) >= TELLING_VALUES and spread >= SPREAD
    yield Content("date_of_birth", found, telling, because=f"are dates from {years[0]} to {years[-1]}")
