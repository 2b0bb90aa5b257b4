"""Personal data that is no country's own: addresses of machines, documents, plates, user names, texts."""

# ruff: noqa: E501 - one line a column

from __future__ import annotations

import random
import string
from collections.abc import Iterator

from benchmarks.classification_corpus.column import LabelledColumn, Maker
from benchmarks.classification_corpus.identifiers import seeded


def other_columns() -> Iterator[LabelledColumn]:
    """Each kind under the names of its half."""
    for kind, (maker, tuning, test) in OTHERS.items():
        for half, names in (("tuning", tuning), ("test", test)):
            for name in names:
                yield LabelledColumn(kind, kind, name, maker, half)


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(string.digits, k=count))


def _letters(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(string.ascii_uppercase, k=count))


def _email(chance: random.Random) -> str:
    return str(seeded(chance.choice(("en_US", "de_DE", "fr_FR", "pl_PL", "ja_JP")), chance).email())


def _ip(chance: random.Random) -> str:
    source = seeded("en_US", chance)
    return str(source.ipv6() if chance.random() < 0.2 else source.ipv4())


def _mac(chance: random.Random) -> str:
    return str(seeded("en_US", chance).mac_address())


def _passport(chance: random.Random) -> str:
    forms = (
        f"C{_letters(chance, 1)}{_digits(chance, 7)}",
        _digits(chance, 9),
        f"{_digits(chance, 2)}{_letters(chance, 2)}{_digits(chance, 5)}",
    )
    return chance.choice(forms)


def _licence(chance: random.Random) -> str:
    return chance.choice(
        (
            f"{_letters(chance, 1)}{_digits(chance, 7)}",
            f"B{_digits(chance, 3)}RRE{_digits(chance, 3)}",
            _digits(chance, 9),
        )
    )


def _document(chance: random.Random) -> str:
    return f"{_letters(chance, 3)}{_digits(chance, 6)}"


def _plate(chance: random.Random) -> str:
    return str(seeded(chance.choice(("en_GB", "de_DE", "fr_FR", "pl_PL", "sv_SE", "it_IT")), chance).license_plate())


def _username(chance: random.Random) -> str:
    return str(seeded(chance.choice(("en_US", "de_DE")), chance).user_name())


def _text(chance: random.Random) -> str:
    """A remark; every fifth holds somebody's address, number or name."""
    source = seeded(chance.choice(("en_US", "de_DE", "fr_FR")), chance)
    words = source.sentence(nb_words=10)
    if chance.random() > 0.2:
        return str(words)
    who = chance.choice(
        (source.email(), f"Mr. {source.last_name()}", f"Frau {source.last_name()}", f"+49 30 {_digits(chance, 7)}")
    )
    return f"{words} Call {who} {source.sentence(nb_words=4)}"


def _page(chance: random.Random) -> str:
    return f"https://shop.example.com/account/reset/form?mail={_email(chance)}&step={chance.randrange(5)}&lang=en&x=1"


OTHERS: dict[str, tuple[Maker, tuple[str, ...], tuple[str, ...]]] = {
    "email": (_email, ("email", "col_17", "login", "reference"), ("E-Mail", "courriel", "c9", "kontakt", "user_id")),
    "ip_address": (_ip, ("ip", "col_17", "source"), ("ClientIP", "remote_addr", "x1", "herkunft")),
    "mac_address": (_mac, ("mac_address", "col_17"), ("MAC", "wifiMac", "c4")),
    "passport": (_passport, ("passport_number", "passport_no"), ("PassportNo", "reisepass_nr", "numero_passeport", "pasaporte")),
    "driving_licence": (_licence, ("driving_licence", "license_number"), ("DriverLicenseNo", "Führerschein", "permis_conduire_permis de conduire")),
    "document_number": (_document, ("document_number", "id_card_number"), ("ID_DOCUMENT", "Ausweisnummer", "numer_dowodu")),
    "licence_plate": (_plate, ("license_plate", "plate_no"), ("Kennzeichen", "immatriculation", "RegPlate_number plate", "targa")),
    "username": (_username, ("username", "login"), ("UserName", "benutzername", "screen_name")),
    "personal_text": (_text, ("notes", "col_17"), ("Bemerkung", "customer_feedback", "f2")),
}  # fmt: skip
