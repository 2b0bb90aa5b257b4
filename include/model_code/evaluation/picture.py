"""The SHAP summary as a picture: what each feature does to each explained row."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from model_code.evaluation.scores import Vector
from model_code.examples import Examples
from model_code.manifest import Manifest

MOST_FEATURES = 20
LOW, HIGH, OTHER = "#2f6fb0", "#c2413b", "#8a94a0"


def shap_picture(manifest: Manifest, contributions: Any, test: Examples, rows: Vector) -> bytes:
    """A PNG with one dot for each explained row and feature, the most moving feature on top.

    Drawn here and not by shap, whose import takes 6 s of processor time, and which gives categories the colours of
    numbers.

    :param contributions: SHAP values of the rows, a column for each feature
    :param rows: which rows of the test part they belong to
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    shown = np.argsort(-np.abs(contributions).mean(axis=0), kind="stable")[:MOST_FEATURES][::-1]
    figure = Figure(figsize=(9, 1.3 + 0.36 * len(shown)), layout="constrained")
    axes = figure.subplots()
    colours = LinearSegmentedColormap.from_list("values", [LOW, HIGH])
    scatter = np.random.default_rng(0)
    for place, index in enumerate(shown):
        feature = manifest.features[int(index)]
        ranks = _ranks([test.values[feature.name][row] for row in rows]) if feature.type == "number" else None
        heights = place + scatter.uniform(-0.3, 0.3, len(rows))
        colour = OTHER if ranks is None else colours(ranks)
        axes.scatter(contributions[:, index], heights, s=7, c=colour, alpha=0.6, linewidths=0)
    axes.axvline(0, color="#5b6776", linewidth=0.8)
    axes.set_yticks(range(len(shown)), [manifest.features[int(index)].name for index in shown])
    axes.set_xlabel("effect on the log-odds (SHAP); blue: small value, red: large value, grey: category")
    axes.spines[["top", "right"]].set_visible(False)
    content = io.BytesIO()
    # Without the clock and the version, so that the same model has the same picture.
    FigureCanvasAgg(figure).print_png(content, metadata={"Software": None}, pil_kwargs={"optimize": True})
    return content.getvalue()


def _ranks(values: Sequence[float]) -> Vector:
    """Each number's place among the others, 0–1; nothing counts as the middle."""
    numbers = np.asarray(values, dtype=float)
    known = np.sort(numbers[~np.isnan(numbers)])
    places = np.searchsorted(known, numbers, side="left") / max(len(known) - 1, 1)
    return np.where(np.isnan(numbers), 0.5, np.minimum(places, 1))
