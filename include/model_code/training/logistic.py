"""The baseline: logistic regression on imputed, scaled numbers and one-hot categories, kept as plain coefficients."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from model_code.encoding import Encoder
from model_code.examples import Examples
from model_code.hyperparameters import LogisticHyperparameters


def fit_pipeline(train: Examples, encoder: Encoder, chosen: LogisticHyperparameters) -> Pipeline:
    """The fitted pipeline, over the encoder's matrix."""
    numbers = [index for index, name in enumerate(encoder.names) if name not in encoder.codes]
    categories = [index for index, name in enumerate(encoder.names) if name in encoder.codes]
    known = [np.arange(len(encoder.codes[encoder.names[index]]), dtype=np.float64) for index in categories]
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            # What is missing is none of the known categories, so all of its columns are 0.
            ("categories", OneHotEncoder(categories=known, handle_unknown="ignore"), categories),
        ]
    )
    pipeline = Pipeline([("columns", columns), ("model", LogisticRegression(C=chosen.c, max_iter=chosen.max_iter))])
    matrix, _ = encoder.encode(train.values)
    return pipeline.fit(matrix, train.label)


def coefficients(pipeline: Pipeline, encoder: Encoder) -> bytes:
    """What :class:`model_code.predictor.Coefficients` reads."""
    weights = iter(pipeline["model"].coef_[0].tolist())
    columns = pipeline["columns"].named_transformers_
    terms: dict[str, dict[str, Any]] = {}
    numbers = [name for name in encoder.names if name not in encoder.codes]
    if numbers:
        imputer, scaler = columns["numbers"]
        parts = zip(numbers, imputer.statistics_, scaler.mean_, scaler.scale_, strict=True)
        for name, fill, mean, scale in parts:
            terms[name] = {"fill": float(fill), "mean": float(mean), "scale": float(scale), "weight": next(weights)}
    for name, codes in encoder.codes.items():
        terms[name] = {"weights": [next(weights) for _ in codes]}
    content = {
        "intercept": float(pipeline["model"].intercept_[0]),
        "features": [{"name": name, **terms[name]} for name in encoder.names],
    }
    return json.dumps(content, sort_keys=True).encode()
