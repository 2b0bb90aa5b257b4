"""Looks for what people and their machines are reached by, and for numbers that documents and vehicles carry."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence

from spark_jobs.classification.finding import Content, share

LEAST = 0.8
ABROAD = 0.15
"""Share of numbers that begin with + and a country, from which on the others are phone numbers too."""
EMAIL = re.compile(r"[^@\s,;<>()\[\]]+@[^@\s,;<>()\[\]]+\.[^\W\d_]{2,}")
MAC = re.compile(r"[0-9A-Fa-f]{2}([:-])([0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|([0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")
IP = re.compile(r"(\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
PHONE = re.compile(r"[+(]?[0-9][0-9 ()./–-]{5,20}[0-9]( ?(x|ext\.?|#) ?\d{1,6})?", re.IGNORECASE)
PHONE_WRITTEN = re.compile(
    r"\+\s?\(?\d{1,3}\)?[ (./-]*\d.*|\(\d{2,5}\)[ /-]?\d.*|0\(?\d{1,5}\)?[ /.-].*|\d{3}[-.]\d{3}[-.]\d{4}.*"
    r"|1-\d{3}-\d{3}-\d{4}.*"
    r"|00[1-9]\d{9,}|0\d[ .]\d\d[ .]\d\d[ .]\d\d[ .]\d\d"
)
NOT_A_PHONE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d+\.\d+|(\d{1,3}\.){3}\d{1,3}|97[89][- ].*|\d{3}-\d{2}-\d{4}|\d+/\d+"
    r"|\d{3}\.\d{3}\.\d{3}-\d\d"
    r"|\d{4}([ -]\d{4}){3}"
)
DOCUMENT = re.compile(r"(?=(.*\d){3})[A-Z0-9][A-Z0-9 /.-]{4,23}", re.IGNORECASE)
PASSPORT = re.compile(r"(?=(.*\d){3})[A-Z0-9]{1,3} ?[A-Z0-9]{5,8}", re.IGNORECASE)
PLATE = re.compile(r"(?=.*\d)(?=.*[^\W_])[^\W_]{1,4}([ .·-]?[^\W_]{1,5}){1,3}")
USERNAME = re.compile(r"@?(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._+-]{2,31}")
VIN = re.compile(r"(?=.*\d)[A-HJ-NPR-Z0-9]{17}", re.IGNORECASE)


def contacts(values: Sequence[str]) -> Iterator[Content]:
    """E-mail, phone, IP and MAC addresses, user names, plates and documents that most of the values look like.

    :param values: distinct values, trimmed
    """
    plain = (("email", EMAIL, "are e-mail addresses"), ("mac_address", MAC, "are MAC addresses"))
    for kind, pattern, because in plain:
        if (found := share(pattern.fullmatch, values)) >= LEAST:
            yield Content(kind, found, because=because)
    # Their forms are those of many other things: the column's name has to say what they are.
    named = (
        ("passport", PASSPORT),
        ("driving_licence", DOCUMENT),
        ("document_number", DOCUMENT),
        ("vehicle_identification_number", VIN),
        ("licence_plate", PLATE),
        ("username", USERNAME),
    )
    for kind, pattern in named:
        if (found := share(pattern.fullmatch, values)) >= LEAST:
            yield Content(kind, found, telling=False)
    yield from _addresses(values)
    yield from _phones(values)


def _addresses(values: Sequence[str]) -> Iterator[Content]:
    found = share(_is_ip, values)
    if found >= LEAST:
        # Four small numbers are a version as well as an address.
        high = share(
            lambda value: ":" in value or any(int(part) > 63 for part in re.findall(r"\d{1,3}", value)), values
        )
        yield Content("ip_address", found, telling=high >= 0.5, because="are IP addresses")


def _is_ip(value: str) -> bool:
    if IP.fullmatch(value) is None:
        return False
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _phones(values: Sequence[str]) -> Iterator[Content]:
    found = share(_is_phone, values)
    if found >= LEAST:
        written = share(lambda value: PHONE_WRITTEN.fullmatch(value) and not NOT_A_PHONE.fullmatch(value), values)
        # A part of them with the country in front says what the others are.
        abroad = share(lambda value: value.startswith("+"), values)
        telling = written >= 0.7 or abroad >= ABROAD
        yield Content("phone", found, telling, because="are written like phone numbers")


def _is_phone(value: str) -> bool:
    return PHONE.fullmatch(value) is not None and 7 <= sum(sign.isdigit() for sign in value) <= 21
