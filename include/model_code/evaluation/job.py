"""The program ``evaluate``: a trained model on rows that it has never seen, and the evidence that people decide by."""

from __future__ import annotations

import hashlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundwork.decisions.registration import decide_registration
from groundwork.spec.model_report import EvaluationReport, MetricValue, Reference
from groundwork.spec.model_run import ModelRun
from model_code.container import Container
from model_code.errors import ModelError
from model_code.evaluation.candidate import Candidate, read_candidate
from model_code.evaluation.effects import chosen_rows, effects
from model_code.evaluation.golden import golden_requests
from model_code.evaluation.page import page
from model_code.evaluation.picture import shap_picture
from model_code.evaluation.reference import reference
from model_code.evaluation.scores import Vector, calibration_bins, scores
from model_code.evaluation.slices import slice_results
from model_code.evaluation.tracking import track
from model_code.examples import Examples, read_examples
from model_code.predictor import Trees, encoder
from model_code.program import read_run, run_program
from model_code.serving.answer import Answerer

STAGE = "evaluate"
EVIDENCE = ("page.html", "shap.png", "golden.jsonl", "reference.json")
# Of a model that is not released by us, somebody else's endpoint can still be checked.
GOLDEN_WITHOUT_RELEASE = 20


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation looks at, with the models' answers to the test part.

    :param baseline: None where the model declares none
    :param probability: the model's
    :param baseline_probability: the baseline's
    """

    run: ModelRun
    model: Candidate
    baseline: Candidate | None
    train: Examples
    test: Examples
    probability: Vector
    baseline_probability: Vector | None


def main() -> int:
    """Evaluate what the container's inputs hold."""
    container = Container.here()
    return run_program(lambda: evaluate(container), container.message)


def evaluate(container: Container) -> None:
    """Measure, decide, and leave report, page, picture, golden requests and reference in the output folder.

    :raises ModelError: an input cannot be used; that a threshold is missed is an outcome and no error
    """
    began = time.monotonic()
    output = container.processing / "output"
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        evaluated = _inputs(container.processing, Path(scratch))
        report = _evaluate(evaluated, output)
    report = report.model_copy(update={"seconds": {"total": round(time.monotonic() - began, 3)}})
    # The report last: where it is, everything that it names is there.
    (output / f"{STAGE}.report.json").write_text(report.to_json())
    reasons = "".join(f"; {reason}" for reason in report.decision.reasons)
    print(f"{report.decision.outcome}: {report.rows} rows in {report.seconds['total']} s{reasons}", flush=True)


def _inputs(folder: Path, scratch: Path) -> Evaluated:
    run = read_run(folder / "run")
    model = read_candidate(folder, "model", run, scratch)
    baseline = read_candidate(folder, "baseline", run, scratch) if run.model.training.baseline else None
    test = read_examples(folder / "test", "test", run)
    test.require_two_classes()
    return Evaluated(
        run=run,
        model=model,
        baseline=baseline,
        train=read_examples(folder / "train", "train", run),
        test=test,
        probability=model.probabilities(test),
        baseline_probability=baseline.probabilities(test) if baseline else None,
    )


def _evaluate(on: Evaluated, output: Path) -> EvaluationReport:
    run, manifest = on.run, on.model.manifest
    metrics = _metrics(on)
    explained, contributions = _explain(on)
    moving = effects(manifest, contributions, on.train, on.test)
    slices = slice_results(run.model.evaluation.slices, manifest, on.test, on.probability, on.baseline_probability)
    report = EvaluationReport(
        model=run.model.name,
        decision=decide_registration(run.model.evaluation, metrics, slices, moving),
        rows=len(on.test),
        positive=on.test.positive,
        metrics=metrics,
        slices=slices,
        calibration=calibration_bins(on.test.label, on.probability),
        effects=moving,
        version_digests=_leave(on, _reference(on, metrics), output),
        hyperparameters=manifest.hyperparameters,
        best_round=manifest.best_round,
        artefacts={name: run.artefact_uri(STAGE, name) for name in EVIDENCE},
    )
    return _show(run, report, shap_picture(manifest, contributions, on.test, explained), output)


def _metrics(on: Evaluated) -> tuple[MetricValue, ...]:
    theirs = scores(on.test.label, on.baseline_probability) if on.baseline_probability is not None else {}
    found = []
    for name, value in scores(on.test.label, on.probability).items():
        found.append(MetricValue(metric=name, model=value, baseline=theirs.get(name)))
        print(f"test:{name}={value} baseline:{name}={theirs.get(name)}", flush=True)
    return tuple(found)


def _explain(on: Evaluated) -> tuple[Vector, Any]:
    """Rows that are explained, and their SHAP values without the expected one."""
    if not isinstance(on.model.model, Trees):
        raise ModelError(f"the model is a {on.model.manifest.algorithm}: a baseline cannot be the model")
    rows = chosen_rows(len(on.test), on.run.model.evaluation.explained_rows)
    matrix, _ = encoder(on.model.manifest).encode(on.test.values)
    return rows, on.model.model.contributions(matrix[rows])[:, :-1]


def _reference(on: Evaluated, metrics: tuple[MetricValue, ...]) -> Reference:
    answers = on.model.probabilities(on.train)
    return reference(on.model.manifest, on.train, answers, {value.metric: value.model for value in metrics})


def _leave(on: Evaluated, measured: Reference, output: Path) -> dict[str, str]:
    """Write what a release and the monitor will read; gives the digests of everything that was evaluated."""
    release = on.run.model.release
    wanted = release.golden_requests if release else GOLDEN_WITHOUT_RELEASE
    texts = {
        "reference": ("reference.json", measured.to_json()),
        "golden": (
            "golden.jsonl",
            golden_requests(Answerer.load(on.model.folder), on.test, on.probability, wanted),
        ),
    }
    digests = {"model": on.model.archive, "manifest": on.model.content}
    if on.baseline:
        digests["baseline"] = on.baseline.archive
    for name, (file, text) in texts.items():
        (output / f"{STAGE}.{file}").write_text(text)
        digests[name] = hashlib.sha256(text.encode()).hexdigest()
    return digests


def _show(run: ModelRun, report: EvaluationReport, picture: bytes, output: Path) -> EvaluationReport:
    """Draw page and picture and tell the tracker, which keeps both; the page is then drawn again with its answer."""
    shown, drawn = output / f"{STAGE}.page.html", output / f"{STAGE}.shap.png"
    drawn.write_bytes(picture)
    shown.write_text(page(run, report, picture))
    tracked = report.model_copy(update={"tracking_run": track(run, report, [shown, drawn])})
    shown.write_text(page(run, tracked, picture))
    return tracked
