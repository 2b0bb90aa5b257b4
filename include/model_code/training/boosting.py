"""Boosted trees by xgboost: deterministic, stopped early, of the round that did best on the validation part."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost

from model_code.encoding import Encoder
from model_code.examples import Examples
from model_code.hyperparameters import XgboostHyperparameters
from model_code.training.stopping import Stopping

# Of the two the last one stops the training: probabilities are what is promised, not only their order.
METRICS = ("auc", "logloss")
REPORTED = {"auc": "roc_auc", "logloss": "log_loss"}


@dataclass(frozen=True)
class Boosted:
    """A trained model.

    :param content: in xgboost's own format
    :param best_round: round with the smallest log loss on the validation part; later ones are cut off
    :param stopped: whether the job was told to stop
    :param metrics: of that round, on the validation part
    """

    content: bytes
    best_round: int
    stopped: bool
    metrics: dict[str, float]


class Progress(xgboost.callback.TrainingCallback):
    """Says what SageMaker reads as metrics, and ends the training when the job is stopped."""

    def __init__(self, stopping: Stopping) -> None:
        super().__init__()
        self._stopping = stopping

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:  # noqa: ARG002 xgboost's signature
        """After each round; true ends the training."""
        values = {metric: evals_log["validation"][metric][-1] for metric in METRICS}
        print(f"round {epoch} {metric_line(values)}", flush=True)
        return self._stopping.asked


def metric_line(values: dict[str, float]) -> str:
    """What the job's metric definitions look for; never with an exponent, which their expression does not read."""
    return " ".join(f"validation:{REPORTED[metric]}={value:.6f}" for metric, value in values.items())


def boost(
    train: Examples, validation: Examples, encoder: Encoder, chosen: XgboostHyperparameters, stopping: Stopping
) -> Boosted:
    """Train.

    The same rows, hyperparameters, seed and number of threads give the same bytes: the sums of a histogram are added
    thread by thread.

    :param encoder: with the train part's categories
    :param stopping: a round that has begun is ended, and the best so far is kept
    """
    threads = len(os.sched_getaffinity(0))
    # The validation part is put into the train part's bins.
    learnt = _matrix(train, encoder, threads, max_bin=chosen.max_bin)
    held_back = _matrix(validation, encoder, threads, max_bin=chosen.max_bin, ref=learnt)
    log: dict[str, dict[str, list[float]]] = {}
    stopping.orderly = True
    booster = xgboost.train(
        {
            **chosen.booster(),
            "objective": "binary:logistic",
            "tree_method": "hist",
            "nthread": threads,
            "eval_metric": list(METRICS),
        },
        learnt,
        chosen.num_round,
        evals=[(held_back, "validation")],
        evals_result=log,
        verbose_eval=False,
        callbacks=[
            Progress(stopping),
            xgboost.callback.EarlyStopping(
                rounds=chosen.early_stopping_rounds, metric_name="logloss", data_name="validation"
            ),
        ],
    )
    best = int(np.argmin(log["validation"]["logloss"]))
    metrics = {metric: log["validation"][metric][best] for metric in METRICS}
    print(f"kept round {best} of {booster.num_boosted_rounds()}: {metric_line(metrics)}", flush=True)
    return Boosted(
        content=bytes(booster[: best + 1].save_raw("ubj")), best_round=best, stopped=stopping.asked, metrics=metrics
    )


def _matrix(examples: Examples, encoder: Encoder, threads: int, **how: Any) -> xgboost.QuantileDMatrix:
    matrix, unseen = encoder.encode(examples.values)
    if unseen:
        counts = ", ".join(f"{name} {count}" for name, count in sorted(unseen.items()))
        print(f"{examples.part}: categories that the train part does not have count as missing: {counts}", flush=True)
    return xgboost.QuantileDMatrix(
        matrix,
        examples.label,
        feature_names=encoder.names,
        feature_types=encoder.feature_types,
        nthread=threads,
        **how,
    )
