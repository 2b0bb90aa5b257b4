"""Names, addresses, phones and what else Faker knows of people in many countries."""

# ruff: noqa: E501 - one line a column

from __future__ import annotations

import functools
import random
from collections.abc import Iterator

from benchmarks.classification_corpus.column import LabelledColumn, Maker
from benchmarks.classification_corpus.identifiers import seeded

HALVES = {
    "tuning": ("en_US", "de_DE", "es_ES", "it_IT", "nl_NL", "sv_SE", "cs_CZ", "tr_TR", "ru_RU", "ja_JP", "en_IN", "pt_BR", "ro_RO"),
    "test": (
        "en_GB", "fr_FR", "es_MX", "pt_PT", "pl_PL", "da_DK", "fi_FI", "no_NO", "hu_HU", "uk_UA", "zh_CN", "ko_KR", "el_GR",
        "en_AU", "hr_HR", "id_ID", "de_AT",
    ),
}  # fmt: skip
UNTOLD = {"tuning": "col_17", "test": "field3"}
# language → kind → what people there call the column
LOCAL = {
    "de": {"first_name": "Vorname", "last_name": "Nachname", "name": "Kundenname", "address": "Anschrift", "phone": "Telefon", "date_of_birth": "Geburtsdatum"},
    "es": {"first_name": "Nombres", "last_name": "Apellidos", "name": "nombre_completo", "address": "dirección", "phone": "teléfono", "date_of_birth": "fecha_nacimiento"},
    "it": {"first_name": "nome", "last_name": "cognome", "name": "nome_completo", "address": "indirizzo", "phone": "cellulare", "date_of_birth": "data_di_nascita"},
    "nl": {"first_name": "voornaam", "last_name": "achternaam", "name": "naam", "address": "adres", "phone": "telefoonnummer", "date_of_birth": "geboortedatum"},
    "sv": {"first_name": "förnamn", "last_name": "efternamn", "name": "namn", "address": "gatuadress", "phone": "mobilnummer", "date_of_birth": "födelsedatum"},
    "cs": {"first_name": "jméno", "last_name": "příjmení", "name": "jmeno_prijmeni", "address": "bydliště", "phone": "telefon", "date_of_birth": "datum_narození"},
    "tr": {"first_name": "ad", "last_name": "soyad", "name": "ad_soyad", "address": "adres", "phone": "cep_telefonu", "date_of_birth": "dogum_tarihi"},
    "ru": {"first_name": "имя", "last_name": "фамилия", "name": "ФИО", "address": "адрес", "phone": "телефон", "date_of_birth": "дата рождения"},
    "ja": {"first_name": "名", "last_name": "姓", "name": "氏名", "address": "住所", "phone": "電話番号", "date_of_birth": "生年月日"},
    "pt": {"first_name": "primeiro_nome", "last_name": "sobrenome", "name": "nome_completo", "address": "endereço", "phone": "telemovel", "date_of_birth": "data_nascimento"},
    "ro": {"first_name": "prenume", "last_name": "nume_familie", "name": "nume_complet", "address": "adresa", "phone": "telefon", "date_of_birth": "data_nasterii"},
    "fr": {"first_name": "Prénom", "last_name": "nom_de_famille", "name": "nom_complet", "address": "adresse", "phone": "téléphone_portable", "date_of_birth": "date_naissance"},
    "pl": {"first_name": "imię", "last_name": "nazwisko", "name": "imie_i_nazwisko", "address": "ulica", "phone": "nr_telefonu", "date_of_birth": "data_urodzenia"},
    "da": {"first_name": "fornavn", "last_name": "efternavn", "name": "kunde_navn", "address": "gadeadresse", "phone": "mobilnr", "date_of_birth": "fødselsdato"},
    "fi": {"first_name": "etunimi", "last_name": "sukunimi", "name": "koko_nimi", "address": "katuosoite", "phone": "puhelin", "date_of_birth": "syntymäaika"},
    "no": {"first_name": "fornavn", "last_name": "etternavn", "name": "fullt_navn", "address": "gateadresse", "phone": "tlf", "date_of_birth": "fødselsdato"},
    "hu": {"first_name": "keresztnév", "last_name": "vezetéknév", "name": "teljes_név", "address": "lakcím", "phone": "telefonszám", "date_of_birth": "születési dátum"},
    "uk": {"first_name": "ім'я", "last_name": "прізвище", "name": "ПІБ", "address": "адреса", "phone": "телефон", "date_of_birth": "дата народження"},
    "zh": {"first_name": "名字", "last_name": "姓氏", "name": "姓名", "address": "地址", "phone": "手机", "date_of_birth": "出生日期"},
    "ko": {"first_name": "이름", "last_name": "성", "name": "성명", "address": "주소", "phone": "전화번호", "date_of_birth": "생년월일"},
    "el": {"first_name": "όνομα", "last_name": "επώνυμο", "name": "ονοματεπώνυμο", "address": "διεύθυνση", "phone": "τηλέφωνο", "date_of_birth": "ημερομηνία_γέννησης"},
    "hr": {"first_name": "ime", "last_name": "prezime", "name": "ime_prezime", "address": "adresa", "phone": "mobitel", "date_of_birth": "datum_rođenja"},
    "id": {"first_name": "nama_depan", "last_name": "nama_belakang", "name": "nama_lengkap", "address": "alamat", "phone": "no_hp", "date_of_birth": "tanggal_lahir"},
}  # fmt: skip
ENGLISH = {
    "tuning": {"first_name": "first_name", "last_name": "LastName", "name": "full_name", "address": "street_address", "phone": "phone", "date_of_birth": "date_of_birth"},
    "test": {"first_name": "FIRST_NM", "last_name": "surname", "name": "CustomerName", "address": "billing_addr", "phone": "MobileNo", "date_of_birth": "DOB"},
}  # fmt: skip
KINDS = {"first_name": "person_name", "last_name": "person_name", "name": "person_name"}
FORMATS = {"de": "%d.%m.%Y", "cs": "%d.%m.%Y", "ru": "%d.%m.%Y", "tr": "%d.%m.%Y", "pl": "%d.%m.%Y", "en": "%m/%d/%Y", "fr": "%d/%m/%Y", "zh": "%Y年%m月%d日"}  # fmt: skip


def people_columns() -> Iterator[LabelledColumn]:
    """Per locale: names, addresses, phones and dates of birth, each under a local, an English and no telling name."""
    for half, locales in HALVES.items():
        for locale in locales:
            language = locale[:2]
            for what, english in ENGLISH[half].items():
                names = (LOCAL.get(language, {}).get(what), english, UNTOLD[half])
                for name in dict.fromkeys(filter(None, names)):
                    yield LabelledColumn(KINDS.get(what, what), locale, name, maker(what, locale), half)


def maker(what: str, locale: str) -> Maker:
    """What makes a person's name, address, phone number or date of birth."""
    return functools.partial(_MAKERS[what], locale)


def _birth(locale: str, chance: random.Random) -> str:
    born = seeded(locale, chance).date_of_birth(minimum_age=18, maximum_age=90)
    return str(born.strftime(FORMATS.get(locale[:2], "%Y-%m-%d")))


_MAKERS = {
    "first_name": lambda locale, chance: seeded(locale, chance).first_name(),
    "last_name": lambda locale, chance: seeded(locale, chance).last_name(),
    "name": lambda locale, chance: seeded(locale, chance).name(),
    "address": lambda locale, chance: seeded(locale, chance).address().replace("\n", ", "),
    "phone": lambda locale, chance: seeded(locale, chance).phone_number(),
    "date_of_birth": _birth,
}
