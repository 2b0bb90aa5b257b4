"""The program ``train``: one model from the train and validation parts, or the reason why there is none."""

from __future__ import annotations

import numpy as np

from groundwork.spec.model_run import ModelRun
from model_code.artifact import write_artifact
from model_code.container import Container
from model_code.encoding import Encoder
from model_code.errors import ModelError
from model_code.examples import Examples, read_examples
from model_code.hyperparameters import (
    LogisticHyperparameters,
    XgboostHyperparameters,
    chosen_algorithm,
    hyperparameters,
)
from model_code.manifest import Manifest, ManifestFeature
from model_code.predictor import COEFFICIENTS_FILE, TREES_FILE, Coefficients, encoder
from model_code.program import read_run, run_program
from model_code.quick_start import leave_out_sklearn
from model_code.training.stopping import Stopping


def main() -> int:
    """Train what the container's configuration asks for."""
    container = Container.here()
    return run_program(lambda: train(container), container.failure)


def train(container: Container) -> None:
    """Train, and leave the artifact in the container's model folder.

    :raises ModelError: the data or the hyperparameters are such that there can be no model
    """
    stopping = Stopping()
    if len(container.configuration("resourceconfig").get("hosts", ["one"])) > 1:
        raise ModelError("the program trains on one instance; set the training job's InstanceCount to 1")
    run = read_run(container.channel("run"))
    job = container.configuration("hyperparameters")
    chosen = hyperparameters(run.model.training.hyperparameters, job)
    parts = [_part(container, name, run) for name in ("train", "validation")]
    manifest = Manifest(
        spec_version=1,
        algorithm=chosen_algorithm(job),
        model=run.model.name,
        training_run=run.prefix,
        label=run.model.features.label.name,
        features=_features(parts[0], run),
        hyperparameters=chosen.model_dump(),
        files={},
    )
    manifest, files = _learn(manifest, parts, chosen, stopping)
    write_artifact(container.model, manifest, files)
    print(f"model of {len(parts[0])} examples written{', stopped early' if manifest.stopped else ''}", flush=True)


def _part(container: Container, name: str, run: ModelRun) -> Examples:
    examples = read_examples(container.channel(name), name, run)
    print(f"{name}: {len(examples)} examples, {examples.positive} of them positive", flush=True)
    examples.require_two_classes()
    return examples


def _features(train: Examples, run: ModelRun) -> tuple[ManifestFeature, ...]:
    """The features with their categories, in alphabetical order.

    :raises ModelError: a feature has no value in any row
    """
    found = []
    for feature in run.model.features.features:
        values = train.values[feature.name]
        categories = tuple(sorted({*values} - {None})) if feature.type == "category" else ()
        if not categories if feature.type == "category" else np.isnan(np.asarray(values)).all():
            raise ModelError(
                f"feature {feature.name!r} has no value in any of the {len(train)} rows of the train part. Mend what "
                "it is read from, or take it out of the model's file"
            )
        found.append(ManifestFeature(name=feature.name, type=feature.type, categories=categories))
    return tuple(found)


def _learn(
    manifest: Manifest,
    parts: list[Examples],
    chosen: XgboostHyperparameters | LogisticHyperparameters,
    stopping: Stopping,
) -> tuple[Manifest, dict[str, bytes]]:
    train, validation = parts
    columns = encoder(manifest)
    # One of the two libraries is never needed, and each takes seconds to import.
    if isinstance(chosen, XgboostHyperparameters):
        leave_out_sklearn()
        from model_code.training.boosting import boost

        boosted = boost(train, validation, columns, chosen, stopping)
        kept = {"best_round": boosted.best_round, "stopped": boosted.stopped}
        return manifest.model_copy(update=kept), {TREES_FILE: boosted.content}
    from model_code.training.logistic import coefficients, fit_pipeline

    content = coefficients(fit_pipeline(train, columns, chosen), columns)
    _say_metrics(Coefficients.load(content, manifest), validation, columns)
    return manifest, {COEFFICIENTS_FILE: content}


def _say_metrics(model: Coefficients, validation: Examples, columns: Encoder) -> None:
    from sklearn.metrics import log_loss, roc_auc_score

    answers = model.probabilities(columns.encode(validation.values)[0])
    area, loss = roc_auc_score(validation.label, answers), log_loss(validation.label, answers)
    print(f"validation:roc_auc={area:.6f} validation:log_loss={loss:.6f}", flush=True)
