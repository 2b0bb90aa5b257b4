"""The program ``evaluate``, on models that the program ``train`` has made."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import tarfile
from html.parser import HTMLParser

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import xgboost
from sklearn.metrics import roc_auc_score

from groundwork.spec.model_report import EvaluationReport, Reference
from model_code.artifact import read_artifact, write_artifact
from model_code.container import Container
from model_code.errors import ModelError
from model_code.evaluation.candidate import read_candidate
from model_code.evaluation.job import evaluate, main
from model_code.examples import read_examples
from model_code.serving.answer import Answerer
from tests.model_code.world import RUN, Box, examples, model_run

PNG = b"\x89PNG\r\n\x1a\n"


def test_part() -> pa.Table:
    """Two thousand rows; of the carrier UA there are none, and B6 is always late."""
    table = examples(2600, seed=3)
    table = table.filter(pc.fill_null(pc.not_equal(table["carrier"], "UA"), True))
    always = pc.fill_null(pc.equal(table["carrier"], "B6"), False)
    return table.set_column(table.column_names.index("late"), "late", pc.or_(table["late"], always))


test_part.__test__ = False


@pytest.fixture(scope="module")
def box(image, trained, baseline, tmp_path_factory):
    """A container after the evaluation."""
    box = Box(image, tmp_path_factory.mktemp("evaluated"))
    box.give_evaluation(RUN, test_part(), examples(3000, seed=1), trained.ml / "model", baseline.ml / "model")
    box.finished = box.run("evaluate")
    assert box.finished.returncode == 0, box.finished.stderr
    return box


@pytest.fixture(scope="module")
def output(box):
    return box.ml / "processing" / "output"


@pytest.fixture(scope="module")
def report(output):
    return EvaluationReport.from_json((output / "evaluate.report.json").read_bytes())


@pytest.fixture(scope="module")
def probability(box, tmp_path_factory):
    """The model's answers to the test part, in the order in which the evaluation reads it."""
    place = box.ml / "processing"
    test = read_examples(place / "test", "test", RUN)
    model = read_candidate(place, "model", RUN, tmp_path_factory.mktemp("scratch"))
    return test, model.probabilities(test)


def test_it_measures_model_and_baseline_on_the_test_part(report, probability):
    test, answers = probability
    measured = {value.metric: value for value in report.metrics}
    assert (report.rows, report.positive) == (len(test), int(test.label.sum()))
    assert measured["roc_auc"].model == pytest.approx(roc_auc_score(test.label, answers))
    assert measured["roc_auc"].model > measured["roc_auc"].baseline + 0.02, "no straight line follows the data"
    assert measured["brier_score"].model == pytest.approx(np.mean((answers - test.label) ** 2))
    assert sum(each.rows for each in report.calibration) == report.rows


def test_it_registers_what_reaches_the_thresholds_and_leaves_what_a_release_needs(report, output, trained):
    assert (report.decision.outcome, report.decision.reasons) == ("register", ())
    assert {path.name for path in output.iterdir()} == {
        f"evaluate.{name}" for name in ("report.json", "page.html", "shap.png", "golden.jsonl", "reference.json")
    }
    assert report.artefacts["page.html"] == f"{RUN.prefix}evaluate.page.html"
    for name in ("golden.jsonl", "reference.json"):
        stem = name.partition(".")[0]
        assert report.version_digests[stem] == hashlib.sha256((output / f"evaluate.{name}").read_bytes()).hexdigest()
    archive = output.parent / "model" / "model.tar.gz"
    assert report.version_digests["model"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert report.version_digests["manifest"].startswith(Answerer.load(trained.ml / "model").version)
    assert report.hyperparameters["max_depth"] == 3
    assert report.best_round == read_artifact(trained.ml / "model")[0].best_round
    assert report.tracking_run is None


def test_slices_without_rows_or_with_one_class_are_reported_and_not_judged(report, probability):
    found = {each.value: each for each in report.slices}
    assert list(found) == ["AA", "B6", "DL", "UA", None]
    assert (found["UA"].rows, found["UA"].judged, found["UA"].metrics[0].model) == (0, False, None)
    assert found["B6"].positive == found["B6"].rows > 100
    assert (found["B6"].judged, found["B6"].metrics[0].model) == (False, None)
    test, answers = probability
    rows = np.array([each == "AA" for each in test.values["carrier"]])
    assert found["AA"].judged
    assert found["AA"].metrics[0].model == pytest.approx(roc_auc_score(test.label[rows], answers[rows]))
    assert sum(each.rows for each in report.slices) == report.rows


def test_the_effects_know_signal_from_noise(report):
    effects = {each.name: each for each in report.effects}
    assert [each.name for each in report.effects][-1] == "noise"
    assert effects["noise"].mean_absolute_shap < 0.2 * effects["load"].mean_absolute_shap
    assert effects["noise"].single_auc < 0.56 < effects["carrier"].single_auc


def test_golden_requests_are_answered_by_the_serving_code_as_the_evaluation_did(output, trained, probability):
    lines = [json.loads(each) for each in (output / "evaluate.golden.jsonl").read_text().splitlines()]
    assert len(lines) == RUN.model.release.golden_requests
    body = "\n".join(json.dumps(each["request"]) for each in lines).encode()
    answers = Answerer.load(trained.ml / "model").answer(body)[0].decode().splitlines()
    assert [each["answer"] for each in lines] == [json.loads(each) for each in answers]
    _, expected = probability
    ours = [each["answer"]["probability"] for each in lines]
    assert ours == sorted(ours)
    assert (ours[0], ours[-1]) == (expected.min(), expected.max())
    assert set(ours) <= set(expected.tolist()), "what was measured is what is served, to the last bit"
    assert all(set(each["request"]["key"]) == set(RUN.contract.primary_key) for each in lines)


def test_the_reference_is_of_the_train_part(output, report):
    reference = Reference.from_json((output / "evaluate.reference.json").read_bytes())
    train = examples(3000, seed=1)
    assert reference.rows == 3000
    load, noise, carrier = reference.features
    assert load.nulls == pytest.approx(train["load"].null_count / 3000)
    assert noise.mean == pytest.approx(np.mean(train["noise"].to_numpy()))
    assert set(carrier.values) == {"AA", "B6", "DL", "UA"}
    assert reference.prediction.name == "probability"
    assert reference.prediction.mean == pytest.approx(np.mean(train["late"].to_numpy()), abs=0.02)
    assert reference.metrics["roc_auc"] == report.metrics[0].model


class Loads(HTMLParser):
    """What a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]
        assert tag not in {"script", "link", "iframe"}


def test_the_page_shows_the_evidence_and_needs_no_network(output, report):
    text = (output / "evaluate.page.html").read_text()
    page = Loads()
    page.feed(text)
    (picture,) = page.addresses
    assert picture.startswith("data:image/png;base64,")
    assert base64.b64decode(picture.partition(",")[2]) == (output / "evaluate.shap.png").read_bytes()
    assert (output / "evaluate.shap.png").read_bytes().startswith(PNG)
    for shown in (
        "may be registered",
        f"{report.metrics[0].model:.4f}",
        f"{report.metrics[0].baseline:.4f}",
        "≥ 0.7",
        "snapshot <code>42</code>",
        report.version_digests["model"],
        "one outcome only",
        "no rows",
        "(none)",
    ):
        assert shown in text, shown
    assert text.count('<span class="yes">✓</span>') == 2
    assert '<span class="no">' not in text


def test_evaluated_again_everything_but_the_clock_is_the_same(box, output, report, tmp_path):
    again = Box(box.image, tmp_path / "ml")
    shutil.copytree(box.ml / "processing", again.ml / "processing", ignore=shutil.ignore_patterns("output"))
    evaluate(Container(again.ml))
    folder = again.ml / "processing" / "output"
    for name in ("page.html", "shap.png", "golden.jsonl", "reference.json"):
        assert (folder / f"evaluate.{name}").read_bytes() == (output / f"evaluate.{name}").read_bytes(), name
    other = EvaluationReport.from_json((folder / "evaluate.report.json").read_bytes())
    assert other.model_copy(update={"seconds": report.seconds}) == report


@pytest.fixture
def place(image, trained, baseline, tmp_path):
    """A container whose inputs a test breaks."""
    box = Box(image, tmp_path / "ml")
    box.give_evaluation(RUN, examples(300, seed=3), examples(300, seed=1), trained.ml / "model", baseline.ml / "model")
    return box


def rewrite_run(box: Box, run) -> None:
    (box.ml / "processing" / "run" / "run.json").write_text(run.to_json())


def test_a_missed_threshold_is_an_outcome_that_the_page_tells(place):
    strict = {**RUN.model.evaluation.model_dump(by_alias=True), "thresholds": [{"metric": "roc_auc", "minimum": 0.99}]}
    rewrite_run(place, model_run(evaluation=strict))
    evaluate(Container(place.ml))
    output = place.ml / "processing" / "output"
    report = EvaluationReport.from_json((output / "evaluate.report.json").read_bytes())
    assert report.decision.outcome == "refuse"
    (reason,) = report.decision.reasons
    assert re.fullmatch(r"roc_auc is 0\.\d{4} on the test part, at least 0\.99 is asked for", reason)
    text = (output / "evaluate.page.html").read_text()
    assert "refused" in text
    assert reason in text
    assert '<span class="no">✗</span>' in text


def test_a_planted_leak_is_caught(image, tmp_path):
    """A feature that nearly is the label: the model is splendid, and refused."""
    box = Box(image, tmp_path / "train")
    parts = []
    for rows, seed in ((1500, 1), (500, 2), (1000, 3)):
        table = examples(rows, seed)
        flipped = np.random.default_rng(seed).random(rows) < 0.02
        leak = pa.array((table["late"].to_numpy() ^ flipped).astype(float))
        parts.append(table.set_column(table.column_names.index("noise"), "noise", leak))
    run = model_run(
        training={**RUN.model.training.model_dump(by_alias=True), "baseline": None},
        evaluation={"thresholds": [{"metric": "roc_auc", "minimum": 0.7}]},
    )
    box.give_training(run, parts[0], parts[1])
    assert box.run("train").returncode == 0
    judged = Box(image, tmp_path / "evaluate")
    judged.give_evaluation(run, parts[2], parts[0], box.ml / "model")
    evaluate(Container(judged.ml))
    report = EvaluationReport.from_json((judged.ml / "processing/output/evaluate.report.json").read_bytes())
    assert report.metrics[0].model > 0.95
    assert report.metrics[0].baseline is None
    assert report.decision.outcome == "refuse"
    (reason,) = report.decision.reasons
    assert reason.startswith("noise alone separates the labels with an AUC of 0.9")
    assert report.slices == ()


def repack(box: Box, folder) -> None:
    with tarfile.open(box.ml / "processing" / "model" / "model.tar.gz", "w:gz") as packed:
        for file in folder.iterdir():
            packed.add(file, file.name)


def test_answers_that_are_no_numbers_are_refused(place, trained, tmp_path, monkeypatch):
    """xgboost itself answers NaN when a leaf is NaN; its own format takes such a leaf."""
    manifest, files, _ = read_artifact(trained.ml / "model")
    booster = xgboost.Booster(model_file=bytearray(files["model.ubj"]))
    content = json.loads(booster.save_raw("json"))
    for tree in content["learner"]["gradient_booster"]["model"]["trees"]:
        tree["split_conditions"] = [
            float("nan") if left == -1 else value
            for left, value in zip(tree["left_children"], tree["split_conditions"], strict=True)
        ]
    broken = xgboost.Booster(model_file=bytearray(json.dumps(content).encode()))
    write_artifact(tmp_path / "broken", manifest, {"model.ubj": bytes(broken.save_raw("ubj"))})
    repack(place, tmp_path / "broken")
    monkeypatch.setenv("GROUNDWORK_ML_PREFIX", str(place.ml))
    assert main() == 1
    assert place.message.startswith("the xgboost model answers 300 of 300 rows of the test part with no number")
    assert not (place.ml / "processing" / "output" / "evaluate.report.json").exists()


def test_an_artifact_that_was_swapped_is_refused(place, trained, tmp_path):
    shutil.copytree(trained.ml / "model", tmp_path / "swapped")
    with (tmp_path / "swapped" / "model.ubj").open("ab") as file:
        file.write(b"x")
    repack(place, tmp_path / "swapped")
    with pytest.raises(ModelError, match=r"model\.ubj is not what was trained"):
        evaluate(Container(place.ml))


def test_an_artifact_of_another_run_is_refused(place):
    rewrite_run(place, RUN.model_copy(update={"prefix": "s3://elsewhere/"}))
    with pytest.raises(ModelError, match="an evaluation is of its own run's model"):
        evaluate(Container(place.ml))


def test_an_archive_that_is_none_or_leads_out_of_its_folder_is_refused(place, tmp_path):
    archive = place.ml / "processing" / "model" / "model.tar.gz"
    archive.write_bytes(b"not gzip")
    with pytest.raises(ModelError, match=r"model\.tar\.gz cannot be unpacked"):
        evaluate(Container(place.ml))
    with tarfile.open(archive, "w:gz") as packed:
        entry = tarfile.TarInfo("../../escaped")
        entry.size = 1
        packed.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(ModelError, match="outside the destination"):
        evaluate(Container(place.ml))
    archive.unlink()
    with pytest.raises(ModelError, match="the job was not given the model"):
        evaluate(Container(place.ml))


def test_a_test_part_of_one_class_is_refused(image, trained, baseline, tmp_path):
    box = Box(image, tmp_path / "ml")
    table = examples(300, seed=3)
    table = table.filter(pc.equal(table["late"], False))
    box.give_evaluation(RUN, table, examples(300, seed=1), trained.ml / "model", baseline.ml / "model")
    with pytest.raises(ModelError, match=r"labels of the test part are False: one class tells nothing"):
        evaluate(Container(box.ml))


def test_a_declared_baseline_must_be_there(place):
    shutil.rmtree(place.ml / "processing" / "baseline")
    with pytest.raises(ModelError, match="the job was not given the baseline"):
        evaluate(Container(place.ml))
