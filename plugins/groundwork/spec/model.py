"""Everything about one model: a section that is left out leaves its tasks out."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from groundwork.spec.base import Declared, Frozen, Identifier, problem_at
from groundwork.spec.cron import checked_cron
from groundwork.spec.feature_view import FeatureView

Metric = Literal["roc_auc", "average_precision", "log_loss", "brier_score", "calibration_error"]
LARGER_IS_BETTER: frozenset[str] = frozenset({"roc_auc", "average_precision"})
UserName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._@/+=,:-]{1,128}$")]
"""As Airflow knows the person; on MWAA that is ``assumed-role/<role>/<session>``."""
InstanceType = Annotated[str, Field(pattern=r"^ml\.[a-z0-9-]+\.[a-z0-9]+$")]
Hyperparameter = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
INSTANCE: str = "ml.m5.large"


class Split(Frozen):
    """Which labelled rows are learnt from, by their prediction time: the newest are held back.

    :param test_days: the last days; evaluated once, never learnt from
    :param validation_days: the days before those; they stop the training and judge the tuning
    """

    validation_days: int = Field(ge=1, le=366, description="Days that stop the training and judge the tuning.")
    test_days: int = Field(ge=1, le=366, description="The last days, which only the evaluation sees.")


class Training(Frozen):
    """How the model is trained.

    :param hyperparameters: of xgboost; the training program refuses what it does not know
    :param baseline: what the model is compared with, trained on the same rows; nothing where left out
    :param minimum_examples: labelled rows that the training part must have
    """

    algorithm: Literal["xgboost"] = Field(description="Learning algorithm.")
    split: Split = Field(description="Which rows are learnt from.")
    hyperparameters: dict[Hyperparameter, int | float | str] = Field(
        default_factory=dict, description="Hyperparameters of the algorithm."
    )
    baseline: Literal["logistic_regression"] | None = Field(default=None, description="What the model must beat.")
    minimum_examples: int = Field(default=1000, ge=10, description="Labelled rows that the training part must have.")
    instance_type: InstanceType = Field(default=INSTANCE, description="SageMaker instance.")
    maximum_minutes: int = Field(default=60, ge=1, le=1440, description="A longer job is stopped.")


class Range(Frozen):
    """What a tuning job may choose for one hyperparameter."""

    minimum: float = Field(description="Smallest value.")
    maximum: float = Field(description="Largest value.")
    integer: bool = Field(default=False, description="Whole numbers only.")
    logarithmic: bool = Field(default=False, description="Sample the logarithm.")

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if not self.minimum < self.maximum:
            raise problem_at("minimum must be smaller than maximum", "minimum")
        if self.logarithmic and self.minimum <= 0:
            raise problem_at("a logarithmic range begins above 0", "minimum")
        return self


class Tuning(Frozen):
    """A search over hyperparameters before the model that is evaluated is chosen.

    :param metric: measured on the validation part
    """

    maximum_jobs: int = Field(ge=1, le=500, description="Training jobs at most.")
    parallel_jobs: int = Field(default=2, ge=1, le=10, description="Training jobs at once.")
    metric: Literal["roc_auc", "log_loss"] = Field(default="roc_auc", description="Measured on the validation part.")
    ranges: dict[Hyperparameter, Range] = Field(min_length=1, description="Hyperparameter: what may be chosen.")


class Threshold(Frozen):
    """What a metric on the test part must be.

    :param gain: how much better than the baseline's it must be at least, in the metric's unit
    """

    metric: Metric = Field(description="Metric on the test part.")
    minimum: float | None = Field(default=None, description="At least this.")
    maximum: float | None = Field(default=None, description="At most this.")
    gain: float | None = Field(default=None, ge=0, description="At least so much better than the baseline.")

    @model_validator(mode="after")
    def _says_something(self) -> Threshold:
        if self.minimum is None and self.maximum is None and self.gain is None:
            raise problem_at("declares nothing; write minimum, maximum or gain", "metric")
        return self


class Slices(Frozen):
    """Groups of rows that are looked at one by one.

    :param columns: category features; every value of each is a slice
    :param minimum_rows: a smaller slice is reported and not judged
    :param thresholds: what every slice must reach
    """

    columns: tuple[Identifier, ...] = Field(min_length=1, description="Category features.")
    minimum_rows: int = Field(default=200, ge=1, description="A smaller slice is reported and not judged.")
    thresholds: tuple[Threshold, ...] = Field(default=(), description="What every slice must reach.")


class Evaluation(Frozen):
    """When a trained model may be registered.

    :param suspicious_auc: one feature alone that separates the labels better than this is taken for a leak
    :param explained_rows: test rows whose SHAP values make the summary
    """

    thresholds: tuple[Threshold, ...] = Field(min_length=1, description="What the model must reach.")
    slices: Slices | None = Field(default=None, description="Groups that are looked at one by one.")
    suspicious_auc: float = Field(
        default=0.9, gt=0.5, le=1, description="A single feature that separates better than this is taken for a leak."
    )
    explained_rows: int = Field(default=1000, ge=10, le=20_000, description="Test rows that the SHAP summary shows.")
    instance_type: InstanceType = Field(default=INSTANCE, description="SageMaker instance.")
    maximum_minutes: int = Field(default=60, ge=1, le=1440, description="A longer job is stopped.")


class Approval(Frozen):
    """Who may approve a version.

    :param approvers: user names; whoever asked for the version cannot be the one who approves it
    :param answer_within_hours: a later answer is none
    """

    approvers: tuple[UserName, ...] = Field(min_length=1, description="User names of those who may approve.")
    answer_within_hours: int = Field(default=72, ge=1, le=720, description="A later answer is none.")


class Release(Frozen):
    """How an approved version serves.

    :param capture_percent: share of requests that are captured for the monitor
    :param golden_requests: rows of the test part that the endpoint must answer as the evaluator did
    :param golden_tolerance: how far a probability may be from the evaluator's
    """

    instance_type: InstanceType = Field(default=INSTANCE, description="SageMaker instance.")
    instance_count: int = Field(default=1, ge=1, le=20, description="Instances of the variant.")
    capture_percent: int = Field(default=100, ge=0, le=100, description="Requests that are captured.")
    golden_requests: int = Field(default=20, ge=1, le=500, description="Rows that the endpoint must answer as before.")
    golden_tolerance: float = Field(default=1e-6, ge=0, le=0.01, description="How far an answer may be off.")


class Scoring(Frozen):
    """Batch predictions of every new batch of features."""

    instance_type: InstanceType = Field(default=INSTANCE, description="SageMaker instance.")
    maximum_minutes: int = Field(default=60, ge=1, le=1440, description="A longer job is stopped.")


class Drift(Frozen):
    """How far a distribution may be from the training set's, as population stability index.

    PSI below 0.1 is commonly read as stable and above 0.25 as shifted (Siddiqi, *Credit Risk Scorecards*, 2006).

    :param watch: above this a feature is watched
    :param act: above this it has drifted
    :param features: share of the features that must have drifted
    """

    watch: float = Field(default=0.1, gt=0, description="Above this a feature is watched.")
    act: float = Field(default=0.25, gt=0, description="Above this a feature has drifted.")
    features: float = Field(default=0.1, ge=0, le=1, description="Share of the features that must have drifted.")

    @model_validator(mode="after")
    def _ordered(self) -> Drift:
        if self.watch > self.act:
            raise problem_at("watch is larger than act", "watch")
        return self


class Performance(Frozen):
    """How much worse than in its evaluation the model may be where labels have arrived."""

    metric: Metric = Field(default="roc_auc", description="Metric over requests whose label has arrived.")
    maximum_loss: float = Field(gt=0, description="How much worse than on the test part it may be.")
    minimum_labels: int = Field(default=500, ge=10, description="With fewer labels nothing is said.")


class Monitor(Frozen):
    """What is watched while a version serves, and what follows.

    :param schedule: cron expression; None waits for a person
    :param minimum_requests: with fewer captured rows nothing is concluded
    :param consecutive: looks in a row that must agree before a retraining is asked for
    :param maximum_invalid: share of captured rows that may be unreadable or lack a feature the model needs
    """

    schedule: str | None = Field(default=None, description="Cron expression; left out: a person triggers it.")
    minimum_requests: int = Field(default=1000, ge=10, description="With fewer captured rows nothing is concluded.")
    drift: Drift = Field(default=Drift(), description="Distributions against the training set's.")
    performance: Performance | None = Field(default=None, description="Metric where labels have arrived.")
    consecutive: int = Field(default=2, ge=1, le=10, description="Looks in a row that must agree before retraining.")
    maximum_invalid: float = Field(default=0.01, ge=0, le=1, description="Share of captured rows that may be unusable.")
    report_rows: int = Field(default=5000, ge=100, le=50_000, description="Sample that the Evidently page shows.")

    @field_validator("schedule")
    @classmethod
    def _cron(cls, value: str | None) -> str | None:
        return None if value is None else checked_cron(value)


class Model(Declared):
    """One model."""

    name: Identifier = Field(description="The model; equal to the file's stem.")
    title: str = Field(description="Name for people.")
    version: str = Field(description="The file's own version.")
    domain: Identifier = Field(description="Business domain; part of the feature and prediction databases' names.")
    owner: UserName = Field(description="User name of the accountable owner.")
    purpose: str = Field(description="What it predicts and what for.")
    limitations: str = Field(default="", description="What it must not be used for.")
    features: FeatureView = Field(description="What the model reads, and what it predicts.")
    training: Training = Field(description="How it is trained.")
    tuning: Tuning | None = Field(default=None, description="Search over hyperparameters; left out: none.")
    evaluation: Evaluation = Field(description="When a trained model may be registered.")
    approval: Approval = Field(description="Who may approve a version.")
    release: Release | None = Field(default=None, description="Endpoint; left out: the model is not served.")
    scoring: Scoring | None = Field(default=None, description="Batch predictions; left out: none.")
    monitor: Monitor | None = Field(default=None, description="Monitoring; left out: none.")

    @model_validator(mode="after")
    def _sections_agree(self) -> Model:
        if self.monitor and not (self.release and self.release.capture_percent):
            raise problem_at(
                "has nothing to watch; add release with capturePercent above 0, or leave it out", "monitor"
            )
        if self.scoring and not self.release:
            raise problem_at("has no version to answer; add release, or leave it out", "scoring")
        categories = {feature.name for feature in self.features.features if feature.type == "category"}
        for index, column in enumerate(self.evaluation.slices.columns if self.evaluation.slices else ()):
            if column not in categories:
                problem = f"{column!r} is no category feature; slice by one of {', '.join(sorted(categories))}"
                raise problem_at(problem, "evaluation", "slices", "columns", index)
        gains = any(threshold.gain is not None for threshold in self.evaluation.thresholds)
        if gains and not self.training.baseline:
            raise problem_at(
                "asks for a gain over a baseline that training does not declare", "evaluation", "thresholds"
            )
        return self

    @property
    def policy_digest(self) -> str:
        """Digest of what a version is judged and watched by: an approval holds for these thresholds only."""
        parts = (self.evaluation, self.approval, self.release, self.monitor)
        texts = [part.to_json() if part else "" for part in parts]
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()
