"""Finds columns whose values look personal, whatever was declared.

Two things have to agree, because either alone is wrong too often: what the column is called, and what stands in it. An
e-mail address alone is clear without its column's name; digits are a phone number only where the name says so or the
number is written as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SHARE = 0.8
"""Share of the values that must look so."""
MAXIMUM_VALUES = 2_000
MINIMUM_VALUES = 3

EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}")
PHONE = re.compile(r"[+(]?[0-9][0-9 ()./-]{5,20}[0-9](\s?(x|ext\.?)\s?\d{1,6})?")
PHONE_AS_WRITTEN = re.compile(r"(\+\d{1,3}[ (.-]?\d|\(\d{2,4}\)|\d{3}[-.]\d{3}[-.]\d{4}|00\d{9,}).*")
DATE = re.compile(r"(\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{8})([ T]00:00(:00(\.0+)?)?Z?)?")
YEAR = re.compile(r"(18[89]\d|19\d\d|20[0-4]\d)")
DOCUMENT = re.compile(r"(?=.*\d.*\d.*\d)[A-Z0-9][A-Z0-9 -]{4,23}", re.IGNORECASE)
NAME_WORD = r"[^\W\d_][^\W\d_]*(['’.-][^\W\d_]*)*"
PERSON = re.compile(rf"{NAME_WORD}(,? {NAME_WORD}){{0,4}}\.?")

PHONE_NAMED = re.compile(r"phone|mobile|cell_?(no|number)|telefon|(^|_)(tel|fax|msisdn)(_|$)")
BIRTH_NAMED = re.compile(r"birth|(^|_)(dob|born|geburtsdatum)(_|$)")
DOCUMENT_NAMED = re.compile(
    r"passport|(^|_)(ssn|nin|iban|document_(no|number|id)|id_(card|number|no)|identity_(card|number)|licen[cs]e_(no|number)"
    r"|driving_licen[cs]e|national_id|tax_(id|number)|social_security(_number)?|document)(_|$)"
)
PERSON_NAMED = re.compile(
    r"(^|_)(first|last|full|given|family|middle|maiden|sur|fore|passenger|customer|patient|person|employee|contact|holder"
    r"|member|guest|traveller|traveler)_?names?(_|$)|(^|_)surname(_|$)"
)
# A column that is only called "name" holds persons where many values begin with a frequent given name.
GIVEN_NAMES = """
    aaron adam alan albert alex alexander alexandra alice amanda amber amy andrea andrew angela ann anna anne
    anthony antonio ashley barbara benjamin betty beverly brandon brenda brian bruce carl carlos carol caroline
    catherine charles charlotte cheryl chris christian christina christine christopher claudia crystal cynthia
    daniel david deborah debra denise dennis diana diane donald donna dorothy douglas edward elena elizabeth emily
    emma eric erin eva evelyn frances francis frank gary george gerald gloria grace gregory hannah harold heather
    helen henry howard isabel jack jacob jacqueline james jamie jan jane janet janice jason jean jeffrey jennifer
    jeremy jerry jessica jesus joan joe john jonathan jorge jose joseph joshua joyce juan judith judy julia julie
    justin karen katherine kathleen kathryn keith kelly kenneth kevin kimberly kyle larry laura lauren lawrence lee
    leonard linda lisa louis luis luke madison margaret maria marie marilyn mark martha martin mary matthew megan
    melissa michael michelle miguel monica nancy natalie nathan nicholas nicole nina oliver olivia pamela patricia
    patrick paul peter philip phillip rachel ralph randy raymond rebecca richard robert robin roger ronald rose roy
    russell ruth ryan samantha samuel sandra sara sarah scott sean sharon shirley sofia sophia stephanie stephen
    steve steven susan tammy taylor teresa terry theresa thomas tiffany timothy todd tyler victoria vincent virginia
    walter wayne wendy william zachary
"""
GIVEN = frozenset(GIVEN_NAMES.split())
GIVEN_SHARE = 0.3


@dataclass(frozen=True)
class _Detector:
    kind: str
    fits: Callable[[str, Sequence[str]], bool]


def _share(pattern: re.Pattern[str], values: Sequence[str]) -> bool:
    return sum(pattern.fullmatch(value) is not None for value in values) >= SHARE * len(values)


def _phone(name: str, values: Sequence[str]) -> bool:
    named = PHONE_NAMED.search(name) is not None
    digits = all(7 <= sum(letter.isdigit() for letter in value) <= 21 for value in values[:50])
    return digits and _share(PHONE, values) and (named or _share(PHONE_AS_WRITTEN, values))


def _birth(name: str, values: Sequence[str]) -> bool:
    plausible = all(YEAR.search(value) for value in values[:50])
    return BIRTH_NAMED.search(name) is not None and plausible and _share(DATE, values)


def _person(name: str, values: Sequence[str]) -> bool:
    if not _share(PERSON, values):
        return False
    if PERSON_NAMED.search(name):
        return True
    firsts = [value.split()[0].lower().rstrip(",.") for value in values if value.split()]
    known = sum(first in GIVEN for first in firsts)
    return re.search(r"(^|_)name$", name) is not None and known >= GIVEN_SHARE * len(values)


DETECTORS = (
    _Detector("email", lambda _, values: _share(EMAIL, values)),
    _Detector("date_of_birth", _birth),
    _Detector("document_number", lambda name, values: bool(DOCUMENT_NAMED.search(name)) and _share(DOCUMENT, values)),
    _Detector("phone", _phone),
    _Detector("person_name", _person),
)


def detect(name: str, values: Sequence[str | None]) -> str | None:
    """The kind of personal data that a column's values look like; None for nothing personal.

    :param name: the column's name
    :param values: some of its values as text; blanks are passed over
    """
    seen = list(dict.fromkeys(value.strip() for value in values if value and value.strip()))[:MAXIMUM_VALUES]
    if len(seen) < MINIMUM_VALUES:
        return None
    return next((detector.kind for detector in DETECTORS if detector.fits(name.lower(), seen)), None)
