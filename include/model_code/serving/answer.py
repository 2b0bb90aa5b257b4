"""Answers requests: what the endpoint, the batch transform and the evaluation's golden requests have in common."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from model_code.artifact import read_artifact
from model_code.errors import ModelError
from model_code.manifest import Manifest
from model_code.predictor import Trees, encoder, load_predictor
from model_code.serving.request import Request, columns, read_requests


class Answerer:
    """A model that answers request lines; safe to use from several threads at once.

    :param manifest: the model's
    :param trees: the model
    :param version: what answers name it by
    """

    def __init__(self, manifest: Manifest, trees: Trees, version: str) -> None:
        self.manifest = manifest
        self.version = version
        self._trees = trees
        self._encoder = encoder(manifest)

    @classmethod
    def load(cls, folder: Path) -> Answerer:
        """The model of an artifact, whose digests are checked.

        :raises ModelError: it does not load, changed since it was trained, or is none that is served
        """
        manifest, files, version = read_artifact(folder)
        model = load_predictor(manifest, files)
        if not isinstance(model, Trees):
            raise ModelError(f"a {manifest.algorithm} model is a baseline: it is compared with and not served")
        return cls(manifest, model, version)

    def answer(self, body: bytes, reasons: int = 0) -> tuple[bytes, Counter[str]]:
        """One line for each line, in the same order; a line's answer does not depend on the lines around it.

        :param body: request lines
        :param reasons: features that are named with each answer, those that moved it most
        :return: answer lines, and how many values of each category feature training has never seen
        :raises RequestError: a line cannot be answered
        :raises ModelError: the model's answer is no number
        """
        requests = read_requests(body, self.manifest)
        matrix, unseen = self._encoder.encode(columns(requests, self.manifest))
        probabilities = self._trees.probabilities(matrix)
        if not np.isfinite(probabilities).all():
            line = int(np.argmin(np.isfinite(probabilities))) + 1
            raise ModelError(f"line {line}: the model's answer is no number; it must not serve")
        answers: list[dict[str, Any]] = [
            {"key": request.key, "probability": probability, "version": self.version}
            for request, probability in zip(requests, probabilities.tolist(), strict=True)
        ]
        if reasons:
            contributions = self._trees.contributions(matrix)
            for number, (answer, request) in enumerate(zip(answers, requests, strict=True)):
                answer["reasons"] = self._reasons(request, contributions[number, :-1], reasons)
        lines = [json.dumps(answer, allow_nan=False) for answer in answers]
        return ("\n".join(lines) + "\n").encode(), unseen

    def _reasons(self, request: Request, contributions: np.ndarray[Any, Any], most: int) -> list[dict[str, Any]]:
        # Stable: of equal ones the feature that is declared first.
        largest = np.argsort(-np.abs(contributions), kind="stable")[:most]
        names = self._encoder.names
        return [
            {
                "feature": names[index],
                "value": request.features[names[index]],
                "contribution": float(contributions[index]),
            }
            for index in largest
        ]


def say_unseen(unseen: Counter[str]) -> None:
    """Tell the log of categories that count as missing."""
    if unseen:
        counts = ", ".join(f"{name} {count}" for name, count in sorted(unseen.items()))
        print(f"categories that training has not seen count as missing: {counts}", file=sys.stderr, flush=True)
