"""Names of columns in our tables, made from those in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from groundwork.spec.contract import SYSTEM_COLUMNS
from spark_jobs.classification.plain_text import plain

LONGEST = 60
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def column_names(headers: Iterable[str]) -> dict[str, str]:
    """Header → name: lower case, digits and ``_``, a letter first, none twice and none that is a system column's."""
    found: dict[str, str] = {}
    taken = set(SYSTEM_COLUMNS)
    for number, header in enumerate(headers, start=1):
        words = re.findall(r"[a-z0-9]+", plain(_CAMEL.sub(" ", header)))
        name = "_".join(words)[:LONGEST].strip("_") or f"column_{number}"
        name = name if name[0].isalpha() else f"column_{name}"[:LONGEST]
        if name in taken:
            name = f"{name[: LONGEST - 6]}_{number}"
        taken.add(name)
        found[header] = name
    return found
