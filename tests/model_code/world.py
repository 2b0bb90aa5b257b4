"""Data whose signal is known: the label follows ``load`` and ``carrier`` together, ``noise`` has no say."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from groundwork.spec.include import load_environment, load_product
from groundwork.spec.model import Model
from groundwork.spec.model_run import ModelRun, TablePin
from groundwork.spec.run import JobBundle

REPOSITORY = Path(__file__).resolve().parents[2]
INCLUDE = REPOSITORY / "include"
MODEL: dict[str, Any] = {
    "specVersion": 1,
    "name": "late",
    "title": "Late",
    "version": "1.0.0",
    "domain": "airline_operations",
    "owner": "scientist",
    "purpose": "Tests.",
    "features": {
        "view": "outlook",
        "product": "flights",
        "predictionTime": "time_hour",
        "label": {"name": "late", "expression": "arrival_delay_minutes >= 15"},
        "own": [
            {"name": "load", "expression": "flight"},
            {"name": "noise", "expression": "flight"},
            {"name": "carrier", "expression": "carrier", "type": "category"},
        ],
    },
    "training": {
        "algorithm": "xgboost",
        "split": {"validationDays": 7, "testDays": 7},
        "hyperparameters": {"eta": 0.3, "max_depth": 3, "num_round": 60, "early_stopping_rounds": 10, "seed": 7},
        "baseline": "logistic_regression",
    },
    "evaluation": {
        "thresholds": [{"metric": "roc_auc", "minimum": 0.7, "gain": 0.0}, {"metric": "brier_score", "maximum": 0.25}],
        "slices": {"columns": ["carrier"], "minimumRows": 100, "thresholds": [{"metric": "roc_auc", "minimum": 0.6}]},
        "explainedRows": 200,
    },
    "approval": {"approvers": ["approver"]},
    "release": {"goldenRequests": 12},
}
LIFT = {"AA": 0.0, "B6": 1.5, "DL": -1.5, "UA": 0.0}
START = datetime(2013, 1, 1, tzinfo=UTC)


def model_run(**changes: Any) -> ModelRun:
    """A frozen run of the small model.

    :param changes: sections of the model's file that are replaced
    """
    return ModelRun(
        spec_version=1,
        prefix="s3://groundwork-sandbox-evidence/runs/train_model__late/0123456789abcdef/",
        dag_id="train_model__late",
        run_id="manual__1",
        requested_by="scientist",
        frozen_at=START,
        environment=load_environment(INCLUDE, "sandbox"),
        model=Model.model_validate({**MODEL, **changes}),
        contract=load_product(INCLUDE, "flights").contract,
        bundle=JobBundle(spec_version=1, digest="d", archive="a", entry_point="e"),
        image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/groundwork-models:tag",
        sources=(TablePin(name="outlook", table="lake.sandbox_airline_operations_feature.outlook", snapshot_id=42),),
    )


RUN = model_run()


def examples(rows: int, seed: int) -> pa.Table:
    """Rows as ``select_examples`` leaves them; one in ten has no load, one in twenty no carrier."""
    chance = np.random.default_rng(seed)
    load = chance.normal(size=rows)
    carrier = chance.choice(list(LIFT), rows)
    # No straight line follows a carrier whose flights are late when they are empty.
    score = 1.5 * load * np.where(carrier == "DL", -1, 1) + np.array([LIFT[each] for each in carrier]) - 1
    label = chance.random(rows) < 1 / (1 + np.exp(-score))
    without_load, without_carrier = chance.random(rows) < 0.1, chance.random(rows) < 0.05
    number = np.arange(rows)
    return pa.table(
        {
            "year": pa.array(np.full(rows, 2013), pa.int32()),
            "month": pa.array(np.full(rows, seed), pa.int32()),
            "day": pa.array(number % 28 + 1, pa.int32()),
            "flight": pa.array(number, pa.int32()),
            "origin": ["JFK"] * rows,
            "prediction_time": pa.array(
                [START + timedelta(minutes=int(each)) for each in number], pa.timestamp("us", tz="UTC")
            ),
            "load": pa.array(load, mask=without_load),
            "noise": chance.normal(size=rows),
            "carrier": pa.array(carrier, pa.string(), mask=without_carrier),
            "late": label,
        }
    )


def put(folder: Path, table: pa.Table) -> None:
    """Write a part as Spark does: two files and a marker."""
    folder.mkdir(parents=True)
    half = len(table) // 2
    parquet.write_table(table[half:], folder / "part-00001-x.snappy.parquet")
    parquet.write_table(table[:half], folder / "part-00000-x.snappy.parquet")
    (folder / "_SUCCESS").touch()


def line(load: Any = 0.5, noise: Any = 0.0, carrier: Any = "AA", key: Any = None) -> str:
    """One request."""
    return json.dumps({"key": key or {"flight": 1}, "features": {"load": load, "noise": noise, "carrier": carrier}})


@dataclass
class Box:
    """A container: a process of the image's program under a prefix of its own.

    :param image: folder of the image
    :param ml: stands for /opt/ml
    """

    image: Path
    ml: Path
    finished: subprocess.CompletedProcess[str] = field(init=False)

    def give_training(
        self, run: ModelRun, train: pa.Table, validation: pa.Table, algorithm: str = "xgboost", **job: str
    ) -> None:
        """Lay out the channels of a training job."""
        for name, table in (("train", train), ("validation", validation)):
            put(self.ml / "input" / "data" / name, table)
        self._write(self.ml / "input" / "data" / "run" / "run.json", run.to_json())
        self._write(self.ml / "input" / "config" / "hyperparameters.json", json.dumps({"algorithm": algorithm, **job}))
        (self.ml / "model").mkdir()

    def give_evaluation(
        self, run: ModelRun, test: pa.Table, train: pa.Table, model: Path, baseline: Path | None = None
    ) -> None:
        """Lay out the inputs of the evaluation.

        :param model: folder of the artifact, which is packed as SageMaker packs it
        """
        place = self.ml / "processing"
        self._write(place / "run" / "run.json", run.to_json())
        for name, table in (("train", train), ("test", test)):
            put(place / name, table)
        for name, folder in (("model", model), ("baseline", baseline)):
            if folder:
                (place / name).mkdir()
                with tarfile.open(place / name / "model.tar.gz", "w:gz") as packed:
                    for file in sorted(folder.iterdir()):
                        packed.add(file, file.name)
        (place / "output").mkdir()

    def run(self, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end."""
        return subprocess.run(
            self.command(program), env=self.environment(**environment), cwd=self.ml, capture_output=True, text=True
        )

    def start(self, program: str, **environment: str) -> subprocess.Popen[str]:
        """Start a program whose output is read line by line."""
        return subprocess.Popen(
            self.command(program),
            env=self.environment(**environment),
            cwd=self.ml,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def command(self, program: str) -> list[str]:
        """As the sandbox starts it."""
        return [sys.executable, str(self.image / program)]

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing of the tests' own environment but where programs are."""
        inherited = {"PATH": os.environ["PATH"], "HOME": str(self.ml), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
        return {**inherited, "GROUNDWORK_ML_PREFIX": str(self.ml), **more}

    @property
    def failure(self) -> str:
        """What SageMaker would tell as FailureReason."""
        return (self.ml / "output" / "failure").read_text()

    @property
    def message(self) -> str:
        """What SageMaker would tell as ExitMessage."""
        return (self.ml / "output" / "message").read_text()

    @staticmethod
    def _write(file: Path, text: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def stop(process: subprocess.Popen[str]) -> int:
    """Ask a process to end, as SageMaker does, and give its exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=60)


def until(process: subprocess.Popen[str], start: str) -> str:
    """The first line of a process's output that begins so."""
    assert process.stdout
    seen = []
    for each in process.stdout:
        seen.append(each)
        if each.startswith(start):
            return each
    raise AssertionError(f"it ended before it said {start!r}: {''.join(seen)}")
