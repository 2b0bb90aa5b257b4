"""A training set is refused for each thing that may be wrong with it."""

from __future__ import annotations

from groundwork.decisions.examples import decide_examples
from groundwork.spec.model import Split, Training
from groundwork.spec.model_report import Part

TRAINING = Training(algorithm="xgboost", split=Split(validation_days=1, test_days=2), minimum_examples=10)


def part(rows: int, positive: int) -> Part:
    return Part(uri="s3://b/k/", rows=rows, positive=positive, first=None, last=None)


GOOD = {"train": part(10, 3), "validation": part(4, 1), "test": part(2, 1)}


def test_enough_of_both_classes_in_each_part_is_learnt_from() -> None:
    decision = decide_examples(GOOD, TRAINING, ())
    assert (decision.outcome, decision.reasons) == ("train", ())
    assert decision.measured["test"] == {"rows": 2, "positive": 1}
    assert decision.declared == {"minimumExamples": 10, "split": {"validationDays": 1, "testDays": 2}}


def test_each_thing_wrong_is_a_reason() -> None:
    parts = {"train": part(9, 9), "validation": part(3, 0), "test": part(0, 0)}
    decision = decide_examples(parts, TRAINING, ["b2", "b1"])
    assert decision.outcome == "refuse"
    assert decision.reasons == (
        "train has one class only: the label of all 9 rows is true",
        "validation has one class only: the label of all 3 rows is false",
        "test is empty",
        "train has 9 rows, at least 10 are asked for",
        "batches b1, b2 were built by another definition of the features: build them again",
    )
