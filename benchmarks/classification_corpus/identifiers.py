"""Identifiers with a checksum or a form of their own, valid as their issuers define them.

Faker makes those that it knows. For the others a body is drawn at random and kept when python-stdnum finds it valid.
"""

from __future__ import annotations

import functools
import importlib
import random
import string
from collections.abc import Iterator
from typing import Any

from benchmarks.classification_corpus.column import LabelledColumn, Maker

# kind → locale of Faker's ssn()
FAKER = {
    "us_ssn": "en_US", "fr_nir": "fr_FR", "it_fiscal_code": "it_IT", "nl_bsn": "nl_NL", "be_national_number": "nl_BE",
    "pl_pesel": "pl_PL", "se_personal_number": "sv_SE", "fi_personal_code": "fi_FI", "no_birth_number": "no_NO",
    "br_cpf": "pt_BR", "ca_sin": "en_CA", "tr_tckn": "tr_TR", "ch_ahv": "de_CH", "at_social_insurance_number": "de_AT",
    "ro_cnp": "ro_RO", "gr_amka": "el_GR", "il_id": "he_IL", "ee_lt_personal_code": "et_EE", "hr_oib": "hr_HR",
}  # fmt: skip
# kind → form and module of python-stdnum: # a digit, ? a letter, yy mm dd a day, other signs themselves
DRAWN = {
    "us_itin": ("9##-7#-####", "us.itin"),
    "uk_nhs_number": ("### ### ####", "gb.nhs"),
    "au_tfn": ("### ### ###", "au.tfn"),
    "de_tax_id": ("{idnr}#", "de.idnr"),
    "es_dni": ("########?", "es.dni"),
    "es_nie": ("{nie}#######?", "es.nie"),
    "dk_cpr": ("{dd}{mm}{yy}-####", "dk.cpr"),
    "in_aadhaar": ("#### #### ####", "in_.aadhaar"),
    "in_pan": ("{curp}?####?", "in_.pan"),
    "za_id": ("{yy}{mm}{dd}####08#", "za.idnr"),
    "kr_rrn": ("{yy}{mm}{dd}-1######", "kr.rrn"),
    "jp_my_number": ("############", "jp.in_"),
    "bg_egn": ("{yy}{mm}{dd}####", "bg.egn"),
    "cz_sk_birth_number": ("{yy}{mm}{dd}/####", "cz.rc"),
    "ie_pps": ("#######?", "ie.pps"),
    "is_kennitala": ("{dd}{mm}{yy}-##{n}9", "is_.kennitala"),
    "mx_curp": ("{curp}{yy}{mm}{dd}HDFRRL0#", "mx.curp"),
    "cl_rut": ("##.###.###-#", "cl.rut"),
    "ar_cuit": ("20-########-#", "ar.cuit"),
    "vat_number": ("DE#########", "eu.vat"),
}
# kind → names that tell, for one half and for the other
NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "us_ssn": (("ssn", "SocialSecurityNumber"), ("SSN_NBR", "employee_ssn", "social_security_no")),
    "us_itin": (("itin",), ("ITIN_Number", "tax_id")),
    "uk_nino": (("nino", "national_insurance_number"), ("NI Number", "NINO_REF")),
    "uk_nhs_number": (("nhs_number",), ("NHS No.", "patientNhsNumber")),
    "ca_sin": (("sin", "social_insurance_number"), ("SIN_NO", "numero_assurance_sociale")),
    "au_tfn": (("tfn", "tax_file_number"), ("TFN_NO", "employeeTfn")),
    "de_tax_id": (("steuer_id", "IdNr"), ("Steueridentifikationsnummer", "tax_id", "steuerliche IdNr.")),
    "fr_nir": (("numero_securite_sociale", "nir"), ("N° de sécurité sociale", "num_secu", "code_insee_nir")),
    "es_dni": (("dni", "NIF"), ("DNI_Cliente", "documento_identidad")),
    "es_nie": (("nie",), ("NIE/NIF", "numero_identidad_extranjero_nie")),
    "it_fiscal_code": (("codice_fiscale",), ("CodFiscale", "cod_fisc", "tax_code_cf")),
    "nl_bsn": (("bsn", "burgerservicenummer"), ("BSN_nr", "klant_bsn", "national_id")),
    "be_national_number": (("rijksregisternummer",), ("numero_national", "NISS", "INSZ")),
    "pl_pesel": (("pesel",), ("PESEL_klienta", "nr_pesel")),
    "se_personal_number": (("personnummer",), ("persnr", "PersonNr_Kund", "national_id")),
    "fi_personal_code": (("henkilotunnus", "hetu"), ("HETU_asiakas", "personal_id")),
    "dk_cpr": (("cpr", "cpr_nummer"), ("CPR-nr.", "kunde_cpr")),
    "no_birth_number": (("fodselsnummer",), ("fødselsnummer", "fnr", "personnummer")),
    "br_cpf": (("cpf",), ("CPF_Cliente", "nr_cpf", "tax_id")),
    "in_aadhaar": (("aadhaar", "aadhaar_number"), ("AADHAR_NO", "uid")),
    "in_pan": (("pan", "pan_number"), ("PAN_CARD", "permanent_account_number")),
    "za_id": (("id_number",), ("RSA_ID", "idNumber")),
    "tr_tckn": (("tckn", "tc_kimlik_no"), ("TC Kimlik No", "kimlik_no")),
    "cn_resident_id": (("身份证号",), ("id_card_no", "公民身份证号码")),
    "kr_rrn": (("rrn", "주민등록번호"), ("resident_registration_number", "JUMIN")),
    "jp_my_number": (("my_number",), ("個人番号", "マイナンバー")),
    "ch_ahv": (("ahv_nummer",), ("AHV-Nr", "numero_avs")),
    "at_social_insurance_number": (("svnr",), ("Sozialversicherungsnummer", "SV-Nummer")),
    "bg_egn": (("egn",), ("ЕГН", "egn_klient")),
    "ro_cnp": (("cnp",), ("CNP_client", "cod_numeric_personal")),
    "cz_sk_birth_number": (("rodne_cislo",), ("rodné číslo", "RC")),
    "gr_amka": (("amka",), ("ΑΜΚΑ", "AMKA_no")),
    "ie_pps": (("pps_number",), ("PPSN", "PPS No.")),
    "ee_lt_personal_code": (("isikukood",), ("asmens_kodas", "personal_code")),
    "hr_oib": (("oib",), ("OIB_kupca", "osobni_identifikacijski_broj")),
    "is_kennitala": (("kennitala",), ("KT", "Kennitala viðskiptavinar")),
    "il_id": (("teudat_zehut",), ("id_number", "תעודת זהות")),
    "mx_curp": (("curp",), ("CURP_empleado", "clave_unica")),
    "cl_rut": (("rut",), ("RUT_cliente", "run")),
    "ar_cuit": (("cuit",), ("CUIL_empleado", "cuil/cuit")),
    "vat_number": (("vat_number",), ("VATID", "USt-IdNr.", "numero_tva")),
    "iban": (("iban", "bank_account"), ("IBAN_Kunde", "kontonummer", "numero_de_cuenta")),
    "payment_card": (("card_number", "credit_card"), ("CC_NUM", "Kreditkartennummer", "numero_carte", "PAN")),
    "vehicle_identification_number": (("vin",), ("Fahrgestellnummer", "chassis_no")),
}  # fmt: skip
WEAK = {"uk_nhs_number", "ca_sin", "au_tfn", "nl_bsn", "jp_my_number", "hr_oib", "il_id"}
"""Their checksum is that of other numbers as well: without a name nobody can tell, so they are asked for with one."""
NOT_TELLING = {"tuning": ("col_17", "reference"), "test": ("c8", "Feld 3", "kundenangabe")}


def identifier_columns() -> Iterator[LabelledColumn]:
    """Each identifier under names that tell, and, where its contents suffice, under names that do not."""
    for kind, halves in NAMES.items():
        for half, names in zip(("tuning", "test"), halves, strict=True):
            for name in (*names, *(() if kind in WEAK else NOT_TELLING[half])):
                yield LabelledColumn(kind, kind, name, maker(kind), half)


def maker(kind: str) -> Maker:
    """What makes values of a kind."""
    if kind in FAKER:
        return functools.partial(_faker, FAKER[kind], "ssn")
    if kind in DRAWN:
        return functools.partial(_drawn, *DRAWN[kind])
    makers: dict[str, Maker] = {
        "uk_nino": _nino,
        "cn_resident_id": _resident_id,
        "iban": _iban,
        "payment_card": functools.partial(_faker, "en_US", "credit_card_number"),
        "vehicle_identification_number": functools.partial(_faker, "en_US", "vin"),
    }
    return makers[kind]


def seeded(locale: str, chance: random.Random) -> Any:
    """Faker of a locale, drawing from the given source of chance."""
    source = _fake(locale)
    source.random = chance
    return source


@functools.cache
def _fake(locale: str) -> Any:
    from faker import Faker

    return Faker(locale)


def _faker(locale: str, method: str, chance: random.Random) -> str:
    return str(getattr(seeded(locale, chance), method)())


def _iban(chance: random.Random) -> str:
    locale = chance.choice(("de_DE", "fr_FR", "en_GB", "nl_NL", "it_IT", "pl_PL", "es_ES", "de_AT", "fi_FI", "de_CH"))
    return _faker(locale, "iban", chance)


def _drawn(form: str, module: str, chance: random.Random) -> str:
    valid = importlib.import_module(f"stdnum.{module}").is_valid
    signs = {"#": string.digits, "?": string.ascii_uppercase}
    while True:
        body = form.format(
            **_day(chance),
            n=chance.randrange(2, 10),
            curp=_curp_name(chance),
            nie=chance.choice("XYZ"),
            idnr=_ten_digits(chance),
        )
        body = "".join(chance.choice(signs[sign]) if sign in signs else sign for sign in body[:-1]) + body[-1]
        # The check digit is mostly the last.
        for last in signs.get(body[-1], body[-1]):
            if valid(body[:-1] + last):
                return body[:-1] + last


def _day(chance: random.Random) -> dict[str, str]:
    parts = (("yy", 50, 100), ("mm", 1, 13), ("dd", 1, 29))
    return {key: f"{chance.randrange(low, high):02}" for key, low, high in parts}


def _curp_name(chance: random.Random) -> str:
    return f"{chance.choice('BCDGLMPR')}{chance.choice('AEIOU')}{chance.choice('BCDGLMR')}{chance.choice('DGLR')}"


def _ten_digits(chance: random.Random) -> str:
    """Of the German number: one digit stands twice, one not at all, and 0 not at the beginning."""
    digits = chance.sample(string.digits, 9)
    digits.append(chance.choice(digits))
    chance.shuffle(digits)
    return "".join(digits if digits[0] != "0" else reversed(digits))


def _nino(chance: random.Random) -> str:
    prefix = chance.choice(("AB", "CE", "JK", "LM", "NP", "PR", "SC", "TW", "WX", "YZ"))
    digits = f"{chance.randrange(10**6):06}"
    return f"{prefix} {digits[:2]} {digits[2:4]} {digits[4:]} {chance.choice('ABCD')}"


def _resident_id(chance: random.Random) -> str:
    day = _day(chance)
    place = chance.choice(("110105", "310101", "440305", "510104", "330106"))
    body = f"{place}19{day['yy']}{day['mm']}{day['dd']}{chance.randrange(1000):03}"
    # GB 11643-1999: weights 2^(17-i) mod 11
    rest = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body)) % 11
    return body + "10X98765432"[rest]
