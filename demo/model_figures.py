"""The chapter about models in figures, from what its stages left behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from demo.clock import seconds_between
from demo.evidence import Evidence
from demo.facts import Record
from demo.model_story import ModelStory
from demo.requests import Requests
from groundwork.spec import names
from groundwork.spec.decision import Decision
from groundwork.spec.ledger import model_key, version_sort_key
from groundwork.spec.model import Model
from groundwork.spec.model_report import REPORTS, DriftReport, EvaluationReport, ExamplesReport
from groundwork.spec.model_version import ModelVersion

Figures = dict[str, Any]
STAGES = ("train_model", "release_model", "score_data", "monitor_model")


class ModelFigures:
    """Tells what became of a model.

    :param evidence: what the stages left
    """

    def __init__(self, evidence: Evidence, model: Model) -> None:
        self._evidence = evidence
        self._model = model

    def chapter(self, story: ModelStory, requests: Requests) -> Figures:
        """Everything that is told of the model."""
        versions = self._records(version_sort_key(1)[:-6])
        first, challenger = versions[0], versions[-1]
        return {
            "model": self._model.name,
            "title": self._model.title,
            "version": self._version(first),
            "challenger": {
                "number": int(challenger["number"]),
                "requested_by": challenger["requested_by"],
                "state": challenger["state"],
                "examples": self._examples(challenger),
            },
            "approval": self._approval(first, story.refusal),
            "serving": self._serving(),
            "requests_sent": requests.sent,
            "shown": requests.shown,
            "looks": [self._look(record) for record in self._records("look#")],
            "steps": [{"name": step.name, "seconds": step.seconds} for step in story.steps],
            "runs": self._runs(),
        }

    def _version(self, record: Record) -> Figures:
        version = ModelVersion.from_json(self._evidence.read(record["version_uri"]))
        report = EvaluationReport.from_json(self._evidence.read(version.evaluation.uri))
        return {
            "number": int(record["number"]),
            "package_arn": record["package_arn"],
            "digest": record["digest"],
            "requested_by": record["requested_by"],
            "snapshot": f"{version.feature_table}@{version.snapshot_id}",
            "examples": self._examples(record),
            "metrics": [each.model_dump() for each in report.metrics],
            "thresholds": [each.model_dump(exclude_none=True) for each in self._model.evaluation.thresholds],
            "slices": {
                "judged": sum(each.judged for each in report.slices),
                "all": len(report.slices),
            },
            "effects": [
                [each.name, each.mean_absolute_shap]
                for each in sorted(report.effects, key=lambda each: -each.mean_absolute_shap)[:5]
            ],
            "tracking_run": report.tracking_run,
            "pages": {
                "evaluation": self._evidence.url(f"{version.training_run}evaluate.page.html"),
                "SHAP picture": self._evidence.url(f"{version.training_run}evaluate.shap.png"),
            },
        }

    def _examples(self, record: Record) -> Figures:
        version = ModelVersion.from_json(self._evidence.read(record["version_uri"]))
        report = ExamplesReport.from_json(self._evidence.read(f"{version.training_run}select_examples.report.json"))
        parts = {name: getattr(report, name) for name in ("train", "validation", "test")}
        last = max(part.last for part in parts.values() if part.last)
        rows = {name: part.rows for name, part in parts.items()}
        return {**rows, "excluded": report.excluded, "last": last.date().isoformat()}

    def _approval(self, version: Record, refusal: str) -> Figures:
        (approval,) = [each for each in self._records("approval#") if each["digest"] == version["digest"]]
        return {
            "by": approval["by"],
            "at": approval["at"],
            "comment": approval["comment"],
            "requested_by": version["requested_by"],
            "requester_was_told": refusal,
        }

    def _serving(self) -> Figures:
        (release,) = [each for each in self._records("release#") if each["state"] == "live"]
        return {
            "endpoint": names.endpoint(self._evidence.environment, self._model.name),
            "release": int(release["number"]),
            "version": int(release["version"]),
        }

    def _look(self, record: Record) -> Figures:
        decision = Decision.from_json(record["decision"])
        report = DriftReport.from_json(self._evidence.read(record["report_uri"]))
        drifted = sorted(report.features, key=lambda each: -each.psi)[:5]
        run = record["run"]
        return {
            "outcome": decision.outcome,
            "reasons": list(decision.reasons),
            "captured": report.captured,
            "labelled": report.labelled,
            "unreadable": report.unreadable,
            "invalid": report.invalid,
            "performance": dict(report.performance),
            "prediction_psi": report.prediction.psi if report.prediction else None,
            "largest_psi": [[each.name, each.psi] for each in drifted],
            "page": self._evidence.url(f"{run}report_drift.page.html"),
            "report": self._evidence.url(record["report_uri"]),
        }

    def _runs(self) -> list[Figures]:
        view = names.dag_id("build_features", self._model.features.view)
        dag_ids = (view, *(names.dag_id(stage, self._model.name) for stage in STAGES))
        return [self._run(dag_id, run) for dag_id in dag_ids for run in self._evidence.airflow.runs(dag_id)]

    def _run(self, dag_id: str, run: Mapping[str, Any]) -> Figures:
        """One DAG run, as the data's runs are told."""
        run_id = run["dag_run_id"]
        tasks = [task for task in self._evidence.airflow.tasks(dag_id, run_id) if task["start_date"] is not None]
        jobs = [job for task in tasks for job in self._evidence.jobs.of_task(dag_id, run_id, task)]
        prefix = names.run_prefix(self._evidence.environment, dag_id, run_id)
        # A container's time is its work; of a Spark job the report says which part of it was work.
        work = sum(job["seconds"] or 0.0 for job in jobs if job["kind"] != "spark")
        work += sum(self._spark_work(prefix, task["task_id"]) for task in tasks if task["task_id"] in REPORTS)
        return {
            "stage": dag_id.partition("__")[0],
            "state": run["state"],
            "seconds": seconds_between(run["start_date"], run["end_date"]),
            "tasks": {task["task_id"]: seconds_between(task["start_date"], task["end_date"]) for task in tasks},
            "jobs": jobs,
            "work_seconds": round(work, 2),
        }

    def _spark_work(self, prefix: str, stage: str) -> float:
        try:
            report = self._evidence.read(f"{prefix}{stage}.report.json")
        except self._evidence.s3.exceptions.NoSuchKey:
            return 0.0
        seconds: dict[str, float] = json.loads(report)["seconds"]
        return seconds["total"]

    def _records(self, prefix: str) -> list[Record]:
        return self._evidence.ledger.records(model_key(self._model.name), prefix)
