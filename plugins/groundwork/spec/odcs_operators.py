"""The operators that the Open Data Contract Standard holds a measured figure against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any

OPERATORS = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)


def declared_operator(declared: Mapping[str, Any]) -> tuple[str, Any]:
    """The one operator of a quality entry, with what it compares with.

    :param declared: operator → value, of those that stand there
    :raises ValueError: there is none or more than one, or the value is no number or pair of numbers
    """
    found = {name: declared[name] for name in OPERATORS if declared.get(name) is not None}
    if len(found) != 1:
        raise ValueError(f"needs exactly one of {', '.join(OPERATORS)}; found: {', '.join(found) or 'none'}")
    name, value = next(iter(found.items()))
    if not name.endswith("Between"):
        if not _number(value) and not (name in ("mustBe", "mustNotBe") and isinstance(value, bool)):
            raise ValueError(f"{name} must be a number, not {value!r}")
        return name, value
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(_number(bound) for bound in value):
        raise ValueError(f"{name} must be two numbers, not {value!r}")
    if value[0] > value[1]:
        raise ValueError(f"{name}: the smaller number stands first, not {value[0]!r}")
    return name, list(value)


def holds(operator: str, value: Any, observed: Any) -> bool:
    """Whether the observed figure meets the operator; both bounds of a range belong to it.

    A figure that is not there (null) meets none.
    """
    return observed is not None and bool(_COMPARISONS[operator](observed, value))


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "mustBe": eq,
    "mustNotBe": ne,
    "mustBeGreaterThan": gt,
    "mustBeGreaterOrEqualTo": ge,
    "mustBeLessThan": lt,
    "mustBeLessOrEqualTo": le,
    "mustBeBetween": lambda observed, bounds: bounds[0] <= observed <= bounds[1],
    "mustNotBeBetween": lambda observed, bounds: not bounds[0] <= observed <= bounds[1],
}


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
