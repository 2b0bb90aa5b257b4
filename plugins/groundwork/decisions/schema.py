"""Whether a landing file's columns are what the contract declares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from groundwork.spec.contract import Landing
from groundwork.spec.decision import Decision

MAXIMUM_LISTED = 20


def decide_header(header: Sequence[str], landing: Landing) -> Decision:
    """``load`` or ``refuse`` one file by its header line; order of columns does not matter.

    :param header: column names as the file has them
    :param landing: declared fields and evolution policy
    """
    declared = [column.header for column in landing.columns]
    found = set(header)
    added = sorted(found - set(declared))
    missing = [name for name in declared if name not in found]
    required = [column.header for column in landing.columns if column.required and column.header not in found]
    repeated = sorted(name for name, count in Counter(header).items() if count > 1)
    reasons = []
    if len(header) == 1 and len(declared) > 1:
        reasons.append(f"the header has one column {header[0][:80]!r}; is the delimiter {landing.delimiter!r}?")
    if repeated:
        reasons.append(f"columns stand twice in the header: {_listed(repeated)}")
    if added and landing.evolution.added == "refuse":
        reasons.append(f"columns the contract does not know: {_listed(added)}")
    if missing and landing.evolution.missing == "refuse":
        reasons.append(f"declared columns are missing: {_listed(missing)}")
    elif required:
        reasons.append(f"required columns are missing: {_listed(required)}")
    return Decision(
        outcome="refuse" if reasons else "load",
        reasons=tuple(reasons),
        measured={"added": _cut(added), "missing": missing, "header": _cut(header)},
        declared=landing.evolution.model_dump(),
    )


def _cut(names: Sequence[str], most: int = 1_000) -> list[str]:
    """The first of them, each cut: a file that is no table at all may have any first line."""
    return [name[:80] for name in names[:most]]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAXIMUM_LISTED} more" if len(names) > MAXIMUM_LISTED else ""
    return ", ".join(_cut(names, MAXIMUM_LISTED)) + more


def decide_types(readable: Mapping[str, tuple[int, int]], landing: Landing) -> Decision:
    """``load`` or ``refuse`` a batch by whether its values read as their declared types.

    A column is retyped when it has values and none of them reads as the declared type.

    :param readable: column → (values that are not null, values that read as the declared type)
    :param landing: declared fields and evolution policy
    """
    types = {column.name: column.type for column in landing.columns}
    retyped = sorted(name for name, (values, fitting) in readable.items() if values and not fitting)
    reasons = []
    if landing.evolution.retyped == "refuse":
        reasons = [f"column {name} is retyped: no value of the batch reads as {types[name]}" for name in retyped]
    return Decision(
        outcome="refuse" if reasons else "load",
        reasons=tuple(reasons),
        measured={"retyped": retyped, "readable": {name: list(figures) for name, figures in readable.items()}},
        declared=landing.evolution.model_dump(),
    )
