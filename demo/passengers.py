"""Passengers who do not exist, with the mess of those who do. Seeded: the same rows every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from faker import Faker

SEED = 20130101
ROWS = 20_000
DUPLICATES = 0.03
HEADER = (
    "passenger_id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "date_of_birth",
    "document_number",
    "consent",
    "home_airport",
    "registered_at",
)
LOCALES = {"en_US": 14, "es_MX": 3, "it_IT": 2, "pl_PL": 1}
# Domains that belong to nobody (RFC 2606), and numbers that ring nowhere (555-01xx).
DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com")
AREA_CODES = ("212", "646", "718", "917", "201", "973", "516")
PHONE_FORMATS = ("+1 {0}-555-{1}", "({0}) 555-{1}", "{0}.555.{1}", "+1{0}555{1}", "{0}-555-{1}")

Row = list[str]


def passengers(rows: int = ROWS, seed: int = SEED) -> Iterator[Row]:
    """Rows in the order of registration, the header left out.

    About three in a hundred are somebody registering again, spelled a little differently. Of the rest some have an
    address that cannot be one, a date of birth the European way, or no answer about consent.

    :param rows: how many
    :param seed: what makes them these and not others
    """
    chance = random.Random(seed)  # noqa: S311 sample data, not secrets
    names = Faker(LOCALES)
    names.seed_instance(seed)
    earlier: list[Row] = []
    moment = datetime(2013, 1, 1, tzinfo=UTC)
    for number in range(1, rows + 1):
        moment += timedelta(seconds=chance.randrange(60, 1500))
        again = earlier and chance.random() < DUPLICATES
        person = _respelled(chance, chance.choice(earlier)) if again else _person(chance, names)
        row = [f"P{number:07}", *person[1:-1], moment.strftime("%Y-%m-%dT%H:%M:%SZ")]
        if not again:
            earlier.append(row)
        yield _with_mess(chance, row)


def _person(chance: random.Random, names: Faker) -> Row:
    first, last = names.first_name(), names.last_name()
    born = datetime(1930, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(365 * 75))
    document = "".join(chance.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(2)) + f"{chance.randrange(10**7):07}"
    consent = chance.choices(("yes", "no", "YES", "No"), (55, 35, 5, 5))[0]
    home = chance.choices(("JFK", "EWR", "LGA"), (4, 4, 3))[0]
    return [
        "",
        first,
        last,
        _email(chance, first, last),
        _phone(chance),
        f"{born:%Y-%m-%d}",
        document,
        consent,
        home,
        "",
    ]


def _email(chance: random.Random, first: str, last: str) -> str:
    local = _ascii(chance.choice((f"{first}.{last}", f"{first[0]}{last}", f"{first}{chance.randrange(100)}")))
    text = f"{local}@{chance.choice(DOMAINS)}"
    return text if chance.random() < 0.4 else text.lower()


def _ascii(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter == ".")) or "guest"


def _phone(chance: random.Random) -> str:
    if chance.random() < 0.1:
        return ""
    return chance.choice(PHONE_FORMATS).format(chance.choice(AREA_CODES), f"01{chance.randrange(100):02}")


def _respelled(chance: random.Random, row: Row) -> Row:
    """The same person at another keyboard: the document stays, what is typed differs."""
    copy = list(row)
    for position in chance.sample((1, 2, 3, 4), 2):
        copy[position] = _mistyped(chance, copy[position]) if position != 4 else _phone(chance)
    return copy


def _mistyped(chance: random.Random, text: str) -> str:
    place = chance.randrange(len(text) - 1) if len(text) > 2 else 0
    match chance.randrange(3):
        case 0:
            return text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]
        case 1:
            return text.upper()
        case _:
            return f" {text} "


def _with_mess(chance: random.Random, row: Row) -> Row:
    if chance.random() < 0.01:
        row[3] = chance.choice((row[3].replace("@", " at "), row[3].partition("@")[0], row[3].replace(".", ",")))
    if chance.random() < 0.012:
        year, month, day = row[5].split("-")
        row[5] = f"{day}/{month}/{year}"
    if chance.random() < 0.015:
        row[7] = ""
    return row
