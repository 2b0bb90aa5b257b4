"""The kinds of personal data that are looked for."""

from __future__ import annotations

from dataclasses import dataclass

from groundwork.spec.contract import Classification as Declared


@dataclass(frozen=True)
class Kind:
    """One kind of personal data.

    :param name: as it stands in reports
    :param classification: what a contract would declare for it
    :param alone: confidence (0–1) where all values have its form and the column's name says nothing
    :param named: confidence where the column's name says so as well
    :param identifier: Amazon Macie's managed data identifier; None where Macie has none
    """

    name: str
    classification: Declared
    alone: float
    named: float
    identifier: str | None = None


_SENSITIVE: Declared = "sensitive_personal"
_PERSONAL: Declared = "personal"
# Kinds that are as often a company's as a person's stay below what holds a delivery back
# (groundwork.decisions.classification.SURE).
_ALL = (
    Kind("payment_card", _SENSITIVE, 0.95, 0.99, "CREDIT_CARD_NUMBER"),
    Kind("iban", _SENSITIVE, 0.97, 0.99, "BANK_ACCOUNT_NUMBER"),
    Kind("us_ssn", _SENSITIVE, 0.80, 0.92, "USA_SOCIAL_SECURITY_NUMBER"),
    Kind("us_itin", _SENSITIVE, 0.85, 0.95, "USA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"),
    Kind("uk_nino", _SENSITIVE, 0.85, 0.98, "UK_NATIONAL_INSURANCE_NUMBER"),
    Kind("uk_nhs_number", _SENSITIVE, 0.60, 0.98, "UK_NHS_NUMBER"),
    Kind("ca_sin", _SENSITIVE, 0.60, 0.98, "CANADA_SOCIAL_INSURANCE_NUMBER"),
    Kind("au_tfn", _SENSITIVE, 0.60, 0.98, "AUSTRALIA_TAX_FILE_NUMBER"),
    Kind("de_tax_id", _SENSITIVE, 0.90, 0.98, "GERMANY_TAX_IDENTIFICATION_NUMBER"),
    Kind("fr_nir", _SENSITIVE, 0.97, 0.99, "FRANCE_NATIONAL_IDENTIFICATION_NUMBER"),
    Kind("es_dni", _SENSITIVE, 0.95, 0.99, "SPAIN_DNI_NUMBER"),
    Kind("es_nie", _SENSITIVE, 0.95, 0.99, "SPAIN_NIE_NUMBER"),
    Kind("it_fiscal_code", _SENSITIVE, 0.97, 0.99, "ITALY_NATIONAL_IDENTIFICATION_NUMBER"),
    Kind("nl_bsn", _SENSITIVE, 0.60, 0.98),
    Kind("be_national_number", _SENSITIVE, 0.93, 0.99),
    Kind("pl_pesel", _SENSITIVE, 0.92, 0.99),
    Kind("se_personal_number", _SENSITIVE, 0.92, 0.99),
    Kind("fi_personal_code", _SENSITIVE, 0.97, 0.99),
    Kind("dk_cpr", _SENSITIVE, 0.78, 0.98),
    Kind("no_birth_number", _SENSITIVE, 0.95, 0.99),
    Kind("br_cpf", _SENSITIVE, 0.93, 0.99, "BRAZIL_CPF_NUMBER"),
    Kind("in_aadhaar", _SENSITIVE, 0.85, 0.98, "INDIA_AADHAAR_NUMBER"),
    Kind("in_pan", _SENSITIVE, 0.88, 0.98, "INDIA_PERMANENT_ACCOUNT_NUMBER"),
    Kind("za_id", _SENSITIVE, 0.95, 0.99),
    Kind("tr_tckn", _SENSITIVE, 0.93, 0.99),
    Kind("cn_resident_id", _SENSITIVE, 0.97, 0.99),
    Kind("kr_rrn", _SENSITIVE, 0.85, 0.97),
    Kind("jp_my_number", _SENSITIVE, 0.60, 0.98),
    Kind("ch_ahv", _SENSITIVE, 0.97, 0.99),
    Kind("at_social_insurance_number", _SENSITIVE, 0.90, 0.98),
    Kind("bg_egn", _SENSITIVE, 0.92, 0.99),
    Kind("ro_cnp", _SENSITIVE, 0.95, 0.99),
    Kind("cz_sk_birth_number", _SENSITIVE, 0.90, 0.98),
    Kind("gr_amka", _SENSITIVE, 0.93, 0.99),
    Kind("ie_pps", _SENSITIVE, 0.92, 0.98),
    Kind("ee_lt_personal_code", _SENSITIVE, 0.94, 0.99),
    Kind("hr_oib", _SENSITIVE, 0.60, 0.98),
    Kind("is_kennitala", _SENSITIVE, 0.90, 0.98),
    Kind("il_id", _SENSITIVE, 0.60, 0.98),
    Kind("mx_curp", _SENSITIVE, 0.97, 0.99, "MEXICO_CURP_NUMBER"),
    Kind("cl_rut", _SENSITIVE, 0.90, 0.98, "CHILE_RUT_NUMBER"),
    Kind("ar_cuit", _SENSITIVE, 0.90, 0.98, "ARGENTINA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"),
    Kind("vat_number", _PERSONAL, 0.80, 0.88),
    Kind("passport", _SENSITIVE, 0.0, 0.90, "PASSPORT_NUMBER"),
    Kind("driving_licence", _SENSITIVE, 0.0, 0.90, "DRIVERS_LICENSE"),
    Kind("document_number", _SENSITIVE, 0.0, 0.85),
    Kind("vehicle_identification_number", _PERSONAL, 0.85, 0.88, "VEHICLE_IDENTIFICATION_NUMBER"),
    Kind("licence_plate", _PERSONAL, 0.0, 0.88),
    Kind("email", _PERSONAL, 0.97, 0.99),
    Kind("phone", _PERSONAL, 0.85, 0.97, "PHONE_NUMBER"),
    Kind("ip_address", _PERSONAL, 0.90, 0.98),
    Kind("mac_address", _PERSONAL, 0.90, 0.98),
    Kind("date_of_birth", _PERSONAL, 0.72, 0.97, "DATE_OF_BIRTH"),
    Kind("person_name", _PERSONAL, 0.85, 0.95, "NAME"),
    Kind("address", _PERSONAL, 0.80, 0.89, "ADDRESS"),
    Kind("username", _PERSONAL, 0.0, 0.85),
    Kind("personal_text", _PERSONAL, 0.80, 0.90),
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
"""By name; of two that fit a column as well, the earlier one is proposed."""
