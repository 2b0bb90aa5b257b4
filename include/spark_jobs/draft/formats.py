"""Ways to write dates and times, as Spark and Python name them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

DATE_WORDS = re.compile(r"date|dat|day|tag|fecha|jour|giorno|dia|dzien|time", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """One way.

    :param pattern: Spark's pattern
    :param form: what it looks like
    :param python: Python's pattern, by which a day that is none is told
    :param iso: whether Spark reads it without a pattern
    :param zoned: whether it names its time zone
    """

    pattern: str
    form: str
    python: str
    iso: bool = False
    zoned: bool = False

    @property
    def written(self) -> str | None:
        """What a contract says: nothing for ISO."""
        return None if self.iso else self.pattern

    def reads(self, text: str) -> bool:
        """Whether a text is a moment written so."""
        if not re.fullmatch(self.form, text):
            return False
        try:
            datetime.strptime(text, self.python)  # noqa: DTZ007 - only whether it reads
        except ValueError:
            return False
        return True


_TWO = r"\d{2}"
_ONE = r"\d{1,2}"
DATES = (
    Written("yyyy-MM-dd", r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d", iso=True),
    Written("dd.MM.yyyy", rf"{_TWO}\.{_TWO}\.\d{{4}}", "%d.%m.%Y"),
    Written("d.M.yyyy", rf"{_ONE}\.{_ONE}\.\d{{4}}", "%d.%m.%Y"),
    Written("MM/dd/yyyy", rf"{_TWO}/{_TWO}/\d{{4}}", "%m/%d/%Y"),
    Written("dd/MM/yyyy", rf"{_TWO}/{_TWO}/\d{{4}}", "%d/%m/%Y"),
    Written("M/d/yyyy", rf"{_ONE}/{_ONE}/\d{{4}}", "%m/%d/%Y"),
    Written("d/M/yyyy", rf"{_ONE}/{_ONE}/\d{{4}}", "%d/%m/%Y"),
    Written("yyyy/MM/dd", r"\d{4}/\d{2}/\d{2}", "%Y/%m/%d"),
    Written("dd-MM-yyyy", rf"{_TWO}-{_TWO}-\d{{4}}", "%d-%m-%Y"),
    Written("MM-dd-yyyy", rf"{_TWO}-{_TWO}-\d{{4}}", "%m-%d-%Y"),
    Written("yyyyMMdd", r"(19|20)\d{6}", "%Y%m%d"),
)
_CLOCK = r"\d{2}:\d{2}:\d{2}"
TIMES = (
    Written(
        "yyyy-MM-dd'T'HH:mm:ssX",
        rf"\d{{4}}-\d{{2}}-\d{{2}}T{_CLOCK}(Z|[+-]\d{{2}}:?\d{{2}})",
        "%Y-%m-%dT%H:%M:%S%z",
        iso=True,
        zoned=True,
    ),
    Written("yyyy-MM-dd HH:mm:ss", rf"\d{{4}}-\d{{2}}-\d{{2}} {_CLOCK}", "%Y-%m-%d %H:%M:%S", iso=True),
    Written("yyyy-MM-dd'T'HH:mm:ss", rf"\d{{4}}-\d{{2}}-\d{{2}}T{_CLOCK}", "%Y-%m-%dT%H:%M:%S", iso=True),
    Written("yyyy-MM-dd HH:mm:ss.S", rf"\d{{4}}-\d{{2}}-\d{{2}} {_CLOCK}\.\d{{1,6}}", "%Y-%m-%d %H:%M:%S.%f", iso=True),
    Written("yyyy-MM-dd HH:mm", r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", "%Y-%m-%d %H:%M"),
    Written("dd.MM.yyyy HH:mm:ss", rf"{_TWO}\.{_TWO}\.\d{{4}} {_CLOCK}", "%d.%m.%Y %H:%M:%S"),
    Written("dd.MM.yyyy HH:mm", rf"{_TWO}\.{_TWO}\.\d{{4}} \d{{2}}:\d{{2}}", "%d.%m.%Y %H:%M"),
    Written("MM/dd/yyyy HH:mm:ss", rf"{_TWO}/{_TWO}/\d{{4}} {_CLOCK}", "%m/%d/%Y %H:%M:%S"),
    Written("dd/MM/yyyy HH:mm:ss", rf"{_TWO}/{_TWO}/\d{{4}} {_CLOCK}", "%d/%m/%Y %H:%M:%S"),
    Written("MM/dd/yyyy HH:mm", rf"{_TWO}/{_TWO}/\d{{4}} \d{{2}}:\d{{2}}", "%m/%d/%Y %H:%M"),
    Written("dd/MM/yyyy HH:mm", rf"{_TWO}/{_TWO}/\d{{4}} \d{{2}}:\d{{2}}", "%d/%m/%Y %H:%M"),
)  # fmt: skip


def fitting(
    formats: Sequence[Written], counts: Counter[str], header: str, least: float
) -> tuple[Written, float, list[Written]] | None:
    """The way that most of the values are written, its share, and others that as many fit.

    :param counts: value → rows
    :param header: digits alone are days only under a name that says so
    :param least: share that must fit
    """
    few = list(counts)[:20]
    found = []
    for written in formats:
        if written.pattern == "yyyyMMdd" and not DATE_WORDS.search(header):
            continue
        if sum(written.reads(text) for text in few) >= 0.8 * len(few):
            share = sum(count for text, count in counts.items() if written.reads(text)) / counts.total()
            if share >= least:
                found.append((share, written))
    if not found:
        return None
    best = max(share for share, _ in found)
    fits = [written for share, written in found if share == best]
    others = [other for other in fits[1:] if _swapped(other.pattern) == _swapped(fits[0].pattern)]
    return fits[0], best, others


def _swapped(pattern: str) -> str:
    """Equal for patterns that differ in the order of day and month alone."""
    return "".join(sorted(pattern))
