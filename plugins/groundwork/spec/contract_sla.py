"""Reads what a contract's service level promises and Groundwork watches: how old the newest event may be."""

from __future__ import annotations

from collections.abc import Callable

from open_data_contract_standard.model import ServiceLevelAgreementProperty

from groundwork.spec.yaml_file import KeyPath

LATENCY = ("latency", "ly")
HOURS = {
    **dict.fromkeys(("m", "min", "minute", "minutes"), 1 / 60),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 1.0),
    **dict.fromkeys(("d", "day", "days"), 24.0),
}
"""Unit as the standard writes it → hours."""
Problem = Callable[[KeyPath, str, str], None]


def latency_hours(
    declared: list[ServiceLevelAgreementProperty] | None, elements: tuple[str, ...], problem: Problem
) -> float | None:
    """Hours from the newest event to the acquisition that are promised; None where nothing is.

    Other properties of the service level describe and are not watched.

    :param declared: the contract's ``slaProperties``
    :param elements: what the latency may be of: the table, or its event time; empty where none is declared
    :param problem: told of each entry that cannot be watched
    """
    found: float | None = None
    for index, item in enumerate(declared or ()):
        if (item.property or "").lower() not in LATENCY:
            continue
        path: KeyPath = ("slaProperties", index)
        unit = HOURS.get((item.unit or "d").lower())
        if found is not None:
            problem(path, "a second latency is promised", "Keep one of the two")
        elif not elements:
            problem(path, "promises a latency, and no event time says how old data is", "Add groundwork.eventTime")
        elif item.element and item.element not in elements:
            problem((*path, "element"), f"is {item.element!r}", f"Use one of {', '.join(elements)}, or leave it out")
        elif unit is None:
            problem((*path, "unit"), f"is {item.unit!r}", f"Use one of {', '.join(HOURS)}")
        elif isinstance(item.value, bool) or not isinstance(item.value, int | float) or item.value <= 0:
            problem((*path, "value"), f"is {item.value!r}", "Use a number above 0")
        else:
            found = item.value * unit
    return found
