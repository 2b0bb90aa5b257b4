"""Which hyperparameters each trial has: a function of the seed and the trial's number, so that a search can go on."""

from __future__ import annotations

import itertools
import math
import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.sagemaker.errors import ValidationException

Draw = Callable[[random.Random], str]


class Search(ABC):
    """The trials of a tuning job."""

    @abstractmethod
    def trial(self, number: int) -> dict[str, str]:
        """The hyperparameters of a trial, which are numbered from 0."""

    @property
    def size(self) -> int | None:
        """How many trials there are; None for any number."""
        return None


class RandomSearch(Search):
    """Each hyperparameter is drawn for itself.

    :param seed: the same seed draws the same trials
    """

    def __init__(self, ranges: dict[str, Any], seed: int):
        self._seed = seed
        self._draws = {each["Name"]: draw(Range.of(kind, each)) for kind in NUMERIC for each in ranges.get(kind, [])}
        for each in ranges.get(CATEGORICAL, []):
            self._draws[each["Name"]] = choice(each["Values"])

    def trial(self, number: int) -> dict[str, str]:
        """Drawn from a source of its own, so that no other trial has a part in it."""
        source = random.Random(f"{self._seed}/{number}")  # noqa: S311 - a search is no secret
        return {name: drawn(source) for name, drawn in self._draws.items()}


class GridSearch(Search):
    """Every combination of the categories, the last one changing first."""

    def __init__(self, ranges: dict[str, Any], _: int):
        if any(ranges.get(kind) for kind in NUMERIC):
            raise ValidationException("Strategy Grid takes CategoricalParameterRanges alone.")
        values = {each["Name"]: each["Values"] for each in ranges.get(CATEGORICAL, [])}
        self._trials = [dict(zip(values, each, strict=True)) for each in itertools.product(*values.values())]

    def trial(self, number: int) -> dict[str, str]:
        """The combination of this number."""
        return self._trials[number]

    @property
    def size(self) -> int | None:
        """How many combinations there are."""
        return len(self._trials)


CATEGORICAL = "CategoricalParameterRanges"
NUMERIC = {"IntegerParameterRanges": int, "ContinuousParameterRanges": float}
STRATEGIES: dict[str, Callable[[dict[str, Any], int], Search]] = {"Random": RandomSearch, "Grid": GridSearch}


@dataclass(frozen=True)
class Range:
    """A numeric range.

    :param scaling: ``Linear``, ``Logarithmic`` or ``ReverseLogarithmic``
    """

    whole: bool
    least: float
    most: float
    scaling: str

    @classmethod
    def of(cls, kind: str, wanted: dict[str, str]) -> Range:
        """Read one.

        :raises ValidationException: bounds that are none, or that the scaling does not allow
        """
        name = wanted["Name"]
        scaling = wanted.get("ScalingType", "Auto").replace("Auto", "Linear")
        try:
            least, most = (NUMERIC[kind](wanted[bound]) for bound in ("MinValue", "MaxValue"))
        except ValueError as error:
            raise ValidationException(f"ParameterRanges.{name}: {error}") from error
        if not (math.isfinite(least) and math.isfinite(most) and least <= most):
            raise ValidationException(f"ParameterRanges.{name}: MinValue {least} is not at most MaxValue {most}")
        if scaling == "Logarithmic" and least <= 0:
            raise ValidationException(f"ParameterRanges.{name}: Logarithmic needs a MinValue above 0")
        whole = NUMERIC[kind] is int
        if scaling == "ReverseLogarithmic" and (whole or least < 0 or most >= 1):
            raise ValidationException(f"ParameterRanges.{name}: ReverseLogarithmic needs a continuous range in [0, 1)")
        return cls(whole, least, most, scaling)


def draw(wanted: Range) -> Draw:
    """Draws from a range."""

    def drawn(source: random.Random) -> str:
        if wanted.scaling == "Logarithmic":
            value = math.exp(source.uniform(math.log(wanted.least), math.log(wanted.most)))
        elif wanted.scaling == "ReverseLogarithmic":
            value = 1 - math.exp(source.uniform(math.log(1 - wanted.least), math.log(1 - wanted.most)))
        elif wanted.whole:
            value = source.randint(int(wanted.least), int(wanted.most))
        else:
            value = source.uniform(wanted.least, wanted.most)
        value = min(max(value, wanted.least), wanted.most)
        return str(round(value)) if wanted.whole else repr(float(value))

    return drawn


def choice(values: list[str]) -> Draw:
    """Draws one of the values."""
    return lambda source: source.choice(values)


def make_search(config: dict[str, Any], seed: int) -> Search:
    """The search of a HyperParameterTuningJobConfig.

    :raises ValidationException: its ranges cannot be searched
    """
    return STRATEGIES[config["Strategy"]](config.get("ParameterRanges", {}), seed)
