"""Looks for postal addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spark_jobs.classification.finding import Content, share
from spark_jobs.classification.persons import PARTICLES
from spark_jobs.classification.plain_text import plain

SMALL_WORDS = 3
LONGEST = 250

# Words for ways, as whole words or as the end of one.
WAYS = re.compile(
    r"(?<![^\W_])(street|str|st|road|rd|avenue|ave|av|lane|ln|drive|dr|court|ct|boulevard|blvd|place|pl|square|sq|way|terrace|"
    r"highway|hwy|parkway|pkwy|circle|crescent|close|grove|unit|suite|apt|flat|studio|box|rue|chemin|impasse|allee|quai|"
    r"route|calle|avenida|avda|paseo|plaza|via|viale|piazza|corso|largo|strada|stretto|borgo|contrada|vicolo|rua|travessa|"
    r"alameda|praca|rodovia|ul|ulica|al|aleja|plac|pl|os|nam|namesti|utca|ut|ter|sok|sokak|cad|caddesi|mah|mahallesi|mahalle|"
    r"blok|no|gata|vag|gatan|vagen|gade|vej|gate|vei|tie|katu|kuja|polku|straat|laan|weg|plein|dreef|steeg|hof|jalan|jl|gang|"
    r"strasse|gasse|platz|allee|ring|damm|ufer|bulevardul|bulevard|intrarea|aleea|soseaua|ronda|rambla|pasaje|camino|carrera|"
    r"trg|ulice|cesta|carretera|glorieta|rambla|cuesta|callejon|pasadizo|acceso|urbanizacion|circunvalacion|prolongacion|"
    r"periferico|retorno|corredor|viaducto|andador|diagonal|eje|cerrada|privada|boulevar|peatonal|continuacion|ampliacion|"
    r"ул|улица|пр|проспект|пер|переулок|бул|бульвар|ш|шоссе|наб|алея|вулиця|вул|просп|пл|д|кв|οδος|λεωφορος|тк)(?![^\W_])"
    r"|(?<![^\W_])[^\W\d_]{2,30}(strasse|str\.|gasse|platz|weg|allee|ring|damm|straat|laan|weg|plein|dreef|steeg|singel|kade|gracht|hof|pad|gatan|gata|"
    r"vagen|vag|stigen|grand|gade|vej|vaenget|parken|gata|veien|vegen|gate|vei|svingen|bakken|lia|tie|katu|kuja|polku|raitti|utca|tere|"
    r"baan|boulevard|allé|pass|tunnel|ut|sokagi|caddesi)(?![^\W_])"
    r"|[省市区區县縣都道府町村路街號号丁目番地巷弄段]|[동로길구시]\s?\d|[동로길구시군읍면](?=\s)"
)
LETTER = re.compile(r"[^\W\d_]")
DIGIT = re.compile(r"\d")
NUMBERED = re.compile(r"(^|[\s,/#])\d{1,5}\s?[-/]?\s?[A-Za-z]?\b|\d+[号號番丁]|[-\u2010-\u2015]\d+")
POSTCODE = re.compile(
    r"(?<!\d)(\d{4,6}|\d{2,3}[ -]\d{2,3}|\d{5}-\d{3,4})(?!\d)"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b"
)
NOT_AN_ADDRESS = re.compile(r"\S*@\S*|\S*://\S*|0x[0-9a-f]+|[0-9a-f:.-]+", re.IGNORECASE)


def addresses(values: Sequence[str]) -> Iterator[Content]:
    """Postal addresses, or streets with numbers, that most of the values look like.

    :param values: distinct values, trimmed
    """
    found = share(_possible, values)
    if found < 0.7:
        return
    telling = share(_telling, values)
    if telling >= 0.5 or found >= 0.8:
        because = f"read like addresses, {telling:.0%} with a word for a street and a number"
        yield Content("address", found, telling=telling >= 0.5, because=because)


def _possible(value: str) -> bool:
    """Words and, in most of them, a number; neither an e-mail nor a machine's address."""
    if not LETTER.search(value) or NOT_AN_ADDRESS.fullmatch(value) or not 4 <= len(value) <= LONGEST:
        return False
    wordy = (" " in value or not value.isascii()) and not _is_prose(value)
    return wordy and (DIGIT.search(value) is not None or WAYS.search(plain(value)) is not None)


def _is_prose(value: str) -> bool:
    """Sentences have words in small letters that are neither particles nor ways."""
    small = (word for word in value.split() if word[0].islower() and word.isascii())
    return sum(word not in PARTICLES and WAYS.fullmatch(word) is None for word in small) > SMALL_WORDS


def _telling(value: str) -> bool:
    if not DIGIT.search(value) or _is_prose(value):
        return False
    # Either a street and its number, or parts of which one has a post code, as where streets have no word for it.
    if NUMBERED.search(value) and WAYS.search(plain(value)):
        return True
    return "," in value and POSTCODE.search(value) is not None and len(value.split()) >= 3
