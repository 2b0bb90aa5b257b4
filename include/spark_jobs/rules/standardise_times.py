"""Dates and times by explicit formats; what is ambiguous is null."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.rules.standardise_forms import DateForm, TimestampForm, has_offset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column

# Further from a change of the clocks than any clock was ever turned back.
PAST_ANY_CHANGE = 25 * 3600 * 1_000_000


def as_date(form: DateForm, text: Column) -> Column:
    """The day as ``yyyy-MM-dd``; null where no format reads the text, or two read different days."""
    return _agreed([_parsed(text, pattern).cast("date") for pattern in form.formats]).cast("string")


def as_timestamp(form: TimestampForm, text: Column) -> Column:
    """The moment in UTC as ``yyyy-MM-ddTHH:mm:ssZ``, with decimals of the second where there are any.

    Null where no format reads the text, two read different moments, or the zone's clocks showed it never or twice.
    """
    from pyspark.sql import functions as F  # noqa: N812

    moments = []
    for pattern in form.formats:
        parsed = _parsed(text, pattern)
        zoned = has_offset(pattern) or form.time_zone == "UTC"
        moments.append(parsed if zoned else _shown_once(parsed, form.time_zone))
    written = F.translate(_agreed(moments).cast("string"), " ", "T")
    return F.concat(written, F.lit("Z"))


def _parsed(text: Column, pattern: str) -> Column:
    """Years of four digits only: arithmetic with moments far off would overflow and end the job."""
    from pyspark.sql import functions as F  # noqa: N812

    parsed = F.try_to_timestamp(text, F.lit(pattern))
    return F.when(F.year(parsed).between(1, 9999), parsed)


def _agreed(values: Sequence[Column]) -> Column:
    """The one value that all of these have which have one."""
    from pyspark.sql import functions as F  # noqa: N812

    if len(values) == 1:
        return values[0]
    lowest, highest = F.array_min(F.array(*values)), F.array_max(F.array(*values))
    return F.when(lowest == highest, lowest)


def _shown_once(shown: Column, zone: str) -> Column:
    """The moment at which the zone's clocks showed this time; null where they never did, or did twice.

    Spark takes the earlier of two moments. The later one is what follows from the offset that the zone has a day on.
    """
    from pyspark.sql import functions as F  # noqa: N812

    def clock(moment: Column) -> Column:
        return F.from_utc_timestamp(moment, zone)

    earlier = F.to_utc_timestamp(shown, zone)
    after = F.unix_micros(earlier) + F.lit(PAST_ANY_CHANGE)
    offset = F.unix_micros(clock(F.timestamp_micros(after))) - after
    later = F.timestamp_micros(F.unix_micros(shown) - offset)
    twice = (later != earlier) & (clock(later) == shown)
    return F.when((clock(earlier) == shown) & ~twice, earlier)
