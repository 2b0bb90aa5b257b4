"""Whether a training set can be learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from groundwork.spec.decision import Decision
from groundwork.spec.model import Training
from groundwork.spec.model_report import Part


def decide_examples(parts: Mapping[str, Part], training: Training, outdated: Sequence[str]) -> Decision:
    """``train`` or ``refuse``.

    Refused by any one of: an empty part, a part with one class only, fewer rows to learn from than declared, batches
    that were built by another definition of the features than the model's.

    :param parts: train, validation and test
    :param training: declared settings
    :param outdated: batches of the feature table that another definition made
    """
    reasons = [reason for name, part in parts.items() if (reason := _unusable(name, part))]
    train = parts["train"]
    if train.rows and train.rows < training.minimum_examples:
        reasons.append(f"train has {train.rows} rows, at least {training.minimum_examples} are asked for")
    if outdated:
        reasons.append(
            f"batches {', '.join(sorted(outdated))} were built by another definition of the features: build them again"
        )
    return Decision(
        outcome="refuse" if reasons else "train",
        reasons=tuple(reasons),
        measured={name: {"rows": part.rows, "positive": part.positive} for name, part in parts.items()}
        | {"outdated": sorted(outdated)},
        declared={"minimumExamples": training.minimum_examples, "split": training.split.model_dump(by_alias=True)},
    )


def _unusable(name: str, part: Part) -> str | None:
    if not part.rows:
        return f"{name} is empty"
    if part.positive in (0, part.rows):
        label = "true" if part.positive else "false"
        return f"{name} has one class only: the label of all {part.rows} rows is {label}"
    return None
