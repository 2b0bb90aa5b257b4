"""Explanations are exact, and a feature that knows too much is seen however it hides."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
import shap
import xgboost

from model_code.evaluation.effects import chosen_rows, single_auc
from model_code.manifest import Manifest, ManifestFeature
from model_code.predictor import Trees

CHANCE = np.random.default_rng(0)


def boosted(matrix: np.ndarray, label: np.ndarray, types: list[str]) -> tuple[xgboost.Booster, Trees]:
    names = [f"f{index}" for index in range(matrix.shape[1])]
    data = xgboost.DMatrix(matrix, label, feature_names=names, feature_types=types)
    parameters = {"objective": "binary:logistic", "max_depth": 3, "tree_method": "hist", "max_cat_to_onehot": 1}
    booster = xgboost.train(parameters, data, 4)
    features = tuple(ManifestFeature(name=name, type="number") for name in names)
    manifest = Manifest(
        spec_version=1,
        algorithm="xgboost",
        model="m",
        training_run="r",
        label="l",
        features=features,
        hyperparameters={},
        files={},
    )
    return booster, Trees.load(bytes(booster.save_raw("ubj")), manifest)


def test_contributions_are_those_of_shaps_own_algorithm():
    matrix = CHANCE.normal(size=(500, 4))
    matrix[CHANCE.random((500, 4)) < 0.1] = np.nan
    booster, trees = boosted(matrix, matrix[:, 0] * matrix[:, 1] > 0, ["float"] * 4)
    explainer = shap.TreeExplainer(booster)
    # Else shap asks xgboost, and nothing would be compared.
    explainer.model.model_type = "internal"
    ours = trees.contributions(matrix)
    np.testing.assert_allclose(ours[:, :-1], explainer.shap_values(matrix), atol=1e-4)


def expectation(node: dict, row: np.ndarray, known: set[int]) -> float:
    """Mean of a tree's leaves, over all rows that agree with a row in the features that are known."""
    if "leaf" in node:
        return node["leaf"]
    children = {child["nodeid"]: child for child in node["children"]}
    feature = int(node["split"][1:])
    if feature not in known:
        yes, no = children[node["yes"]], children[node["no"]]
        total = yes["cover"] + no["cover"]
        return (yes["cover"] * expectation(yes, row, known) + no["cover"] * expectation(no, row, known)) / total
    value = row[feature]
    if math.isnan(value):
        branch = node["missing"]
    elif isinstance(node["split_condition"], list):
        branch = node["yes"] if int(value) in node["split_condition"] else node["no"]
    else:
        branch = node["yes"] if np.float32(value) < np.float32(node["split_condition"]) else node["no"]
    return expectation(children[branch], row, known)


def shapley(trees: list[dict], row: np.ndarray, feature: int, others: list[int]) -> float:
    """Shapley's formula, over every coalition."""
    total, players = 0.0, len(others) + 1
    for size in range(players):
        weight = math.factorial(size) * math.factorial(players - size - 1) / math.factorial(players)
        for coalition in itertools.combinations(others, size):
            with_it = sum(expectation(tree, row, {*coalition, feature}) for tree in trees)
            without = sum(expectation(tree, row, {*coalition}) for tree in trees)
            total += weight * (with_it - without)
    return total


def test_contributions_are_shapleys_values_with_categories_too():
    """By Shapley's own formula: shap has no algorithm of its own for splits of categories."""
    matrix = np.column_stack(
        [CHANCE.normal(size=400), CHANCE.integers(0, 6, 400).astype(float), CHANCE.normal(size=400)]
    )
    matrix[CHANCE.random((400, 3)) < 0.1] = np.nan
    label = (np.nan_to_num(matrix[:, 0]) > 0) ^ np.isin(matrix[:, 1], [1, 4])
    booster, trees = boosted(matrix, label, ["float", "c", "float"])
    dumped = [json.loads(text) for text in booster.get_dump(dump_format="json", with_stats=True)]
    assert any('"split_condition": [' in text for text in booster.get_dump(dump_format="json"))
    found = trees.contributions(matrix[:15])
    for row in range(15):
        for feature in range(3):
            others = [each for each in range(3) if each != feature]
            assert found[row, feature] == pytest.approx(shapley(dumped, matrix[row], feature, others), abs=1e-4)


def halves(values):
    return values[:1000], values[1000:]


LABEL = CHANCE.random(2000) < 0.3
NOISE = CHANCE.normal(size=2000)
LEAKS = {
    "the label itself": np.where(LABEL, 1.0, 0.0),
    "its opposite": np.where(LABEL, 0.0, 1.0),
    "not monotone": np.where(LABEL, 0.0, CHANCE.choice([-1.0, 1.0], 2000)),
    "what is missing": np.where(LABEL, np.nan, NOISE),
    "a category": ["late" if each else "early" for each in LABEL],
    "a category that is missing": [None if each else "x" for each in LABEL],
}


@pytest.mark.parametrize("case", LEAKS)
def test_a_feature_that_tells_the_label_is_seen_however_it_does(case):
    (train, test), (label, truth) = halves(LEAKS[case]), halves(LABEL)
    assert single_auc(train, label, test, truth) == pytest.approx(1.0)


def test_what_tells_nothing_is_near_chance_and_many_categories_are_not_taken_for_a_leak():
    label, truth = halves(LABEL)
    assert single_auc(*halves(NOISE)[:1], label, halves(NOISE)[1], truth) < 0.56
    many = [str(each) for each in CHANCE.integers(0, 700, 2000)]
    train, test = halves(many)
    assert set(test) - set(train), "some were never seen in training"
    assert single_auc(train, label, test, truth) < 0.56
    assert single_auc([None] * 1000, label, ["new"] * 1000, truth) == 0.5


def test_explained_rows_are_spread_over_the_whole_part():
    assert chosen_rows(5, 10).tolist() == [0, 1, 2, 3, 4]
    assert chosen_rows(1001, 3).tolist() == [0, 500, 1000]
