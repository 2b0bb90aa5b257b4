"""Models that answer: the boosted trees, and the baseline that they are compared with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from model_code.encoding import Encoder
from model_code.errors import ModelError
from model_code.manifest import Manifest

if TYPE_CHECKING:
    import xgboost

Matrix: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
TREES_FILE = "model.ubj"
COEFFICIENTS_FILE = "coefficients.json"


class Predictor(Protocol):
    """Rows as the encoder makes them, one probability each."""

    def probabilities(self, matrix: Matrix) -> Matrix:
        """Probability that the label is true."""
        ...


class Trees:
    """Boosted trees; safe to use from several threads at once.

    :param booster: as xgboost wrote it
    """

    def __init__(self, booster: xgboost.Booster) -> None:
        # Requests are answered side by side, so that one of them needs no threads of its own.
        booster.set_param({"nthread": 1})
        self._booster = booster

    @classmethod
    def load(cls, content: bytes, manifest: Manifest) -> Trees:
        """The trees in a file's content.

        :raises ModelError: xgboost cannot read it, or it was trained on other features
        """
        from xgboost import Booster
        from xgboost.core import XGBoostError

        try:
            booster = Booster(model_file=bytearray(content))
        except XGBoostError as error:
            raise ModelError(f"{TREES_FILE} does not load: {str(error).splitlines()[0]}") from error
        if booster.feature_names != [feature.name for feature in manifest.features]:
            raise ModelError(f"{TREES_FILE} reads {booster.feature_names}, which is not what the manifest says")
        return cls(booster)

    def probabilities(self, matrix: Matrix) -> Matrix:
        """Probability that the label is true."""
        return np.asarray(self._booster.predict(self._input(matrix)), dtype=np.float64)

    def contributions(self, matrix: Matrix) -> Matrix:
        """Exact TreeSHAP in log-odds: one column for each feature and the expected value last.

        Lundberg, Erion and Lee, *Consistent Individualized Feature Attribution for Tree Ensembles*, 2018.
        """
        return np.asarray(self._booster.predict(self._input(matrix), pred_contribs=True), dtype=np.float64)

    def _input(self, matrix: Matrix) -> xgboost.DMatrix:
        from xgboost import DMatrix

        names, types = self._booster.feature_names, self._booster.feature_types
        return DMatrix(matrix, feature_names=names, feature_types=types, nthread=1)


class Coefficients:
    """Logistic regression over imputed, scaled numbers and one-hot categories, with numpy alone.

    :param content: ``intercept``, and for each feature either ``fill``, ``mean``, ``scale`` and ``weight``, or
        ``weights``, one a category
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self._intercept = float(content["intercept"])
        self._terms = content["features"]

    @classmethod
    def load(cls, content: bytes, manifest: Manifest) -> Coefficients:
        """The coefficients in a file's content.

        :raises ModelError: it holds no coefficients of these features
        """
        try:
            found = cls(json.loads(content))
            names = [term["name"] for term in found._terms]
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{COEFFICIENTS_FILE} does not load: {error!r}") from error
        if names != [feature.name for feature in manifest.features]:
            raise ModelError(f"{COEFFICIENTS_FILE} reads {names}, which is not what the manifest says")
        return found

    def probabilities(self, matrix: Matrix) -> Matrix:
        """Probability that the label is true."""
        total = np.full(len(matrix), self._intercept)
        for column, term in zip(matrix.T, self._terms, strict=True):
            missing = np.isnan(column)
            if "weights" in term:
                # One slot more than there are categories: what is missing or unseen weighs nothing.
                weights = np.array([*term["weights"], 0.0])
                total += weights[np.where(missing, len(weights) - 1, column).astype(np.intp)]
            else:
                filled = np.where(missing, term["fill"], column)
                total += (filled - term["mean"]) / term["scale"] * term["weight"]
        # 1 / (1 + exp(-total)), also where exp would overflow.
        return np.exp(-np.logaddexp(0, -total))


def encoder(manifest: Manifest) -> Encoder:
    """What turns values into the model's input."""
    return Encoder(tuple((feature.name, feature.type, feature.categories) for feature in manifest.features))


def load_predictor(manifest: Manifest, files: dict[str, bytes]) -> Predictor:
    """The model of an artifact.

    :raises ModelError: its file is not there or does not load
    """
    name = TREES_FILE if manifest.algorithm == "xgboost" else COEFFICIENTS_FILE
    if name not in files:
        raise ModelError(f"the artifact of a {manifest.algorithm} model has no {name}")
    load = Trees.load if manifest.algorithm == "xgboost" else Coefficients.load
    return load(files[name], manifest)
