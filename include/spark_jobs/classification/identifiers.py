"""Identifiers that carry a checksum or a form of their own, recognised by python-stdnum.

Every value is first held against the identifier's form, which is cheap; only what has it is checked.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass

CARD = re.compile(
    r"(4\d{12}(\d{3})?(\d{3})?|5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(0[0-5]|[68]\d)\d{11}|6(011|5\d\d|4[4-9]\d)\d{12}|(2131|1800)\d{11}|35(2[89]|[3-8]\d)\d{12}"
    r"|(50[0-3]\d|5018|5020|5038|58\d\d|6304|6759|676[1-3])\d{8,15}|62\d{14,17})"
)
"""Numbers as the card schemes' prefixes and lengths have them (ISO/IEC 7812)."""

_DAY = r"(0[1-9]|[12]\d|3[01])"
_MONTH = r"(0[1-9]|1[0-2])"


@dataclass(frozen=True)
class Identifier:
    """One identifier.

    :param kind: name of the kind of personal data
    :param form: what a value in capitals looks like, with the separators people write
    :param module: of python-stdnum, that checks it
    :param checksum: whether the check computes something of the digits; otherwise it is a matter of form
    :param plain_form: forms that are certain only where the column's name says so
    """

    kind: str
    form: str
    module: str
    checksum: bool = True
    plain_form: str | None = None

    @functools.cached_property
    def pattern(self) -> re.Pattern[str]:
        """The form, or the plain form where there is one, as one pattern."""
        return re.compile(f"({self.form})" + (f"|({self.plain_form})" if self.plain_form else ""))

    @functools.cached_property
    def certain(self) -> re.Pattern[str]:
        """The form that is telling without a name."""
        return re.compile(self.form)

    @functools.cached_property
    def valid(self) -> Callable[[str], bool]:
        """What tells whether a value of that form is one."""
        own = _OWN.get(self.module)
        return own or importlib.import_module(f"stdnum.{self.module}").is_valid


def _card(value: str) -> bool:
    from stdnum import luhn

    digits = re.sub(r"[ -]", "", value)
    return CARD.fullmatch(digits) is not None and luhn.is_valid(digits)


def _resident_id(value: str) -> bool:
    """Without the list of places, which lags behind the reforms of China's counties."""
    from stdnum.iso7064 import mod_11_2

    return mod_11_2.is_valid(value)


def _vehicle(value: str) -> bool:
    """The check digit of ISO 3779 as North America demands it (49 CFR 565.15)."""
    letters = dict(
        zip(
            "ABCDEFGHJKLMNPRSTUVWXYZ",
            (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
            strict=True,
        )
    )
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum(
        weight * (letters[sign] if sign in letters else int(sign)) for sign, weight in zip(value, weights, strict=True)
    )
    return value[8] == "0123456789X"[total % 11]


def _no_check(_: str) -> bool:
    return True


_OWN: dict[str, Callable[[str], bool]] = {
    "card": _card,
    "resident_id": _resident_id,
    "vehicle": _vehicle,
    "form": _no_check,
}

IDENTIFIERS = (
    Identifier("payment_card", r"\d{12,19}|\d{4}([ -]\d{4}){2}[ -]\d{1,7}|\d{4}[ -]\d{6}[ -]\d{4,5}", "card"),
    Identifier("iban", r"[A-Z]{2}\d{2}[ -]?[A-Z0-9]{4}([ -]?[A-Z0-9]{1,4}){2,7}", "iban"),
    Identifier("us_ssn", r"\d{3}-\d{2}-\d{4}", "us.ssn", checksum=False, plain_form=r"\d{9}|\d{3} \d{2} \d{4}"),
    Identifier("us_itin", r"9\d{2}-\d{2}-\d{4}", "us.itin", checksum=False, plain_form=r"9\d{8}"),
    Identifier(
        "uk_nino",
        r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",
        "form",
        checksum=False,
        plain_form=r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Z]?",
    ),
    Identifier("uk_nhs_number", r"\d{3}[ -]?\d{3}[ -]?\d{4}", "gb.nhs"),
    Identifier("ca_sin", r"\d{3}[ -]?\d{3}[ -]?\d{3}", "ca.sin"),
    Identifier("au_tfn", r"\d{2,3} ?\d{3} ?\d{3}", "au.tfn"),
    Identifier("de_tax_id", r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}", "de.idnr"),
    Identifier("fr_nir", r"[1-478] ?\d{2} ?\d{2} ?(\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}", "fr.nir"),
    Identifier("es_dni", r"\d{8}[ -]?[A-Z]|\d{2}\.\d{3}\.\d{3}-?[A-Z]", "es.dni"),
    Identifier("es_nie", r"[XYZ][ -]?\d{7}[ -]?[A-Z]", "es.nie"),
    Identifier(
        "it_fiscal_code",
        r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]",
        "it.codicefiscale",
    ),
    Identifier("nl_bsn", r"\d{9}|\d{4}\.\d{2}\.\d{3}", "nl.bsn"),
    Identifier("be_national_number", r"\d{2}\.?\d{2}\.?\d{2}[ -]?\d{3}[. ]?\d{2}", "be.nn"),
    Identifier("pl_pesel", r"\d{11}", "pl.pesel"),
    Identifier("se_personal_number", rf"(19|20)?\d{{2}}{_MONTH}\d{{2}}[-+]?\d{{4}}", "se.personnummer"),
    Identifier("fi_personal_code", rf"{_DAY}{_MONTH}\d{{2}}[-+ABCDEFYXWVU]\d{{3}}[0-9A-Y]", "fi.hetu"),
    Identifier("dk_cpr", rf"{_DAY}{_MONTH}\d{{2}}-\d{{4}}", "dk.cpr", checksum=False, plain_form=r"\d{10}"),
    Identifier("no_birth_number", r"\d{6} ?\d{5}", "no.fodselsnummer"),
    Identifier("br_cpf", r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", "br.cpf"),
    Identifier("in_aadhaar", r"[2-9]\d{3} ?\d{4} ?\d{4}", "in_.aadhaar"),
    Identifier("in_pan", r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", "in_.pan", checksum=False),
    Identifier("za_id", r"\d{6} ?\d{4} ?\d{3}", "za.idnr"),
    Identifier("tr_tckn", r"[1-9]\d{10}", "tr.tckimlik"),
    Identifier("cn_resident_id", rf"[1-9]\d{{5}}(18|19|20)\d{{2}}{_MONTH}{_DAY}\d{{3}}[0-9X]", "resident_id"),
    Identifier(
        "kr_rrn",
        rf"\d{{2}}{_MONTH}{_DAY}-[0-9]\d{{6}}",
        "form",
        checksum=False,
        plain_form=rf"\d{{2}}{_MONTH}{_DAY}[0-9]\d{{6}}",
    ),
    Identifier("jp_my_number", r"\d{4}[ -]?\d{4}[ -]?\d{4}", "jp.in_"),
    Identifier("ch_ahv", r"756\.?\d{4}\.?\d{4}\.?\d{2}", "ch.ssn"),
    Identifier("at_social_insurance_number", rf"[1-9]\d{{3}} ?{_DAY}(0[1-9]|1[0-5])\d{{2}}", "at.vnr"),
    Identifier("bg_egn", r"\d{10}", "bg.egn"),
    Identifier("ro_cnp", r"[1-9]\d{12}", "ro.cnp"),
    Identifier("cz_sk_birth_number", r"\d{6}/?\d{4}", "cz.rc"),
    Identifier("gr_amka", rf"{_DAY}{_MONTH}\d{{7}}", "gr.amka"),
    Identifier("ie_pps", r"\d{7}[A-W][A-IW]?", "ie.pps"),
    Identifier("ee_lt_personal_code", rf"[1-8]\d{{2}}{_MONTH}{_DAY}\d{{4}}", "ee.ik"),
    Identifier("hr_oib", r"\d{11}", "hr.oib"),
    Identifier("is_kennitala", rf"[0-7]\d{_MONTH}\d{{2}}-?\d{{4}}", "is_.kennitala"),
    Identifier("il_id", r"\d{9}|\d-?\d{7}-?\d", "il.idnr"),
    Identifier("mx_curp", rf"[A-Z]{{4}}\d{{2}}{_MONTH}{_DAY}[HMX][A-Z]{{2}}[A-Z]{{3}}[0-9A-Z]\d", "mx.curp"),
    Identifier("cl_rut", r"\d{1,2}\.\d{3}\.\d{3}-[0-9K]|\d{7,8}-[0-9K]", "cl.rut", plain_form=r"\d{7,8}[0-9K]"),
    Identifier("ar_cuit", r"(20|2[34567]|30|33|34)-\d{8}-\d", "ar.cuit", plain_form=r"(20|2[34567]|30|33|34)\d{9}"),
    Identifier("vat_number", r"[A-Z]{2} ?[A-Z0-9+*.]{8,12}", "eu.vat"),
    Identifier("vehicle_identification_number", r"[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{8}", "vehicle"),
)  # fmt: skip
