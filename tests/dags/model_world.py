"""A model of a test's own whose training is over: what its jobs would have left, on the sandbox."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3

from groundwork.hooks.evidence import EvidenceHook
from groundwork.spec import names
from groundwork.spec.decision import Decision
from groundwork.spec.environment import Environment
from groundwork.spec.include import load_environment
from groundwork.spec.model import Model
from groundwork.spec.model_file import DeclaredModel, load_model
from groundwork.spec.model_report import EvaluationReport, FeatureReference, MetricValue, Reference
from groundwork.spec.model_run import ModelRun, TablePin
from groundwork.spec.run import JobBundle
from groundwork.spec.uri import parse_uri
from sandbox.settings import REGION, REPOSITORY
from tests.dags.conftest import BUNDLE, Include

IMAGE_TAG = "f" * 16
KEY = {"year": 2013, "month": 6, "day": 1, "carrier": "UA", "flight": 1, "origin": "EWR"}


def declare_model(include: Include, **changes: tuple[str, str]) -> str:
    """The repository's model under a name of its own, with its products; one text of it replaced by another.

    :param changes: old and new text, by any name
    """
    name = f"m{uuid.uuid4().hex[:8]}"
    text = (REPOSITORY / "include" / "models" / "late_arrival.yaml").read_text()
    replacements = (("name: late_arrival", f"name: {name}"), ("view: flight_outlook", f"view: v{name}"))
    for old, new in (*replacements, *changes.values()):
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the model's file"
        text = text.replace(old, new)
    for product in ("flights", "weather", "planes", "airlines", "airports"):
        for kind in ("contracts", "rules"):
            source = REPOSITORY / "include" / kind / f"{product}.yaml"
            if source.exists():
                _write(include.folder / kind / source.name, source.read_text())
    _write(include.folder / "models" / f"{name}.yaml", text)
    _write(include.folder / "job_bundle.json", json.dumps({**BUNDLE, "imageTag": IMAGE_TAG}))
    return name


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class Outlets(dict[Any, Any]):
    """What a task tells by its outlets, as Airflow's own accessor takes it."""

    def __missing__(self, key: Any) -> Any:
        self[key] = SimpleNamespace(extra=None, added=[])
        self[key].add = lambda asset, extra=None: self[key].added.append((asset, extra))
        return self[key]


class Task:
    """A task's context, as far as our operators ask for it."""

    def __init__(self, dag_id: str, run_id: str, user: str | None = None, **params: Any) -> None:
        self.pushed: dict[str, Any] = {}
        self.outlets = Outlets()
        self.ti = SimpleNamespace(
            dag_id=dag_id,
            run_id=run_id,
            task_id="task",
            map_index=-1,
            try_number=1,
            id=uuid.uuid4(),
            xcom_push=lambda key, value: self.pushed.update({key: value}),
        )
        self.context: Any = {
            "ti": self.ti,
            "task_instance": self.ti,
            "dag_run": SimpleNamespace(triggering_user_name=user),
            "params": params,
            "outlet_events": self.outlets,
        }


@dataclass
class ModelWorld:
    """One model on the sandbox.

    :param name: of the model
    """

    include: Include
    name: str

    @cached_property
    def environment(self) -> Environment:
        return load_environment(self.include.folder, "sandbox")

    @property
    def declared(self) -> DeclaredModel:
        return load_model(self.include.folder, self.name)

    @property
    def model(self) -> Model:
        return self.declared.model

    @cached_property
    def s3(self) -> Any:
        return boto3.client("s3", region_name=REGION)

    def planning(self) -> dict[str, Any]:
        """Arguments of a planning operator."""
        return {"include": str(self.include.folder), "environment": self.environment, "declared": self.declared}

    def put(self, uri: str, body: bytes) -> str:
        """Write an object; gives its sha256."""
        target = parse_uri(uri)
        self.s3.put_object(Bucket=target.bucket, Key=target.key, Body=body)
        return hashlib.sha256(body).hexdigest()

    def body(self, uri: str) -> bytes:
        """What stands at an address."""
        target = parse_uri(uri)
        content: bytes = self.s3.get_object(Bucket=target.bucket, Key=target.key)["Body"].read()
        return content

    def freeze(self, stage: str, run_id: str, user: str | None = None, **content: Any) -> tuple[ModelRun, Task]:
        """A frozen run of one of the model's DAGs, and a task of it."""
        dag_id = names.dag_id(stage, self.name)
        run = ModelRun(
            **{
                "spec_version": 1,
                "prefix": names.run_prefix(self.environment, dag_id, run_id),
                "dag_id": dag_id,
                "run_id": run_id,
                "requested_by": user or self.model.owner,
                "frozen_at": datetime.now(UTC),
                "environment": self.environment,
                "model": self.model,
                "contract": self.declared.contract,
                "bundle": JobBundle.model_validate(BUNDLE),
                "image": f"{self.environment.model_image}:{IMAGE_TAG}",
                **content,
            }
        )
        EvidenceHook(region_name=REGION).write(run.uri, run)
        return run, Task(dag_id, run_id, user)

    def trained(
        self, run_id: str = "train", user: str | None = None, outcome: str = "register", **behaves: Any
    ) -> tuple[ModelRun, Task, str]:
        """A training run as its jobs leave it: the run, its last task, and the address of the model's archive.

        :param behaves: how the model does when it serves, where not as the evaluator found
        """
        pin = TablePin(
            name=self.model.features.view,
            table=names.feature_table(self.environment, self.model),
            snapshot_id=7,
        )
        run, task = self.freeze("train_model", run_id, user, sources=(pin,))
        archive = f"{run.folder_uri('models')}job/output/model.tar.gz"
        answer = {"probability": 0.25, "version": hashlib.sha256(run_id.encode()).hexdigest()[:12]}
        digests = {"model": self.put(archive, packed({"answer": answer, **behaves}))}
        digests["manifest"] = answer["version"] + "0" * 52
        digests["golden"] = self.put(run.artefact_uri("evaluate", "golden.jsonl"), golden(answer).encode())
        digests["reference"] = self.put(run.artefact_uri("evaluate", "reference.json"), self.reference().encode())
        reasons = () if outcome == "register" else ("roc_auc is 0.51, at least 0.65 must be",)
        report = EvaluationReport(
            model=self.name,
            decision=Decision(outcome=outcome, reasons=reasons),
            rows=1000,
            positive=250,
            metrics=(MetricValue(metric="roc_auc", model=0.7412, baseline=0.7),),
            version_digests=digests,
        )
        EvidenceHook(region_name=REGION).write(run.report_uri("evaluate"), report)
        return run, task, archive

    def reference(self) -> str:
        """As the evaluation leaves it."""
        prediction = FeatureReference(name="probability", type="number", edges=(0.5,), shares=(0.7, 0.3), nulls=0.0)
        return Reference(
            model=self.name, rows=100, features=(), prediction=prediction, metrics={"roc_auc": 0.75}
        ).to_json()


def golden(answer: dict[str, Any], lines: int = 3) -> str:
    """Recorded requests with their answers."""
    keys = [{**KEY, "flight": number} for number in range(lines)]
    made = [
        {"request": {"key": key, "features": {"distance_miles": 1.0}}, "answer": {"key": key, **answer}} for key in keys
    ]
    return "".join(json.dumps(line) + "\n" for line in made)


def packed(behaves: dict[str, Any]) -> bytes:
    """The model's archive, for the image ``answering``."""
    content = json.dumps(behaves).encode()
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        member = tarfile.TarInfo("answer.json")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return whole.getvalue()
