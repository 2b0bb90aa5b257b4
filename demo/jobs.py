"""The jobs that tasks have started, found by the names that are derived from their runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from demo.clock import seconds_between
from groundwork.spec import names
from groundwork.spec.environment import Environment

Figures = dict[str, Any]
CONTAINERS = {
    "training": ("list_training_jobs", "TrainingJobSummaries", "TrainingJobName", "TrainingJobStatus", "Training"),
    "processing": (
        "list_processing_jobs",
        "ProcessingJobSummaries",
        "ProcessingJobName",
        "ProcessingJobStatus",
        "Processing",
    ),
    "transform": (
        "list_transform_jobs",
        "TransformJobSummaries",
        "TransformJobName",
        "TransformJobStatus",
        "Transform",
    ),
}
"""Kind of SageMaker job → how its API names the list, the job, its state, and the beginning of its times."""


class Jobs:
    """Every Spark and SageMaker job that there is.

    :param client: makes boto3 clients
    """

    def __init__(self, client: Callable[[str], Any], environment: Environment) -> None:
        self._emr = client("emr-serverless")
        self._sagemaker = client("sagemaker")
        self._application = environment.engine.application
        self._spark = self._list_spark()
        self._containers = [(kind, job) for kind in CONTAINERS for job in self._list(kind)]

    def of_task(self, dag_id: str, run_id: str, task: Mapping[str, Any]) -> list[Figures]:
        """The jobs of one task, whichever try started them: kind, state, seconds queued and seconds at work."""
        key = names.job_key(dag_id, run_id, task["task_id"], task["map_index"])
        pattern = re.compile(re.escape(names.job_name(dag_id, key, 0)[:-1]) + r"\d+")
        spark = [self._spark_job(job) for job in self._spark if pattern.fullmatch(job["name"])]
        return spark + [
            self._container(kind, job) for kind, job in self._containers if pattern.fullmatch(job[CONTAINERS[kind][2]])
        ]

    def _spark_job(self, listed: Mapping[str, Any]) -> Figures:
        run = self._emr.get_job_run(applicationId=listed["applicationId"], jobRunId=listed["id"])["jobRun"]
        started, ended = run.get("startedAt"), run.get("endedAt") or run["updatedAt"]
        return {
            "id": run["jobRunId"],
            "kind": "spark",
            "state": run["state"],
            "queued_seconds": seconds_between(run["createdAt"], started) if started else None,
            "seconds": seconds_between(started or run["createdAt"], ended),
        }

    def _container(self, kind: str, listed: Mapping[str, Any]) -> Figures:
        _, _, name, state, times = CONTAINERS[kind]
        described = getattr(self._sagemaker, f"describe_{kind}_job")(**{name: listed[name]})
        started, ended = described.get(f"{times}StartTime"), described.get(f"{times}EndTime")
        return {
            "id": listed[name],
            "kind": kind,
            "state": listed[state],
            "queued_seconds": seconds_between(described["CreationTime"], started),
            "seconds": seconds_between(started, ended),
        }

    def _list_spark(self) -> list[Mapping[str, Any]]:
        pages = self._emr.get_paginator("list_applications").paginate()
        ours = [each["id"] for page in pages for each in page["applications"] if each["name"] == self._application]
        listed = [self._emr.get_paginator("list_job_runs").paginate(applicationId=each) for each in ours]
        return [run for each in listed for page in each for run in page["jobRuns"]]

    def _list(self, kind: str) -> list[Mapping[str, Any]]:
        action, key, *_ = CONTAINERS[kind]
        return [job for page in self._sagemaker.get_paginator(action).paginate() for job in page[key]]
