"""The actions on tuning jobs."""

from __future__ import annotations

import secrets
from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from sandbox.sagemaker.action import Actions
from sandbox.sagemaker.paging import page
from sandbox.sagemaker.training.checks import check_training
from sandbox.sagemaker.training.record import TrainingJob
from sandbox.sagemaker.tuning.checks import check_tuning
from sandbox.sagemaker.tuning.controller import trial_request, trials_of
from sandbox.sagemaker.tuning.record import TuningJob
from sandbox.sagemaker.validation import validate

SEEDS = 2**31


class TuningActions(Actions):
    """CreateHyperParameterTuningJob, and what follows."""

    def create_hyper_parameter_tuning_job(self) -> ActionResult:
        request = self.request()
        check_tuning(request)
        name = request["HyperParameterTuningJobName"]
        seed = request["HyperParameterTuningJobConfig"].get("RandomSeed", secrets.randbelow(SEEDS))
        job = TuningJob(name, self.backend.arn("hyper-parameter-tuning-job", name), request, seed=seed)
        trial = trial_request(job, 0)
        validate("CreateTrainingJob", trial)
        check_training(trial, self.current_account)
        job.begin()
        self.backend.add_job(self.backend.tuning_jobs, job)
        self.runtime.wake()
        return ActionResult({"HyperParameterTuningJobArn": job.arn})

    def describe_hyper_parameter_tuning_job(self) -> ActionResult:
        job = self._job()
        return ActionResult(job.describe_with(trials_of(self.backend, job)))

    def list_hyper_parameter_tuning_jobs(self) -> ActionResult:
        wanted = self.request()
        found = self.backend.tuning_jobs.listed(wanted)
        shown = [each.summary_with(trials_of(self.backend, each)) for each in found]
        return page("HyperParameterTuningJobSummaries", shown, wanted, dict, name_of)

    def list_training_jobs_for_hyper_parameter_tuning_job(self) -> ActionResult:
        wanted = self.request()
        job = self._job()
        status = wanted.get("StatusEquals")
        trials = [each for each in trials_of(self.backend, job) if status in (None, each.status)]
        ordered = sorted(trials, key=order(job, wanted.get("SortBy", "Name")))
        if wanted.get("SortOrder", "Ascending") == "Descending":
            ordered.reverse()
        return page("TrainingJobSummaries", ordered, wanted, job.shown_trial)

    def stop_hyper_parameter_tuning_job(self) -> ActionResult:
        self.backend.stop_job(self._job())
        self.runtime.wake()
        return EmptyResult()

    def _job(self) -> TuningJob:
        return self.backend.tuning_jobs.get(self.request()["HyperParameterTuningJobName"])


def name_of(shown: dict[str, Any]) -> str:
    """The name in a summary."""
    return str(shown["HyperParameterTuningJobName"])


def order(job: TuningJob, by: str) -> Any:
    """What trials are sorted by; those without an objective come last."""

    def key(trial: TrainingJob) -> Any:
        value = job.objective_of(trial)
        keys = {"CreationTime": trial.created_at, "Status": trial.status, "Name": trial.name}
        return keys.get(by, (value is None, value or 0.0))

    return key
