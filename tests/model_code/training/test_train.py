"""The program ``train``, on data whose signal is known."""

from __future__ import annotations

import hashlib
import json
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from groundwork.spec.container_job import METRICS
from model_code.artifact import read_artifact
from model_code.container import Container
from model_code.predictor import encoder, load_predictor
from model_code.training.job import main, train
from tests.model_code.world import RUN, Box, examples, model_run, stop, until


def answers(box: Box, table: pa.Table) -> np.ndarray:
    """What the model in a container says of rows."""
    manifest, files, _ = read_artifact(box.ml / "model")
    numbers = {name: table[name].to_numpy() for name in ("load", "noise")}
    matrix, _ = encoder(manifest).encode({**numbers, "carrier": table["carrier"].to_pylist()})
    return load_predictor(manifest, files).probabilities(matrix)


def test_the_artifact_is_xgboosts_own_format_and_a_manifest_that_binds_it(trained):
    folder = trained.ml / "model"
    assert {path.name for path in folder.iterdir()} == {"model.ubj", "manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["files"] == {"model.ubj": hashlib.sha256((folder / "model.ubj").read_bytes()).hexdigest()}
    assert manifest["trainingRun"] == RUN.prefix
    assert [each["name"] for each in manifest["features"]] == ["load", "noise", "carrier"]
    assert manifest["features"][2]["categories"] == ["AA", "B6", "DL", "UA"]
    assert manifest["hyperparameters"]["max_depth"] == 3
    assert not manifest["stopped"]


def test_it_finds_the_signal_and_tells_the_kept_rounds_metrics_last(trained):
    validation = examples(1000, seed=2)
    predicted, label = answers(trained, validation), validation["late"].to_numpy()
    area, loss = roc_auc_score(label, predicted), log_loss(label, predicted)
    # The label is drawn with known probabilities; those would reach 0.86 on complete rows.
    assert 0.8 < area < 0.87
    last = [line for line in trained.finished.stdout.splitlines() if "validation:" in line][-1]
    assert last.startswith("kept round ")
    told = dict(each.split("=") for each in last.split() if each.startswith("validation:"))
    assert float(told["validation:roc_auc"]) == pytest.approx(area, abs=1e-6)
    assert float(told["validation:log_loss"]) == pytest.approx(loss, abs=1e-6)
    assert all(f"validation:{metric}=" in last for metric in METRICS)


def test_rounds_after_the_best_are_cut_off(trained):
    losses = [
        float(line.rpartition("=")[2]) for line in trained.finished.stdout.splitlines() if line.startswith("round ")
    ]
    manifest, _, _ = read_artifact(trained.ml / "model")
    assert manifest.best_round == int(np.argmin(losses))
    assert len(losses) == manifest.best_round + 1 + 10, "ten rounds without a smaller loss end it"


def test_the_same_rows_make_the_same_model_however_spark_wrote_them(trained, box):
    shuffled = examples(3000, seed=1).take(np.random.default_rng(0).permutation(3000))
    box.give_training(RUN, shuffled, examples(1000, seed=2))
    assert box.run("train").returncode == 0
    for name in ("model.ubj", "manifest.json"):
        assert (box.ml / "model" / name).read_bytes() == (trained.ml / "model" / name).read_bytes()


def test_the_jobs_hyperparameters_are_above_the_files(box):
    box.give_training(
        RUN, examples(300, seed=1), examples(300, seed=2), max_depth="1", num_round="3", _tuning_objective_metric="x"
    )
    assert box.run("train").returncode == 0
    manifest, _, _ = read_artifact(box.ml / "model")
    assert (manifest.hyperparameters["max_depth"], manifest.hyperparameters["eta"]) == (1, 0.3)
    assert manifest.best_round <= 2


def test_the_baseline_answers_as_scikit_learns_own_pipeline(baseline):
    data, other = examples(3000, seed=1), examples(500, seed=5)
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    pipeline = make_pipeline(
        ColumnTransformer([("n", numbers, [0, 1]), ("c", OneHotEncoder(handle_unknown="ignore"), [2])]),
        LogisticRegression(max_iter=1000),
    )

    def frame(table: pa.Table) -> np.ndarray:
        filled = pc.fill_null(table["carrier"], "none").to_pylist()
        carriers = [{"AA": 0, "B6": 1, "DL": 2, "UA": 3, "none": np.nan}[each] for each in filled]
        return np.column_stack([table["load"].to_numpy(), table["noise"].to_numpy(), carriers])

    complete = data.filter(pc.is_valid(data["carrier"]))
    matrix = frame(data)
    pipeline[0].fit(frame(complete)[:, :])  # categories without one for what is missing
    pipeline[0].named_transformers_["n"].fit(matrix[:, :2])
    fitted = LogisticRegression(max_iter=1000).fit(pipeline[0].transform(matrix), data["late"].to_numpy())
    expected = fitted.predict_proba(pipeline[0].transform(frame(other)))[:, 1]
    np.testing.assert_allclose(answers(baseline, other), expected, atol=1e-6)
    assert {path.suffix for path in (baseline.ml / "model").iterdir()} == {".json"}


def changed(table: pa.Table, name: str, values: object) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values))


def good() -> pa.Table:
    return examples(60, seed=1)


BAD = {
    "one class in training": (
        changed(good(), "late", [False] * 60),
        good(),
        r"all 60 labels of the train part are False: one class tells nothing",
    ),
    "one class in validation": (
        good(),
        changed(good(), "late", [True] * 60),
        r"labels of the validation part are True",
    ),
    "empty part": (good()[:0], good(), r"the train part is empty: 2 Parquet files without a row"),
    "label that is neither": (
        changed(good(), "late", [None] * 3 + [True] * 57),
        good(),
        r"label 'late' is neither true nor false in 3 of 60 rows",
    ),
    "label that is no boolean": (
        changed(good(), "late", [float("nan")] * 60),
        good(),
        r"label 'late' of the train part is double; it must be boolean",
    ),
    "feature without a value": (
        changed(good(), "noise", pa.nulls(60, pa.float64())),
        good(),
        r"feature 'noise' has no value in any of the 60 rows of the train part",
    ),
    "category without a value": (
        changed(good(), "carrier", pa.nulls(60, pa.string())),
        good(),
        r"feature 'carrier' has no",
    ),
    "infinite number": (
        changed(good(), "load", [float("inf")] + [0.0] * 59),
        good(),
        r"number 'load' of the train part is infinite in 1 rows",
    ),
    "text for a number": (
        good(),
        changed(good(), "load", ["x"] * 60),
        r"number 'load' of the validation part is string",
    ),
    "number for a category": (
        changed(good(), "carrier", [1] * 60),
        good(),
        r"category 'carrier' of the train part is int64",
    ),
    "missing column": (good().drop_columns(["noise"]), good(), r"the train part has no column noise; it has year"),
}


@pytest.mark.parametrize("case", BAD)
def test_data_that_makes_no_model_is_refused_with_the_reason(case, box, monkeypatch, capfd):
    training, validation, reason = BAD[case]
    box.give_training(RUN, training, validation)
    monkeypatch.setenv("GROUNDWORK_ML_PREFIX", str(box.ml))
    assert main() == 1
    assert re.search(reason, box.failure), box.failure
    assert capfd.readouterr().err.strip().splitlines()[-1] == box.failure
    assert list((box.ml / "model").iterdir()) == []


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ({"max_dept": "3"}, r"hyperparameter 'max_dept' is unknown; known to xgboost here are .*max_depth"),
        ({"eta": "high"}, r"hyperparameter 'eta' is 'high': input should be a valid number"),
        ({"subsample": "1.5"}, r"hyperparameter 'subsample' is '1.5': input should be less than or equal to 1"),
        ({"algorithm": "forest"}, r"hyperparameter 'algorithm' is 'forest'; the job must set it to xgboost or"),
        ({"algorithm": "logistic_regression", "eta": "0.1"}, r"hyperparameter 'eta' is unknown"),
    ],
)
def test_hyperparameters_are_refused_before_any_data_is_read(job, reason, box, monkeypatch):
    box.give_training(RUN, good(), good(), **job)
    monkeypatch.setenv("GROUNDWORK_ML_PREFIX", str(box.ml))
    assert main() == 1
    assert re.search(reason, box.failure), box.failure


def test_a_run_that_is_none_names_the_field(box, monkeypatch):
    box.give_training(RUN, good(), good())
    file = box.ml / "input" / "data" / "run" / "run.json"
    file.write_text(json.dumps({**json.loads(RUN.to_json()), "model": {}}))
    monkeypatch.setenv("GROUNDWORK_ML_PREFIX", str(box.ml))
    assert main() == 1
    assert "run.json is not the frozen run of a model: model." in box.failure


def test_a_second_host_is_refused(box):
    box.give_training(RUN, good(), good())
    (box.ml / "input" / "config" / "resourceconfig.json").write_text(json.dumps({"hosts": ["algo-1", "algo-2"]}))
    with pytest.raises(Exception, match="trains on one instance"):
        train(Container(box.ml))


def test_stopped_it_leaves_the_best_round_so_far(box):
    """A round takes milliseconds and there are ten thousand of them: it cannot have ended by itself."""
    endless = {"eta": 0.001, "max_depth": 3, "num_round": 10_000, "early_stopping_rounds": 10_000}
    run = model_run(training={**RUN.model.training.model_dump(by_alias=True), "hyperparameters": endless})
    box.give_training(run, examples(3000, seed=1), examples(1000, seed=2))
    with box.start("train") as process:
        until(process, "round 5 ")
        assert stop(process) == 0
        assert "stopped early" in process.stdout.read()
    manifest, files, _ = read_artifact(box.ml / "model")
    assert manifest.stopped
    assert 0 <= manifest.best_round < 10_000
    assert load_predictor(manifest, files)


def test_stopped_before_there_is_a_model_it_says_so(box):
    box.give_training(RUN, examples(200_000, seed=1), examples(200_000, seed=2), algorithm="logistic_regression")
    with box.start("train") as process:
        until(process, "train: ")
        assert stop(process) == 1
    assert box.failure == "the job was stopped before there was a model"
    assert list((box.ml / "model").iterdir()) == []
