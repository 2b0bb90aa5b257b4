"""What the page of a model's DAG in the UI says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec import names

if TYPE_CHECKING:
    from groundwork.spec.environment import Environment
    from groundwork.spec.model import Model, Threshold
    from groundwork.spec.model_file import DeclaredModel

MAXIMUM_FEATURES = 200


def model_documentation(stage: str, environment: Environment, declared: DeclaredModel) -> str:
    """Markdown from the model's file.

    :param stage: stem of the DAG file
    """
    model = declared.model
    parts = [
        f"# {model.title}",
        model.purpose.strip(),
        f"**What this does.** {_WORK[stage](environment, model)}",
        f"**Owner** {model.owner} · **domain** {model.domain} · **model file** {model.name} {model.version}",
        f"**Limits.** {model.limitations.strip()}" if model.limitations else "",
        f"**Must reach** {'; '.join(map(_threshold, model.evaluation.thresholds))}.",
        _features(model),
    ]
    return "\n\n".join(part for part in parts if part)


def _build(environment: Environment, model: Model) -> str:
    view = model.features
    return (
        f"For every published batch of {view.product}, computes what was known at `{view.prediction_time}` and nothing "
        f"later, into `{names.feature_table(environment, model)}`. A sample is computed a second time from nothing but "
        "what was known; a difference blocks the batch."
    )


def _train(_: Environment, model: Model) -> str:
    split = model.training.split
    baseline = f", beside a {model.training.baseline.replace('_', ' ')} baseline" if model.training.baseline else ""
    tuned = f" after {model.tuning.maximum_jobs} tuning jobs" if model.tuning else ""
    return (
        f"Trains {model.training.algorithm} on one snapshot of the features{baseline}{tuned}, evaluates it on the last "
        f"{split.test_days} days, explains it, and registers it as waiting for approval if it reaches its thresholds."
    )


def _release(environment: Environment, model: Model) -> str:
    served = f" and serves it on endpoint `{names.endpoint(environment, model.name)}`" if model.release else ""
    return (
        f"Asks {', '.join(model.approval.approvers)} whether the newest registered version may be used, records who "
        f"said so and on which evidence{served}. Whoever asked for the version cannot approve it. The endpoint must "
        "answer recorded requests as the evaluator did, or the version before stays."
    )


def _roll_back(environment: Environment, model: Model) -> str:
    return (
        f"Lets endpoint `{names.endpoint(environment, model.name)}` serve the version before the one that serves now, "
        "because a person says so. Who and why are recorded."
    )


def _score(environment: Environment, model: Model) -> str:
    return (
        "Lets the serving version answer every new batch of features by a batch transform, into "
        f"`{names.prediction_table(environment, model)}`: one probability for every row."
    )


def _monitor(_: Environment, model: Model) -> str:
    assert model.monitor is not None
    return (
        "Holds the requests that the endpoint captured since the last look against the training set, and against "
        f"outcomes where they have arrived. Concludes healthy, watch, retrain or human review; retraining is asked for "
        f"after {model.monitor.consecutive} looks that agree."
    )


_WORK = {
    "build_features": _build,
    "train_model": _train,
    "release_model": _release,
    "roll_back_model": _roll_back,
    "score_data": _score,
    "monitor_model": _monitor,
}


def _threshold(threshold: Threshold) -> str:
    parts = [
        f"at least {threshold.minimum}" if threshold.minimum is not None else "",
        f"at most {threshold.maximum}" if threshold.maximum is not None else "",
        f"{threshold.gain} better than the baseline" if threshold.gain is not None else "",
    ]
    return f"{threshold.metric} {', '.join(part for part in parts if part)}"


def _features(model: Model) -> str:
    features = model.features.features
    rows = [f"| {feature.name} | {feature.type} |" for feature in features[:MAXIMUM_FEATURES]]
    more = [f"| … {len(features) - MAXIMUM_FEATURES} more | |"] if len(features) > MAXIMUM_FEATURES else []
    return "\n".join(["| feature | type |", "|---|---|", *rows, *more])
