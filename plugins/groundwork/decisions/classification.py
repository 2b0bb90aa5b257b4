"""Where what a contract declares of a column and what its values look like disagree."""

from __future__ import annotations

from collections.abc import Iterable

from groundwork.spec.contract import PERSONAL
from groundwork.spec.profile import ColumnProfile, Disagreement

FEW_VALUES = 3
"""Distinct values below which a column's contents say nothing."""


SURE = 0.9
"""Confidence from which on a column that nobody declared personal is not published; a person looks at the others."""


def undeclared_personal(columns: Iterable[ColumnProfile]) -> tuple[str, ...]:
    """Names of the columns that surely look personal and are not declared so.

    :param columns: with what was declared and what was detected
    """
    return tuple(
        column.name
        for column in columns
        if column.classification not in PERSONAL and (column.detected_confidence or 0.0) >= SURE
    )


def disagreements(columns: Iterable[ColumnProfile]) -> tuple[Disagreement, ...]:
    """Columns on which the contract and the values disagree, findings before hints.

    A column that looks personal and is not declared so is a finding: somebody may read what nobody meant to show. One
    that is declared personal and looks like nothing known is only a hint, because hidden values look like nothing, and
    much that is personal has no form.

    :param columns: with what was declared and what was detected
    """
    found = [finding for column in columns if (finding := _disagreement(column))]
    return tuple(sorted(found, key=lambda item: item.severity != "finding"))


def _disagreement(column: ColumnProfile) -> Disagreement | None:
    declared = column.classification in PERSONAL
    if column.detected and not declared:
        looks = f"looks like {column.detected} ({column.detected_evidence}), declared is {column.classification}"
        mend = "declare its classification, or hide it by a comply rule"
        return Disagreement(column=column.name, severity="finding", message=f"{looks}: {mend}")
    if declared and not column.detected and column.distinct >= FEW_VALUES:
        message = f"is declared {column.classification}; its values look like nothing known"
        return Disagreement(column=column.name, severity="hint", message=message)
    return None
