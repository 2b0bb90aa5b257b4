"""Violations as bits: one bit a rule, 63 bits a long column, reasons only for the rows that have some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from groundwork.spec.rules.base import Action

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

BITS = 63
"""The sign bit stays free: a comparison with zero is enough to see whether any is set."""
NUMBER = "_number"


@dataclass(frozen=True)
class Violation:
    """What one bit means.

    :param rule: the rule's name
    :param kind: the rule's kind; ``builtin`` for those that every product has
    :param column: the column concerned, where there is one
    :param message: one sentence for people
    """

    rule: str
    kind: str
    action: Action
    column: str | None
    message: str

    @property
    def keeps_back(self) -> bool:
        """Whether a row that has it goes to quarantine. Rows of a failed batch do, so that one sees them."""
        return self.action in ("quarantine", "fail")


def builtin(prefix: str, column: str, message: str, action: Action = "quarantine") -> Violation:
    """What every product is held to, without a rule of a person's."""
    return Violation(f"{prefix}_{column}", "builtin", action, column, message)


def bit_columns(count: int) -> list[str]:
    """Names of the long columns that hold so many bits."""
    return [f"_bits_{index}" for index in range((count + BITS - 1) // BITS)]


def packed(flags: Sequence[str]) -> list[Column]:
    """Boolean columns packed into long columns."""
    from pyspark.sql import functions as F  # noqa: N812

    longs = []
    for index, name in enumerate(bit_columns(len(flags))):
        part = flags[index * BITS : (index + 1) * BITS]
        bits = [F.when(F.col(flag), F.lit(1 << place)).otherwise(F.lit(0)) for place, flag in enumerate(part)]
        longs.append(reduce(lambda left, right: left.bitwiseOR(right), bits).cast("bigint").alias(name))
    return longs


def is_set(place: int) -> Column:
    """Whether the bit at that place is set."""
    from pyspark.sql import functions as F  # noqa: N812

    return F.col(f"_bits_{place // BITS}").bitwiseAND(F.lit(1 << place % BITS)) != 0


def any_set(places: Sequence[int]) -> Column:
    """Whether any of these bits is set."""
    from pyspark.sql import functions as F  # noqa: N812

    masks: dict[int, int] = {}
    for place in places:
        masks[place // BITS] = masks.get(place // BITS, 0) | 1 << place % BITS
    tests = [F.col(f"_bits_{index}").bitwiseAND(F.lit(mask)) != 0 for index, mask in masks.items()]
    return reduce(lambda left, right: left | right, tests) if tests else F.lit(False)


def filtered(rows: DataFrame, condition: Column) -> DataFrame:
    """The rows whose bits meet a condition.

    The number, which is never below zero and not the same from one run to the next, keeps Spark from carrying the
    condition down to the file: there it would work every rule out again for each bit that is looked at, and take eight
    times as long (5 million rows, 30 rules).
    """
    from pyspark.sql import functions as F  # noqa: N812

    numbered = rows.withColumn(NUMBER, F.monotonically_increasing_id())
    return numbered.where(condition & (F.col(NUMBER) >= 0)).drop(NUMBER)


def quarantined(violations: Sequence[Violation]) -> Column:
    """Whether the row is set aside. Stronger than dropping: nothing with a reason to be looked at is left out."""
    return any_set([place for place, violation in enumerate(violations) if violation.keeps_back])


def dropped(violations: Sequence[Violation]) -> Column:
    """Whether the row is left out by a rule."""
    drops = any_set([place for place, violation in enumerate(violations) if violation.action == "drop"])
    return ~quarantined(violations) & drops


def reasons(violations: Sequence[Violation]) -> Column:
    """The row's violations as an array of structs; only for rows that have some, as it is what costs."""
    from pyspark.sql import functions as F  # noqa: N812

    def struct(violation: Violation) -> Column:
        texts: list[tuple[str, Any]] = [
            ("rule", violation.rule),
            ("kind", violation.kind),
            ("column", violation.column),
            ("action", violation.action),
            ("message", violation.message),
        ]
        return F.struct(*(F.lit(text).cast("string").alias(name) for name, text in texts))

    known = F.array(*(struct(violation) for violation in violations))
    places = F.concat(
        *(
            F.expr(
                f"transform(filter(sequence(0, {BITS - 1}), i -> (shiftright({name}, i) & 1) = 1), "
                f"i -> i + {index * BITS + 1})"
            )
            for index, name in enumerate(bit_columns(len(violations)))
        )
    )
    return F.transform(places, lambda place: F.element_at(known, place))
