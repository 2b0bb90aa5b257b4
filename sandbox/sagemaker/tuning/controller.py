"""Carries a tuning job on: starts trials, stops them, and ends it when there is nothing more to do."""

from __future__ import annotations

import hashlib
from typing import Any

from sandbox.sagemaker.models import SageMakerBackend
from sandbox.sagemaker.training.record import TrainingJob, Trial
from sandbox.sagemaker.tuning.record import TuningJob

MOST_FAILURES = 5
NONE_SUCCEEDED = (
    "No training job succeeded after {count} attempts. For additional details, please take a look at the training job "
    "failures by listing training jobs for the hyperparameter tuning job."
)
SHARED = (
    "AlgorithmSpecification",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "Environment",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "RetryStrategy",
    "RoleArn",
    "StoppingCondition",
    "VpcConfig",
)
# Not done for training jobs either; named so that the check of the trials refuses them.
REFUSED = ("CheckpointConfig", "EnableNetworkIsolation")


def trials_of(backend: SageMakerBackend, job: TuningJob) -> list[TrainingJob]:
    """The trials of a tuning job, oldest first."""
    return [each for each in backend.training_jobs if each.trial and each.trial.tuning_job_arn == job.arn]


def tend(backend: SageMakerBackend, job: TuningJob) -> None:
    """Do what is next; the caller holds the service's lock."""
    trials = trials_of(backend, job)
    working = [each for each in trials if not each.ended]
    failure = _failure(job, trials)
    if job.status == "Stopping" or failure or job.reached(trials):
        for each in working:
            each.stop()
        if not working:
            _end(job, failure)
    elif len(trials) < job.most_trials:
        parallel = job.config["ResourceLimits"]["MaxParallelTrainingJobs"]
        for number in range(len(trials), min(job.most_trials, len(trials) + parallel - len(working))):
            _start(backend, job, number)
    elif not working:
        _end(job, failure)


def trial_request(job: TuningJob, number: int) -> dict[str, Any]:
    """The CreateTrainingJob of a trial."""
    definition = job.request["TrainingJobDefinition"]
    objective = {"_tuning_objective_metric": job.config["HyperParameterTuningJobObjective"]["MetricName"]}
    suffix = hashlib.sha256(f"{job.arn}/{job.created_at}/{number}".encode()).hexdigest()[:8]
    return {
        "TrainingJobName": f"{job.name}-{number + 1:03d}-{suffix}",
        "HyperParameters": {**definition.get("StaticHyperParameters", {}), **job.search.trial(number), **objective},
        **{name: definition[name] for name in (*SHARED, *REFUSED) if name in definition},
    }


def _start(backend: SageMakerBackend, job: TuningJob, number: int) -> None:
    request = trial_request(job, number)
    name = request["TrainingJobName"]
    trial = Trial(job.arn, job.search.trial(number))
    backend.add_job(backend.training_jobs, TrainingJob(name, backend.arn("training-job", name), request, trial=trial))


def _failure(job: TuningJob, trials: list[TrainingJob]) -> str:
    """Why the search makes no sense any more; empty while it does."""
    failed = sum(each.status == "Failed" for each in trials)
    hopeless = failed >= MOST_FAILURES or failed == job.most_trials
    return NONE_SUCCEEDED.format(count=failed) if hopeless and job.best_of(trials) is None else ""


def _end(job: TuningJob, failure: str) -> None:
    if job.status == "Stopping":
        job.end("Stopped")
    else:
        job.end("Failed" if failure else "Completed", failure)
