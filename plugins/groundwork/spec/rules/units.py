"""Units that a quantity can be converted between, by their exact definitions.

Factors are those that NIST SP 811, appendix B, prints in bold as exact: the yard and pound agreement of 1959, the
thermochemical calorie, gallons by their cubic inches (US) and litres (imperial).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

Unit = Literal[
    "millimetre", "centimetre", "metre", "kilometre", "inch", "foot", "yard", "mile", "nautical_mile",
    "gram", "kilogram", "tonne", "ounce", "pound",
    "square_metre", "hectare", "square_kilometre", "square_foot", "acre",
    "millilitre", "litre", "cubic_metre", "us_gallon", "imperial_gallon",
    "second", "minute", "hour", "day",
    "metre_per_second", "kilometre_per_hour", "mile_per_hour", "knot",
    "pascal", "hectopascal", "kilopascal", "bar",
    "joule", "kilojoule", "kilocalorie", "kilowatt_hour",
    "celsius", "fahrenheit", "kelvin",
]  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """What one of a unit is: ``factor`` of its dimension's base unit, counted from ``zero`` of it."""

    dimension: str
    factor: Fraction
    zero: Fraction = Fraction(0)


_INCH = Fraction("0.0254")
_MILE = 63360 * _INCH
_FACTORS: dict[str, dict[Unit, Fraction | int]] = {
    "length": {
        "millimetre": Fraction(1, 1000),
        "centimetre": Fraction(1, 100),
        "metre": 1,
        "kilometre": 1000,
        "inch": _INCH,
        "foot": 12 * _INCH,
        "yard": 36 * _INCH,
        "mile": _MILE,
        "nautical_mile": 1852,
    },
    "mass": {
        "gram": Fraction(1, 1000),
        "kilogram": 1,
        "tonne": 1000,
        "ounce": Fraction("0.45359237") / 16,
        "pound": Fraction("0.45359237"),
    },
    "area": {
        "square_metre": 1,
        "hectare": 10_000,
        "square_kilometre": 1_000_000,
        "square_foot": (12 * _INCH) ** 2,
        "acre": 43_560 * (12 * _INCH) ** 2,
    },
    "volume": {
        "millilitre": Fraction(1, 1_000_000),
        "litre": Fraction(1, 1000),
        "cubic_metre": 1,
        "us_gallon": 231 * _INCH**3,
        "imperial_gallon": Fraction("0.00454609"),
    },
    "time": {"second": 1, "minute": 60, "hour": 3600, "day": 86_400},
    "speed": {
        "metre_per_second": 1,
        "kilometre_per_hour": Fraction(1000, 3600),
        "mile_per_hour": _MILE / 3600,
        "knot": Fraction(1852, 3600),
    },
    "pressure": {"pascal": 1, "hectopascal": 100, "kilopascal": 1000, "bar": 100_000},
    "energy": {"joule": 1, "kilojoule": 1000, "kilocalorie": 4184, "kilowatt_hour": 3_600_000},
}
_TEMPERATURES: dict[Unit, tuple[Fraction, Fraction]] = {
    "kelvin": (Fraction(1), Fraction(0)),
    "celsius": (Fraction(1), Fraction("273.15")),
    "fahrenheit": (Fraction(5, 9), Fraction("459.67") * 5 / 9),
}
UNITS: dict[Unit, Measure] = {
    unit: Measure(dimension, Fraction(factor))
    for dimension, units in _FACTORS.items()
    for unit, factor in units.items()
} | {unit: Measure("temperature", *scale) for unit, scale in _TEMPERATURES.items()}
"""Unit → what one of it is."""


def conversion(unit: Unit, to: Unit) -> tuple[int, int, int]:
    """Whole numbers (n, m, d) with which a value x becomes (x·n + m) / d.

    :param unit: unit of x
    :param to: unit of the result, of the same dimension
    """
    here, there = UNITS[unit], UNITS[to]
    slope, shift = here.factor / there.factor, (here.zero - there.zero) / there.factor
    common = lcm(slope.denominator, shift.denominator)
    return int(slope * common), int(shift * common), common
