"""Postcodes as their country writes them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from groundwork.spec.rules.postcodes import POSTCODES
from groundwork.spec.rules.standardise_forms import PostcodeForm

if TYPE_CHECKING:
    from pyspark.sql import Column

PLACEHOLDERS = {"#": "[0-9]", "@": "[A-Z]", "*": "[A-Z0-9]"}
SEPARATOR = "[ \u00a0-]?"


def as_postcode(form: PostcodeForm, text: Column, beside: Column | None) -> Column:
    """The postcode with its country's separators; null where the country is not known or writes none so.

    :param beside: the row's country, for a form that takes it from another column
    """
    from pyspark.sql import functions as F  # noqa: N812

    upper = F.upper(text)
    if beside is None:
        return _written(upper, POSTCODES[form.country or ""])
    alike = defaultdict(list)
    for country, masks in POSTCODES.items():
        alike[masks].append(country)
    country = F.coalesce(F.upper(F.nullif(F.trim(beside), F.lit(""))), F.lit(form.country))
    return F.coalesce(*(F.when(country.isin(*countries), _written(upper, masks)) for masks, countries in alike.items()))


def _written(upper: Column, masks: tuple[str, ...]) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    return F.coalesce(
        *(
            F.when(upper.rlike(pattern), F.regexp_replace(upper, pattern, written))
            for pattern, written in map(_pattern, masks)
        )
    )


def _pattern(mask: str) -> tuple[str, str]:
    """A regular expression, in which all but placeholders may be missing, and the replacement that has it all."""
    pattern, written, group = "", "", 0
    for part in re.findall(r"[#@*]|[A-Z]+|[ -]", mask):
        if part in PLACEHOLDERS:
            group += 1
            pattern += f"({PLACEHOLDERS[part]})"
            written += f"${group}"
        else:
            pattern += f"(?:{part})?" if part.isalpha() else SEPARATOR
            written += part
    return rf"^{pattern}\z", written
