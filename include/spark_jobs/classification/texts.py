"""Looks for personal data inside longer texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spark_jobs.classification.finding import Content
from spark_jobs.classification.identifiers import CARD

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){0,8}\.[^\W\d_]{2,}")
PHONE = re.compile(
    r"(?<![\d-])(\+\d{1,3}[ (./-]*\d[\d ()./-]{6,16}\d|\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4}"
    r"|0\d{1,4}[ /-]\d{3,4}[ -]?\d{3,5})(?![\d-])"
)
SOCIAL_SECURITY = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
IBAN = re.compile(r"\b[A-Z]{2}\d{2} ?([A-Z0-9]{4} ?){3,7}[A-Z0-9]{1,4}\b")
DIGITS = re.compile(r"(?<![\d-])\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{3,4}(?![\d-])")
ADDRESSED = re.compile(
    r"\b(Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Herrn|Frau|Madame|Monsieur|Mme|Mlle|Sr|Sra|Señor|Señora|Don|Doña|Signor|Signora|Sig|Sig\.ra|"
    r"Senhor|Senhora|Pan|Pani|Dhr|Mevr|Mevrouw|Meneer|Fru)\.? [A-ZÀ-ÖØ-ÝŚŻŹŁ][a-zà-öø-ÿśżźłńćęąó]+"
)
LEAST_HITS = 3
LEAST_SHARE = 0.02
WORDS = 4
"""Words in the middle value from which on a column holds texts."""


def texts(values: Sequence[str]) -> Iterator[Content]:
    """Texts, or addresses of pages, some of which hold personal data.

    :param values: distinct values, trimmed
    """
    inside = [value for value in values if " " in value or "/" in value or "=" in value]
    if len(inside) < 0.5 * len(values):
        return
    lengths = sorted(value.count(" ") + value.count("&") + value.count("/") + 1 for value in values)
    if lengths[len(lengths) // 2] < WORDS:
        return
    found = [what for value in values if (what := _holds(value))]
    if len(found) >= max(LEAST_HITS, LEAST_SHARE * len(values)):
        part = len(found) / len(values)
        because = f"are texts, of which {part:.0%} hold {', '.join(sorted(set(found)))}"
        yield Content("personal_text", 1.0, because=because)


def _holds(text: str) -> str | None:
    """What of personal data a text holds first."""
    if EMAIL.search(text):
        return "an e-mail address"
    if ADDRESSED.search(text):
        return "a name after a title"
    if PHONE.search(text):
        return "a phone number"
    if SOCIAL_SECURITY.search(text):
        return "a social security number"
    return _number(text)


def _number(text: str) -> str | None:
    from stdnum import iban, luhn

    if any(iban.is_valid(match[0]) for match in IBAN.finditer(text)):
        return "an IBAN"
    for match in DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if CARD.fullmatch(digits) and luhn.is_valid(digits):
            return "a card number"
    return None
