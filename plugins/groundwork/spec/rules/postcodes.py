"""How countries write their postcodes: # is a digit, @ a letter, * either; everything else stands as it is.

Forms are those of the Universal Postal Union's addressing guide. A country's own letters (``LT-``, ``AD``) may be
missing in the text and stand in the result.
"""

from __future__ import annotations

_FIVE_DIGITS = "CR CU DE EE ES FI FR GP GT HR IT KR MA MC ME MN MQ MX MY PE PK RE SA SM TH TR UA VA ZM"
_FOUR_DIGITS = "AL AM AT AU BD BE BG CH CY DK GE HU LI LU MK NO NZ PH SI TN ZA"
_SIX_DIGITS = "BY CN CO EC IN KG KZ RO RU SG TJ TM UZ"
POSTCODES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_FIVE_DIGITS.split(), ("#####",)),
    **dict.fromkeys(_FOUR_DIGITS.split(), ("####",)),
    **dict.fromkeys(_SIX_DIGITS.split(), ("######",)),
    "AD": ("AD###",),
    "AR": ("####", "@####@@@"),
    "BR": ("#####-###",),
    "CA": ("@#@ #@#",),
    "CL": ("#######",),
    "CZ": ("### ##",),
    "GB": ("@# #@@", "@## #@@", "@@# #@@", "@@## #@@", "@#@ #@@", "@@#@ #@@"),
    "GR": ("### ##",),
    "ID": ("#####",),
    "IE": ("@#* ****",),
    "IL": ("#######",),
    "IS": ("###",),
    "JP": ("###-####",),
    "LT": ("LT-#####",),
    "LV": ("LV-####",),
    "MT": ("@@@ ####",),
    "NL": ("#### @@",),
    "PL": ("##-###",),
    "PR": ("#####", "#####-####"),
    "PT": ("####-###",),
    "RS": ("#####",),
    "SE": ("### ##",),
    "SK": ("### ##",),
    "TW": ("###", "#####", "######"),
    "US": ("#####", "#####-####"),
    "VN": ("#####", "######"),
}
"""Country (ISO 3166, two letters) → the forms its postcodes have."""
