"""Hyperparameters: what the model's file says, and over it what the job says; what is unknown is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model_code.errors import ModelError
from model_code.manifest import Algorithm

ALGORITHM = "algorithm"


class XgboostHyperparameters(BaseModel):
    """What may be set, by xgboost's own names.

    :param num_round: boosting rounds at most
    :param early_stopping_rounds: rounds without a smaller log loss on the validation part that end the training
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    num_round: int = Field(default=200, ge=1, le=10_000)
    early_stopping_rounds: int = Field(default=20, ge=1, le=10_000)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    eta: float = Field(default=0.3, gt=0, le=1)
    max_depth: int = Field(default=6, ge=1, le=32)
    min_child_weight: float = Field(default=1, ge=0)
    gamma: float = Field(default=0, ge=0)
    subsample: float = Field(default=1, gt=0, le=1)
    colsample_bytree: float = Field(default=1, gt=0, le=1)
    colsample_bylevel: float = Field(default=1, gt=0, le=1)
    max_delta_step: float = Field(default=0, ge=0)
    reg_alpha: float = Field(default=0, ge=0)
    reg_lambda: float = Field(default=1, ge=0)
    scale_pos_weight: float = Field(default=1, gt=0)
    max_bin: int = Field(default=256, ge=2, le=65_536)
    grow_policy: Literal["depthwise", "lossguide"] = "depthwise"
    max_leaves: int = Field(default=0, ge=0)
    max_cat_to_onehot: int = Field(default=4, ge=1)
    max_cat_threshold: int = Field(default=64, ge=1)

    def booster(self) -> dict[str, Any]:
        """Parameters of the booster: all but those of the loop around it."""
        return self.model_dump(exclude={"num_round", "early_stopping_rounds"})


class LogisticHyperparameters(BaseModel):
    """Of the baseline.

    :param c: inverse of the L2 penalty's strength
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    c: float = Field(default=1.0, gt=0)
    max_iter: int = Field(default=1000, ge=1, le=100_000)


def chosen_algorithm(job: Mapping[str, Any]) -> Algorithm:
    """Which algorithm a job trains.

    :param job: the job's hyperparameters
    :raises ModelError: it names none that we have
    """
    match job.get(ALGORITHM):
        case "xgboost":
            return "xgboost"
        case "logistic_regression":
            return "logistic_regression"
        case other:
            known = "xgboost or logistic_regression"
            raise ModelError(f"hyperparameter {ALGORITHM!r} is {other!r}; the job must set it to {known}")


def hyperparameters(
    declared: Mapping[str, Any], job: Mapping[str, Any]
) -> XgboostHyperparameters | LogisticHyperparameters:
    """What a training is done with.

    :param declared: by the model's file; they are xgboost's, the baseline has its own
    :param job: by the job, as texts; tuning sets some of them. SageMaker's own begin with an underscore
    :raises ModelError: one is unknown or not within its bounds
    """
    own = {name: value for name, value in job.items() if name != ALGORITHM and not name.startswith("_")}
    try:
        if chosen_algorithm(job) == "xgboost":
            return XgboostHyperparameters.model_validate({**declared, **own})
        return LogisticHyperparameters.model_validate(own)
    except ValidationError as error:
        given = {**declared, **own}
        problems = [_problem(str(each["loc"][0]), each["type"], each["msg"], given) for each in error.errors()]
        raise ModelError("; ".join(problems)) from None


def _problem(name: str, kind: str, message: str, given: Mapping[str, Any]) -> str:
    if kind == "extra_forbidden":
        known = ", ".join(sorted(XgboostHyperparameters.model_fields))
        return f"hyperparameter {name!r} is unknown; known to xgboost here are {known}"
    return f"hyperparameter {name!r} is {given.get(name)!r}: {message[:1].lower()}{message[1:]}"
