"""Looks for names of persons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spark_jobs.classification.finding import Content, share
from spark_jobs.classification.known_names import (
    CYRILLIC_ENDINGS,
    CYRILLIC_GIVEN,
    FAMILY,
    FAMILY_ENDINGS,
    GIVEN,
    GREEK_ENDINGS,
    HAN_FAMILY,
    HANGUL_FAMILY,
    JAPANESE_FAMILY,
)
from spark_jobs.classification.plain_text import plain

WORD = r"[^\W\d_][^\W\d_]*(['’ʻ.\-·][^\W\d_]*)*"
PERSON = re.compile(rf"{WORD}(,? {WORD}){{0,5}}\.?")
HAN = re.compile(r"[\u4e00-\u9fff\u3005]{1,3}[ \u3000]?[\u3040-\u30ff\u4e00-\u9fff\u3005]{1,3}")
HANGUL = re.compile(r"[\uac00-\ud7a3]{1,2} ?[\uac00-\ud7a3]{1,3}")
KNOWN = 0.33
"""Share of the values with a name that is known, from which on they look like persons' names."""
THINGS = 0.15
"""Share of the values with a word that no person is called by, above which they do not."""
_PARTICLES = """
da de del della der den di do dos du el la le les van von y e al bin ibn
"""
PARTICLES = frozenset(_PARTICLES.split())
_NOT_A_PERSON = """
inc ltd llc plc gmbh ag kg ohg co corp corporation company group holding holdings sons partners associates limited sa
sas sarl eurl srl spa snc bv nv ab oy aps oyj kft zrt sro sp zoo doo ltda cia ev mbh stiftung verein bros brothers
industries international intl services solutions systems technologies consulting bank insurance airlines airways air
aviation airport regional municipal field fld rgnl muni arpt airpark heliport station terminal street road avenue lane
drive place square park bridge river lake mount mountain island islands beach bay hill hills valley university college
school institute academy hospital clinic hotel restaurant cafe bar church st saint fort port north south east west new
upper lower grand county city town village republic kingdom states united tea coffee bread cheese chocolate milk juice
water wine beer green black white blue red yellow brown shirt shoes jacket jeans table chair lamp phone case cable set
pack kit box bag pro mini max plus standard premium deluxe classic edition series version manager engineer director
officer assistant analyst developer teacher nurse doctor driver technician scientist designer administrator architect
editor consultant accountant clerk operator specialist representative supervisor worker therapist surveyor planner
producer buyer secretary executive lecturer psychologist chemist geologist monday tuesday wednesday thursday friday
saturday sunday january february march april june july august september october november december yes no true false
active inactive pending open closed none unknown other male female
"""
NOT_A_PERSON = frozenset(_NOT_A_PERSON.split())


def persons(values: Sequence[str]) -> Iterator[Content]:
    """Names of persons that most of the values look like.

    :param values: distinct values, trimmed
    """
    shaped = share(PERSON.fullmatch, values)
    if shaped < 0.8 or len({value.casefold() for value in values}) < 3:
        return
    words = [[word for word in re.split(r"[ ,.\-’'·\u3000]+", plain(value)) if word] for value in values]
    things = sum(any(word in NOT_A_PERSON for word in parts) for parts in words) / len(words)
    if things > THINGS:
        return
    known = sum(map(_known, values, words)) / len(values)
    because = f"look like names, {known:.0%} with a name that is known"
    yield Content("person_name", shaped, telling=known >= KNOWN, because=because)


def _known(value: str, words: list[str]) -> bool:
    if HAN.fullmatch(value):
        return value.startswith(JAPANESE_FAMILY) or (len(value) <= 4 and value[0] in HAN_FAMILY)
    if HANGUL.fullmatch(value):
        return value[0] in HANGUL_FAMILY and 2 <= len(value.replace(" ", "")) <= 4
    whole = [word for word in words if len(word) > 1 and word not in PARTICLES]
    if not whole:
        return False
    if "\u0400" <= whole[0][0] <= "\u04ff":
        return any(word in CYRILLIC_GIVEN or (len(word) > 4 and word.endswith(CYRILLIC_ENDINGS)) for word in whole)
    if "\u0370" <= whole[0][0] <= "\u03ff":
        return len(whole) <= 3 and all(word.endswith(GREEK_ENDINGS) for word in whole)
    return any(word in GIVEN or word in FAMILY or (len(word) > 5 and word.endswith(FAMILY_ENDINGS)) for word in whole)
