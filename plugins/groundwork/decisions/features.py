"""Whether feature rows may be published."""

from __future__ import annotations

from collections.abc import Sequence

from groundwork.spec.base import Frozen
from groundwork.spec.decision import Decision

MAXIMUM_LISTED = 10


class FeatureFigures(Frozen):
    """What was found where the rows were written.

    :param expected: rows of the batches in the product
    :param rows: rows that were written
    :param duplicates: keys that stand more than once
    :param incomplete_keys: rows with a null in the key
    :param untimed: rows without a prediction time
    :param known_before: labelled rows whose outcome was known at their prediction time: nothing is left to predict, and
        their own outcome is in their history
    :param audited: rows that were computed again from nothing but what was known at their prediction time
    """

    expected: int
    rows: int
    duplicates: int
    incomplete_keys: int
    untimed: int
    known_before: int
    audited: int


def decide_features(figures: FeatureFigures, differences: Sequence[str]) -> Decision:
    """``publish`` or ``block``.

    Blocked by any one of: another number of rows than the product has, none at all, a key that is not unique or not
    complete, a row without a prediction time, an outcome that was known before its prediction, a value that cannot be
    computed from what was known at the prediction time.

    :param figures: what was counted
    :param differences: one sentence for each value that came out differently
    """
    reasons = []
    if figures.rows != figures.expected:
        reasons.append(f"{figures.rows} rows were written for the {figures.expected} that the product has")
    if not figures.expected:
        reasons.append("the product has no rows of these batches")
    for count, problem in (
        (figures.duplicates, "keys stand more than once"),
        (figures.incomplete_keys, "rows have a null in their key"),
        (figures.untimed, "rows have no prediction time"),
        (figures.known_before, "rows have an outcome that was known when it would be predicted"),
    ):
        if count:
            reasons.append(f"{count} {problem}")
    reasons += [f"not computed from what was known: {difference}" for difference in differences[:MAXIMUM_LISTED]]
    if len(differences) > MAXIMUM_LISTED:
        reasons.append(f"and {len(differences) - MAXIMUM_LISTED} more values")
    return Decision(
        outcome="block" if reasons else "publish",
        reasons=tuple(reasons),
        measured={**figures.model_dump(by_alias=True), "differences": len(differences)},
        declared={"differences": 0, "rows": figures.expected},
    )
