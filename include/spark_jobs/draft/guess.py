"""What a column seems to be: its type, its format, what means null in it, whether it is personal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from spark_jobs.classification.classify import Classification, classify
from spark_jobs.draft.formats import DATES, TIMES, fitting

LEAST = 0.98
"""Share of the values that must read as a type."""
INTEGER = re.compile(r"[+-]?(0|[1-9]\d{0,17})")
DECIMAL = re.compile(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
CODE = re.compile(r"[+-]?0\d+")
COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
GROUPED = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
TRUE, FALSE = {"true", "t", "yes", "y"}, {"false", "f", "no", "n"}
WORDS = ((("ja", "j"), ("nein", "n")), (("oui", "o"), ("non", "n")), (("sí", "si", "s"), ("no", "n")))
NULLS = {"na", "n/a", "null", "nan", "#n/a", "(null)", "\\n"}
DOUBTFUL_NULLS = {"none", "-", "--", "?", "unknown", "nil", "."}
CATEGORIES = 20


@dataclass(frozen=True)
class Guess:
    """One column.

    :param type: as a contract writes it
    :param format: Spark's pattern of a date or timestamp, where it is not ISO
    :param form: what a standardise rule has to make of the text first, as its ``as`` writes it
    :param nulls: rows without a value, null tokens counted
    :param tokens: texts that mean null here
    :param distinct: number of distinct values
    :param low: smallest number, of number columns
    :param high: largest number
    :param categories: all values, where they are few and stand often
    :param personal: the proposed classification
    :param doubts: what a person decides
    """

    type: str
    nulls: int
    distinct: int
    format: str | None = None
    form: dict[str, object] | None = None
    tokens: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()
    personal: Classification | None = None
    doubts: tuple[str, ...] = ()


@dataclass
class _Read:
    """A type under test: what it is, and what is still to be said about it."""

    type: str
    format: str | None = None
    form: dict[str, object] | None = None
    share: float = 1.0
    doubts: list[str] = field(default_factory=list)


def guess(header: str, values: Sequence[str | None], declared: str | None = None) -> Guess:
    """What a column seems to be.

    :param header: its name in the file
    :param values: its values
    :param declared: its type, where the source has one
    """
    counts = Counter(value.strip() for value in values if value and value.strip())
    tokens = [text for text in counts if text.casefold() in NULLS | DOUBTFUL_NULLS]
    plain = Counter({text: count for text, count in counts.items() if text not in tokens})
    personal = classify(header, list(plain))
    read = _Read(declared) if declared else _read(header, plain)
    if personal and read.type not in ("date", "timestamp"):
        read = _Read("string")  # as what it is hidden, and no digit may be lost
    doubts = read.doubts + ([f"{1 - read.share:.1%} of the values do not read so"] if read.share < 1 else [])
    kept = tuple(text for text in tokens if read.type != "string" or text.casefold() in NULLS)
    doubts += [f"null where it says {text!r}?" for text in tokens if text not in kept]
    present = plain + Counter({text: counts[text] for text in tokens if text not in kept})
    low, high = (None, None) if personal else _range(plain, read)
    few = () if personal or read.type != "string" else _categories(present)
    nulls, distinct = len(values) - present.total(), len(present)
    return Guess(
        read.type, nulls, distinct, read.format, read.form, kept, low, high, few, personal, tuple(doubts)
    )  # fmt: skip


def _read(header: str, counts: Counter[str]) -> _Read:
    if not counts:
        return _Read("string", doubts=["no value was seen"])
    few = list(counts)[:50]
    for attempt in (_boolean, _number, _day):
        found = attempt(header, counts, few)
        if found:
            return found
    mixed = sum(count for text, count in counts.items() if DECIMAL.fullmatch(text)) / counts.total()
    told = [f"{mixed:.0%} of the values are numbers, the rest are not"] if mixed >= 0.5 else []
    return _Read("string", doubts=told)


def _boolean(_: str, counts: Counter[str], __: list[str]) -> _Read | None:
    words = {text.casefold() for text in counts}
    if len(counts) > 6:
        return None
    if words <= TRUE | FALSE and words & TRUE and words & FALSE:
        return _Read("boolean")
    for true, false in WORDS:
        if words <= {*true, *false} and words & set(true) and words & set(false):
            return _Read("boolean", form={"type": "boolean", "trueWords": list(true), "falseWords": list(false)})
    return None


def _share(pattern: re.Pattern[str], counts: Counter[str]) -> float:
    return sum(count for text, count in counts.items() if pattern.fullmatch(text)) / counts.total()


def _number(header: str, counts: Counter[str], few: list[str]) -> _Read | None:
    if not any(re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?", text) for text in few):
        return None
    if any(CODE.fullmatch(text) for text in counts):
        return _Read("string", doubts=["digits with zeros in front are kept as text"])
    if (share := _share(INTEGER, counts)) >= LEAST:
        return _day(header, counts, few) or _whole(counts, share)
    if (share := _share(DECIMAL, counts)) >= LEAST:
        return _Read(_decimal(counts, "."), share=share)
    return _written_elsewhere(counts)


def _written_elsewhere(counts: Counter[str]) -> _Read | None:
    """Numbers that Spark reads only after a rule has made them plain."""
    for pattern, locale, point in ((COMMA, "de", ","), (GROUPED, "en", ".")):
        if (share := _share(pattern, counts)) >= LEAST:
            form: dict[str, object] = {"type": "number", "locale": locale}
            return _Read(_decimal(counts, point), form=form, share=share, doubts=[f"numbers written as in {locale}"])
    return None


def _whole(counts: Counter[str], share: float) -> _Read:
    large = max(abs(int(text)) for text in counts if INTEGER.fullmatch(text))
    return _Read("int" if large < 2**31 else "bigint", share=share)


def _decimal(counts: Counter[str], point: str) -> str:
    """Numbers with the same few decimals are exact ones, such as money."""
    places = {len(text.rpartition(point)[2]) if point in text else 0 for text in counts if "e" not in text.lower()}
    scientific = any("e" in text.lower() for text in counts)
    whole = max(places, default=0)
    return f"decimal(18,{whole})" if not scientific and places <= {0, whole} and 1 <= whole <= 4 else "double"


def _day(header: str, counts: Counter[str], _: list[str]) -> _Read | None:
    for kind, formats in (("date", DATES), ("timestamp", TIMES)):
        found = fitting(formats, counts, header, LEAST)
        if found:
            best, share, others = found
            doubts = [f"day and month could be the other way round ({others[0].pattern})"] if others else []
            if kind == "timestamp" and not best.zoned:
                doubts.append("the file names no time zone; it is read as UTC")
            return _Read(kind, best.written, None, share, doubts)
    return None


def _range(counts: Counter[str], read: _Read) -> tuple[float | None, float | None]:
    if not read.type.startswith(("int", "bigint", "double", "decimal")):
        return None, None
    locale = (read.form or {}).get("locale")
    numbers = []
    for text in counts:
        plain = text.replace(".", "").replace(",", ".") if locale == "de" else text.replace(",", "")
        try:
            numbers.append(float(plain))
        except ValueError:
            continue
    return (min(numbers), max(numbers)) if numbers else (None, None)


def _categories(counts: Counter[str]) -> tuple[str, ...]:
    few = 2 <= len(counts) <= CATEGORIES and counts.total() >= 20 * len(counts)
    return tuple(sorted(counts)) if few and all(len(text) <= 40 for text in counts) else ()
