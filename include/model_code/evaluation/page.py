"""The page about one evaluation that a risk manager reads: one file, no network, everything escaped."""

from __future__ import annotations

import base64
import pkgutil
from typing import Any

from groundwork.decisions.registration import threshold_problems
from groundwork.spec.model_report import CalibrationBin, EvaluationReport
from groundwork.spec.model_run import ModelRun

TEMPLATE = "page.html.jinja"
TITLES = {
    "roc_auc": "Area under the ROC curve",
    "average_precision": "Average precision",
    "log_loss": "Log loss",
    "brier_score": "Brier score",
    "calibration_error": "Expected calibration error",
}
MEANINGS = {
    "roc_auc": "how often a row that came true gets the larger probability; 0.5 is chance",
    "average_precision": "precision over all thresholds; chance is the share of positive rows",
    "log_loss": "price of confident mistakes; smaller is better",
    "brier_score": "mean squared distance of probability and outcome; smaller is better",
    "calibration_error": "how far probabilities are from what comes true; smaller is better",
}


def page(run: ModelRun, report: EvaluationReport, picture: bytes) -> str:
    """The page's HTML.

    :param picture: PNG of the SHAP summary
    """
    from jinja2 import Environment, StrictUndefined

    text = pkgutil.get_data(__package__, TEMPLATE)
    assert text is not None, f"{TEMPLATE} is not in the image"
    declared = run.model.evaluation.thresholds
    measured = {value.metric: value for value in report.metrics}
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["number"] = lambda value: f"{value:,}".replace(",", "\u202f")
    environment.filters["figure"] = lambda value: "not defined" if value is None else f"{value:.4f}"
    return environment.from_string(text.decode()).render(
        run=run,
        report=report,
        titles=TITLES,
        meanings=MEANINGS,
        thresholds={each.metric: each for each in declared},
        slices=run.model.evaluation.slices,
        broken={each.metric for each in declared if any(threshold_problems((each,), measured, ""))},
        suspicious=run.model.evaluation.suspicious_auc,
        chart=chart(report.calibration),
        picture=base64.b64encode(picture).decode(),
    )


def chart(bins: tuple[CalibrationBin, ...], size: int = 260) -> dict[str, Any]:
    """Points of the calibration chart, in an SVG of the given size: right is predicted, up is observed.

    The axes end at the next tenth above the largest value, so that rare outcomes are not squeezed into a corner.
    """
    largest = max((max(each.predicted, each.observed) for each in bins), default=1.0)
    end = min(1.0, (int(largest * 10) + 1) / 10)
    points = [
        {"x": round(size * each.predicted / end, 1), "y": round(size * (1 - each.observed / end), 1), "bin": each}
        for each in bins
    ]
    return {"size": size, "end": end, "points": points, "line": " ".join(f"{each['x']},{each['y']}" for each in points)}
