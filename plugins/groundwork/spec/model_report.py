"""What the stages of a model leave behind, for the next stage, the registry and a person."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from groundwork.spec.base import Frozen, Identifier, Instant
from groundwork.spec.decision import Decision
from groundwork.spec.environment import ModelStage
from groundwork.spec.feature_view import FeatureType


class ModelReport(Frozen):
    """What every report of a model's stage says.

    :param artefacts: name → ``s3://`` address of what else was left
    :param seconds: step → seconds it took
    """

    model: Identifier
    artefacts: dict[str, str] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)


class FeatureProfile(Frozen):
    """One feature of the batches that were built."""

    name: Identifier
    type: FeatureType
    nulls: int
    distinct: int
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None


class FeaturesReport(ModelReport):
    """Feature rows of the batches of a product.

    :param decision: ``publish`` or ``block``; blocked leaves main as it was
    :param rows: rows of the batches in the product, and so in the feature table
    :param unlabelled: of these, without a label
    :param audited_rows: rows that were computed again from nothing but what was known at their prediction time
    :param audited_differences: of these, rows that came out differently
    """

    stage: Literal["build_features"] = "build_features"
    outcome: Literal["published", "already_published", "blocked"]
    decision: Decision
    table: str
    snapshot_id: int | None
    rows: int
    unlabelled: int
    total_rows: int
    audited_rows: int
    audited_differences: int
    profile: tuple[FeatureProfile, ...] = ()


class Part(Frozen):
    """One part of the labelled rows.

    :param positive: rows whose label is true
    :param first: earliest prediction time
    :param last: latest prediction time
    """

    uri: str
    rows: int
    positive: int
    first: Instant | None
    last: Instant | None


class ExamplesReport(ModelReport):
    """The training set: Parquet folders of the parts, from one snapshot of the feature table.

    :param decision: ``train`` or ``refuse``: too few examples, or one class only
    :param excluded: rows without a label, which no part holds
    """

    stage: Literal["select_examples"] = "select_examples"
    decision: Decision
    table: str
    snapshot_id: int
    train: Part
    validation: Part
    test: Part
    excluded: int


class RequestsReport(ModelReport):
    """Requests (JSON Lines) for a batch transform, of the batches that are scored.

    :param uri: folder of the files
    """

    stage: Literal["select_requests"] = "select_requests"
    table: str
    snapshot_id: int
    uri: str
    rows: int


class PredictionsReport(ModelReport):
    """Answers of a batch transform in the prediction table.

    :param decision: ``publish`` or ``block``: an answer is missing, twice, or no probability
    """

    stage: Literal["publish_predictions"] = "publish_predictions"
    outcome: Literal["published", "already_published", "blocked"]
    decision: Decision
    table: str
    snapshot_id: int | None
    rows: int
    mean_probability: float | None


class MetricValue(Frozen):
    """One metric of the model, and of its baseline where there is one; None where it is not defined."""

    metric: str
    model: float | None
    baseline: float | None = None


class SliceResult(Frozen):
    """The model on the rows of one value of one feature.

    :param judged: whether it has enough rows to be held against the thresholds
    """

    feature: Identifier
    value: str | None
    rows: int
    positive: int
    judged: bool
    metrics: tuple[MetricValue, ...] = ()


class CalibrationBin(Frozen):
    """Test rows of similar probability: what was predicted and what came true."""

    rows: int
    predicted: float
    observed: float


class FeatureEffect(Frozen):
    """How much a feature moves the model's answers.

    :param mean_absolute_shap: mean of |SHAP value| over the explained rows, in log-odds
    :param single_auc: how well the feature alone separates the test part's labels, 0.5–1
    """

    name: Identifier
    mean_absolute_shap: float
    single_auc: float | None


class EvaluationReport(ModelReport):
    """A trained model on the test part.

    :param decision: ``register`` or ``refuse``, by declared thresholds
    :param rows: rows of the test part
    :param version_digests: what was evaluated: name → sha256 of the archives ``model`` and ``baseline``, of the model's
        ``manifest``, of ``golden`` and ``reference``
    :param hyperparameters: that the evaluated model was trained with
    :param best_round: boosting round that was kept
    :param tracking_run: MLflow run; None where experiments are not tracked
    """

    stage: Literal["evaluate"] = "evaluate"
    decision: Decision
    rows: int
    positive: int
    metrics: tuple[MetricValue, ...]
    slices: tuple[SliceResult, ...] = ()
    calibration: tuple[CalibrationBin, ...] = ()
    effects: tuple[FeatureEffect, ...] = ()
    version_digests: dict[str, str]
    hyperparameters: dict[str, Any] = Field(default_factory=dict)
    best_round: int | None = None
    tracking_run: str | None = None


class FeatureReference(Frozen):
    """How one feature, or the probability, was distributed in the training part.

    :param edges: inner bin edges of a number, ascending; a value v falls in the bin after all edges < v
    :param shares: share of all rows in each bin, one more than edges; for a category in the order of ``values``, with
        the share of all other values last
    :param values: values of a category, most frequent first
    :param nulls: share of rows without a value; shares and nulls add up to 1
    """

    name: str
    type: FeatureType
    edges: tuple[float, ...] = ()
    values: tuple[str, ...] = ()
    shares: tuple[float, ...]
    nulls: float
    mean: float | None = None
    standard_deviation: float | None = None
    minimum: float | None = None
    maximum: float | None = None


class Reference(Frozen):
    """What the monitor compares with.

    :param rows: rows of the training part
    :param prediction: the model's probabilities on the training part
    :param metrics: on the test part
    """

    model: Identifier
    rows: int
    features: tuple[FeatureReference, ...]
    prediction: FeatureReference
    metrics: dict[str, float | None]


class FeatureDrift(Frozen):
    """One feature, or the probability, against its reference.

    :param psi: population stability index over the reference's bins, nulls being one of them
    """

    name: str
    psi: float
    nulls: float
    reference_nulls: float
    mean: float | None = None
    reference_mean: float | None = None
    unseen: float = Field(default=0.0, description="Share of values that the reference has not seen.")


class DriftReport(ModelReport):
    """Captured requests of one window against the training reference, and against labels where they have arrived.

    :param files: capture files that were read
    :param captured: rows in captured requests
    :param unreadable: capture lines that are no JSON, cut off, or whose answers do not match their requests
    :param invalid: rows that lack a feature the model needs, or hold a value of another type
    :param labelled: rows whose label has arrived
    :param performance: metric → value over labelled rows
    """

    stage: Literal["measure_drift"] = "measure_drift"
    first: Instant | None
    last: Instant | None
    files: int
    captured: int
    unreadable: int
    invalid: int
    labelled: int
    features: tuple[FeatureDrift, ...] = ()
    prediction: FeatureDrift | None = None
    performance: dict[str, float | None] = Field(default_factory=dict)


REPORTS: dict[ModelStage, type[ModelReport]] = {
    "build_features": FeaturesReport,
    "select_examples": ExamplesReport,
    "select_requests": RequestsReport,
    "publish_predictions": PredictionsReport,
    "measure_drift": DriftReport,
}
"""Spark stage → what it leaves."""
