"""What a model's artifact says of itself; everything that an answer needs beside the model's own file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from groundwork.spec.base import Declared, Frozen, Identifier

Algorithm = Literal["xgboost", "logistic_regression"]
FILE = "manifest.json"


class ManifestFeature(Frozen):
    """One column of the model's input.

    The type is not imported from ``spec.feature_view``: that reads SQL, and would make a server's start half a second
    longer.

    :param categories: values that were seen in training, in the order of their codes
    """

    name: Identifier
    type: Literal["number", "category"]
    categories: tuple[str, ...] = ()


class Manifest(Declared):
    """``manifest.json``.

    :param training_run: prefix of the run that made the model
    :param features: in the order in which the model reads them
    :param hyperparameters: all that were in force, defaults among them
    :param best_round: boosting round that was kept, counted from 0
    :param stopped: whether the training was stopped before it had ended by itself
    :param files: name → sha256 of every other file of the artifact
    """

    algorithm: Algorithm
    model: Identifier
    training_run: str
    label: Identifier
    features: tuple[ManifestFeature, ...] = Field(min_length=1)
    hyperparameters: dict[str, Any]
    best_round: int | None = None
    stopped: bool = False
    files: dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]]
