"""Features of one data product's rows, as each row's outcome could be predicted: nothing known later may be in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from groundwork.spec.base import Frozen, Identifier, problem_at
from groundwork.spec.rules.base import checked_expression

FeatureType = Literal["number", "category"]
KEY_COLUMNS = ("prediction_time", "label_known_at")
"""Columns that every feature table has beside the product's primary key, the label, the features and the system's."""

Expression = Annotated[str, AfterValidator(checked_expression)]


class Feature(Frozen):
    """One column of a feature table that a model may read.

    :param type: numbers are read as double, categories as string
    """

    name: Identifier
    type: FeatureType


class Label(Frozen):
    """What is predicted.

    :param expression: boolean Spark SQL over the product's columns; null where there is no label
    """

    name: Identifier = Field(description="Column of the feature table.")
    expression: Expression = Field(
        description="Boolean Spark SQL over the product's columns; null: the row has no label and is not learnt from."
    )


class OwnFeature(Frozen):
    """A feature of the row itself.

    :param expression: Spark SQL over columns that the product's contract says are known in advance
    """

    name: Identifier = Field(description="Column of the feature table.")
    expression: Expression = Field(description="Spark SQL over columns that the contract lists as known in advance.")
    type: FeatureType = Field(default="number", description="number or category.")
    description: str = Field(default="", description="One sentence for people.")


class History(Frozen):
    """Means over earlier rows of the same product whose outcome was known by the prediction time.

    A feature is named ``<name>_<measure>_<days>d``. A window holds the rows of the same group whose ``known_at`` lies
    in (prediction time − days, prediction time]. A row with a null in ``by`` has no group, and null for its features.

    :param by: columns that make the group
    :param days: lengths of the windows
    :param mean: measure → numeric or boolean Spark SQL over the product's columns; nulls do not count
    :param count: whether the number of rows in the window is a feature too, as ``<name>_count_<days>d``
    """

    name: Identifier = Field(description="First part of the features' names.")
    by: tuple[Identifier, ...] = Field(min_length=1, description="Columns that make the group; known in advance.")
    days: tuple[Annotated[int, Field(ge=1, le=730)], ...] = Field(min_length=1, description="Lengths of the windows.")
    mean: dict[Identifier, Expression] = Field(default_factory=dict, description="Measure: what is averaged.")
    count: bool = Field(default=False, description="Whether the number of rows in the window is a feature too.")

    @property
    def features(self) -> tuple[Feature, ...]:
        """Its features, in the order of the windows."""
        measures = (*self.mean, *(("count",) if self.count else ()))
        return tuple(
            Feature(name=f"{self.name}_{measure}_{days}d", type="number") for days in self.days for measure in measures
        )


class AsOf(Frozen):
    """Columns of another product's newest row that was known by the prediction time.

    Newest is the latest ``event_time``, of equal ones the latest ``known_at``, of these the largest values.

    :param match: column here → column there
    :param maximum_age_hours: a row whose ``known_at`` is not later than prediction time − this counts as none
    :param take: feature → column there
    """

    product: Identifier = Field(description="Published product.")
    match: dict[Identifier, Identifier] = Field(min_length=1, description="Column here: column there.")
    maximum_age_hours: int = Field(ge=1, le=8760, description="Older rows count as none; the features are then null.")
    take: dict[Identifier, Identifier] = Field(min_length=1, description="Feature: column there; numbers only.")

    @property
    def features(self) -> tuple[Feature, ...]:
        """Its features."""
        return tuple(Feature(name=name, type="number") for name in self.take)


class FeatureView(Frozen):
    """One feature table: one row for each row of a product.

    :param view: the table's name, and part of every name derived from it
    :param product: the product whose rows are predicted
    :param prediction_time: when a prediction is made; Spark SQL over columns known in advance
    """

    view: Identifier = Field(description="Name of the feature table.")
    product: Identifier = Field(description="Published product whose rows are predicted.")
    prediction_time: Expression = Field(description="When the prediction is made: Spark SQL timestamp.")
    label: Label = Field(description="What is predicted.")
    own: tuple[OwnFeature, ...] = Field(default=(), description="Features of the row itself.")
    history: tuple[History, ...] = Field(default=(), description="Means over earlier rows.")
    as_of: tuple[AsOf, ...] = Field(default=(), description="Newest known row of another product.")

    @model_validator(mode="after")
    def _named_once(self) -> FeatureView:
        seen = {self.label.name, *KEY_COLUMNS}
        for at, feature in self._placed():
            if feature.name in seen:
                raise problem_at(f"{feature.name!r} is named twice; give each column its own name", *at)
            seen.add(feature.name)
        if not self.features:
            raise problem_at("has no feature; write own, history or asOf", "own")
        return self

    def _placed(self) -> Iterator[tuple[tuple[str | int, ...], Feature]]:
        for index, own in enumerate(self.own):
            yield ("own", index), Feature(name=own.name, type=own.type)
        for index, history in enumerate(self.history):
            for feature in history.features:
                yield ("history", index), feature
        for index, as_of in enumerate(self.as_of):
            for feature in as_of.features:
                yield ("asOf", index), feature

    @property
    def features(self) -> tuple[Feature, ...]:
        """Everything a model may read, in the table's order."""
        return tuple(feature for _, feature in self._placed())

    @property
    def products(self) -> tuple[str, ...]:
        """Products that are read, each once; the predicted one first."""
        return tuple(dict.fromkeys((self.product, *(each.product for each in self.as_of))))
