"""Tuning jobs: trials that are training jobs, the best of them, and how a search ends."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import BUCKET, RESOURCES, ROLE, TRAINER, Jobs, until

STATUS = "HyperParameterTuningJobStatus"
ERROR = {"Name": "error", "Regex": "error=([0-9.]+);"}


def request(trials: int | None = 3, parallel: int = 2, **more: Any) -> dict[str, Any]:
    """A search for the x in 0…6 whose error is least.

    :param more: over config; ``static`` over the static hyperparameters
    """
    limits = {"MaxParallelTrainingJobs": parallel} | ({"MaxNumberOfTrainingJobs": trials} if trials else {})
    static = {"order": "square", **more.pop("static", {})}
    ranges = {"IntegerParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "6"}]}
    return {
        "HyperParameterTuningJobName": f"tuning-{uuid.uuid4().hex[:8]}",
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "error"},
            "ResourceLimits": limits,
            "ParameterRanges": ranges,
            "RandomSeed": 7,
            **more,
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": static,
            "AlgorithmSpecification": {
                "TrainingImage": TRAINER,
                "TrainingInputMode": "File",
                "MetricDefinitions": [ERROR],
            },
            "RoleArn": ROLE,
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/tuned"},
            "ResourceConfig": RESOURCES,
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        },
    }


def categories(**values: list[str]) -> dict[str, Any]:
    return {"CategoricalParameterRanges": [{"Name": name, "Values": each} for name, each in values.items()]}


def tune(jobs: Jobs, wanted: dict[str, Any]) -> dict[str, Any]:
    jobs.sagemaker.create_hyper_parameter_tuning_job(**wanted)
    return jobs.wait("HyperParameterTuning", wanted["HyperParameterTuningJobName"])


def trials(jobs: Jobs, name: str, **wanted: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = jobs.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, **wanted
    )["TrainingJobSummaries"]
    return found


def test_a_grid_is_searched_and_the_best_is_found(jobs: Jobs) -> None:
    ranges = categories(x=["1", "3", "6"], tree=["hist"])
    wanted = request(None, Strategy="Grid", ParameterRanges=ranges, static={"depth": "4"})
    job = tune(jobs, wanted)
    assert job[STATUS] == "Completed", job
    name = wanted["HyperParameterTuningJobName"]
    best = job["BestTrainingJob"]
    assert best["TunedHyperParameters"] == {"x": "3", "tree": "hist"}
    objective = best["FinalHyperParameterTuningJobObjectiveMetric"]
    assert (objective["MetricName"], objective["Value"], best["ObjectiveStatus"]) == ("error", 0.0, "Succeeded")
    assert job["TrainingJobStatusCounters"]["Completed"] == job["ObjectiveStatusCounters"]["Succeeded"] == 3
    by_error = trials(jobs, name, SortBy="FinalObjectiveMetricValue")
    errors = [each["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for each in by_error]
    assert errors == [0, 4, 9]
    child = jobs.describe("Training", best["TrainingJobName"])
    assert child["TuningJobArn"] == job["HyperParameterTuningJobArn"]
    assert child["HyperParameters"] == {
        "order": "square",
        "depth": "4",
        "x": "3",
        "tree": "hist",
        "_tuning_objective_metric": "error",
    }
    assert child["ModelArtifacts"]["S3ModelArtifacts"].startswith(f"s3://{BUCKET}/tuned/{name}-002-")
    (listed,) = jobs.sagemaker.list_hyper_parameter_tuning_jobs(NameContains=name)["HyperParameterTuningJobSummaries"]
    assert (listed[STATUS], listed["Strategy"]) == ("Completed", "Grid")


def test_the_same_seed_tries_the_same(jobs: Jobs) -> None:
    tried = []
    for _ in range(2):
        wanted = request(4)
        tune(jobs, wanted)
        tried.append(
            [each["TunedHyperParameters"]["x"] for each in trials(jobs, wanted["HyperParameterTuningJobName"])]
        )
    assert tried[0] == tried[1]
    assert len(tried[0]) == 4
    assert {int(each) for each in tried[0]} <= set(range(7))


def test_no_more_than_asked_for_at_once_and_all_stop(jobs: Jobs) -> None:
    wanted = request(4, parallel=1, static={"seconds": "60"})
    name = wanted["HyperParameterTuningJobName"]
    jobs.sagemaker.create_hyper_parameter_tuning_job(**wanted)
    (only,) = until(lambda: trials(jobs, name))
    until(lambda: jobs.output("Training", only["TrainingJobName"]))
    assert len(trials(jobs, name)) == 1
    counters = jobs.describe("HyperParameterTuning", name)["ObjectiveStatusCounters"]
    assert counters == {"Succeeded": 0, "Pending": 1, "Failed": 0}
    jobs.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    job = jobs.wait("HyperParameterTuning", name)
    assert (job[STATUS], job["TrainingJobStatusCounters"]["Stopped"]) == ("Stopped", 1)
    assert "BestTrainingJob" not in job
    with pytest.raises(ClientError, match=r"ValidationException.*in status Stopped"):
        jobs.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def test_a_failed_trial_does_not_end_the_search(jobs: Jobs) -> None:
    ranges = categories(x=["1", "2"])
    wanted = request(None, parallel=1, Strategy="Grid", ParameterRanges=ranges, static={"bad": "1"})
    job = tune(jobs, wanted)
    assert job[STATUS] == "Completed"
    assert job["TrainingJobStatusCounters"]["NonRetryableError"] == 1
    failed = trials(jobs, wanted["HyperParameterTuningJobName"], StatusEquals="Failed")
    assert [each["ObjectiveStatus"] for each in failed] == ["Failed"]
    assert failed[0]["FailureReason"] == "AlgorithmError: , exit code: 9"


def test_a_search_without_any_success_fails(jobs: Jobs) -> None:
    wanted = request(2, static={"order": "fail"})
    job = tune(jobs, wanted)
    assert (job[STATUS], "BestTrainingJob" in job) == ("Failed", False)
    assert job["FailureReason"].startswith("No training job succeeded after 2 attempts.")


def test_a_search_ends_when_its_target_is_reached(jobs: Jobs) -> None:
    ranges = categories(x=["3", "1", "2", "4", "5"])
    criteria = {"TargetObjectiveMetricValue": 0.5}
    wanted = request(None, 1, Strategy="Grid", ParameterRanges=ranges, TuningJobCompletionCriteria=criteria)
    job = tune(jobs, wanted)
    assert (job[STATUS], job["TrainingJobStatusCounters"]["Completed"]) == ("Completed", 1)


def test_a_search_goes_on_after_a_restart(fresh_jobs: Jobs) -> None:
    jobs, sandbox = fresh_jobs, fresh_jobs.sandbox
    ranges = categories(x=["1", "3", "5"])
    wanted = request(None, 1, Strategy="Grid", ParameterRanges=ranges, static={"seconds": "2"})
    name = wanted["HyperParameterTuningJobName"]
    jobs.sagemaker.create_hyper_parameter_tuning_job(**wanted)
    (first,) = until(lambda: trials(jobs, name))
    until(lambda: jobs.output("Training", first["TrainingJobName"]))
    sandbox.down()
    sandbox.up()
    job = jobs.wait("HyperParameterTuning", name)
    assert [each["TrainingJobStatus"] for each in trials(jobs, name)] == ["Failed", "Completed", "Completed"]
    assert job["BestTrainingJob"]["TunedHyperParameters"] == {"x": "3"}


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"Strategy": "Bayesian"}, "NotInSandbox", r"Strategy Bayesian \(there is Random, Grid\)"),
        ({"TrainingJobEarlyStoppingType": "Auto"}, "NotInSandbox", "TrainingJobEarlyStoppingType Auto"),
        ({"ParameterRanges": {}}, "ValidationException", "name no hyperparameter"),
        ({"ParameterRanges": categories(order=["a"])}, "ValidationException", "given more than once: order"),
        (
            {"HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "auc"}},
            "ValidationException",
            r"objective metric auc is not in MetricDefinitions \(error\)",
        ),
        (
            {"ResourceLimits": {"MaxParallelTrainingJobs": 1}},
            "ValidationException",
            "MaxNumberOfTrainingJobs is miss",
        ),
        ({"Strategy": "Grid", "ParameterRanges": categories(x=["1"])}, "ValidationException", "must be 1: the grid"),
    ],
)
def test_what_is_not_done_or_wrong_is_refused(jobs: Jobs, changes: dict[str, Any], code: str, says: str) -> None:
    with pytest.raises(ClientError, match=rf"{code}.*{says}"):
        tune(jobs, request(**changes))


def test_trials_are_held_against_what_training_jobs_may_be(jobs: Jobs) -> None:
    wanted = request()
    wanted["TrainingJobDefinition"]["ResourceConfig"] = {**RESOURCES, "InstanceCount": 2}
    with pytest.raises(ClientError, match=r"NotInSandbox.*InstanceCount 2"):
        tune(jobs, wanted)
    wanted = request()
    wanted["TrainingJobDefinition"]["EnableNetworkIsolation"] = True
    with pytest.raises(ClientError, match=r"NotInSandbox.*EnableNetworkIsolation"):
        tune(jobs, wanted)
