"""Requests whose answers a release has to repeat."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from model_code.evaluation.scores import Vector
from model_code.examples import Examples
from model_code.serving.answer import Answerer


def golden_requests(answerer: Answerer, test: Examples, probability: Vector, wanted: int) -> str:
    """Lines of ``{"request": …, "answer": …}``, answered by the code that serves.

    The rows lie at even distances in the order of their probability, from the smallest to the largest: the same rows
    and model give the same requests, and each kind of answer is among them.
    """
    order = np.argsort(probability, kind="stable")
    places = np.unique(np.linspace(0, len(order) - 1, min(wanted, len(order))).round().astype(int))
    rows = order[places].tolist()
    requests = [request(test, row) for row in rows]
    body = "\n".join(json.dumps(each) for each in requests).encode()
    answers = answerer.answer(body)[0].decode().splitlines()
    lines = [
        json.dumps({"request": asked, "answer": json.loads(answer)})
        for asked, answer in zip(requests, answers, strict=True)
    ]
    return "\n".join(lines) + "\n"


def request(examples: Examples, row: int) -> dict[str, Any]:
    """One row as a request."""
    key = {name: _json(value) for name, value in examples.keys.slice(row, 1).to_pylist()[0].items()}
    return {"key": key, "features": {name: _json(values[row]) for name, values in examples.values.items()}}


def _json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    return value
