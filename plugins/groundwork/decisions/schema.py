"""Whether columns are what the contract declares: those of a landing file, and those of the published table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from groundwork.spec.contract import HISTORY_COLUMNS, Contract, Landing
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


def decide_columns(there: Mapping[str, str], contract: Contract) -> Decision:
    """``extend`` or ``refuse`` a published table by the columns that its contract declares now.

    Columns may be added and made wider (int to bigint, a decimal with more digits before the point). Whatever readers
    have today stays: a column is neither dropped nor narrowed nor given another type.

    :param there: name → Spark type of the table's columns; empty where there is no table yet
    """
    declared = {column.name: column.type for column in contract.columns} | contract.system_columns
    added = [name for name in declared if there and name not in there]
    # A system column that begins with _ is nobody's promise: replays and upserts add them.
    dropped = [name for name in there if name not in declared and not name.startswith("_")]
    changed = {name: (there[name], type_) for name, type_ in declared.items() if there.get(name, type_) != type_}
    widened = [name for name, (found, wanted) in changed.items() if is_wider(found, wanted)]
    reasons = [_kept_type(name, *types) for name, types in changed.items() if name not in widened]
    reasons += [
        f"column {name} is published, and the contract has it no more: a published column stays. Keep it in the "
        "contract, with a rule that makes it null if need be, or publish the rest as a new product"
        for name in dropped
    ]
    if late := sorted(HISTORY_COLUMNS.keys() & set(added)):
        reasons.append(
            f"the table keeps no versions ({', '.join(late)} are not there), and cannot begin to: publish it as a new "
            "product"
        )
    return Decision(
        outcome="refuse" if reasons else "extend",
        reasons=tuple(reasons),
        measured={"added": added, "widened": widened, "dropped": dropped},
        declared={"columns": declared},
    )


def _kept_type(name: str, found: str, wanted: str) -> str:
    how = "is narrower" if is_wider(wanted, found) else "is another type"
    return (
        f"column {name} is {found}, the contract says {wanted}, which {how}: a published column keeps its type. "
        "Give the new type a new column name, or publish it as a new product"
    )


def is_wider(found: str, wanted: str) -> bool:
    """Whether every value of the one type is one of the other, as Iceberg promotes types."""
    if (found, wanted) == ("int", "bigint"):
        return True
    digits = [re.fullmatch(r"decimal\((\d+),(\d+)\)", type_) for type_ in (found, wanted)]
    if not all(digits):
        return False
    (precision, scale), (wider, same) = (map(int, match.groups()) for match in digits if match)
    return wider > precision and same == scale
