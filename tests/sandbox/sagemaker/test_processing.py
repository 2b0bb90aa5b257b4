"""Processing jobs: inputs where they were asked for, outputs when the program has succeeded."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import BUCKET, PROCESSOR, RESOURCES, ROLE, Jobs, until

STATUS = "ProcessingJobStatus"


def request(order: str, *arguments: str, **more: Any) -> dict[str, Any]:
    name = f"processing-{uuid.uuid4().hex[:8]}"
    outputs = {"reports": "/opt/ml/processing/reports", "second": "/opt/ml/processing/second/"}
    return {
        "ProcessingJobName": name,
        "RoleArn": ROLE,
        "AppSpecification": {
            "ImageUri": PROCESSOR,
            "ContainerEntrypoint": ["evaluate", order],
            "ContainerArguments": list(arguments) or ["--none"],
        },
        "ProcessingResources": {"ClusterConfig": RESOURCES},
        "ProcessingOutputConfig": {"Outputs": [output(key, f"{name}/{key}", path) for key, path in outputs.items()]},
        **more,
    }


def source(name: str, key: str, path: str, **more: Any) -> dict[str, Any]:
    s3 = {"S3Uri": f"s3://{BUCKET}/{key}", "LocalPath": path, "S3DataType": "S3Prefix", "S3InputMode": "File", **more}
    return {"InputName": name, "S3Input": s3}


def output(name: str, key: str, path: str, mode: str = "EndOfJob") -> dict[str, Any]:
    s3 = {"S3Uri": f"s3://{BUCKET}/{key}", "LocalPath": path, "S3UploadMode": mode}
    return {"OutputName": name, "S3Output": s3}


def process(jobs: Jobs, wanted: dict[str, Any]) -> str:
    jobs.sagemaker.create_processing_job(**wanted)
    return str(wanted["ProcessingJobName"])


def test_inputs_arguments_and_variables_reach_the_program_and_outputs_come_back(jobs: Jobs) -> None:
    jobs.put("in/a/one.csv", "1 2 3")
    jobs.put("in/b/two.csv", "4 5")
    inputs = [
        source("a", "in/a/", "/opt/ml/processing/input/a"),
        source("b", "in/b/two.csv", "/opt/ml/processing/input/b"),
    ]
    wanted = request("count", "--slice", "a b; $HOME", ProcessingInputs=inputs, Environment={"STAGE": "test"})
    name = process(jobs, wanted)
    job = jobs.wait("Processing", name)
    assert (job[STATUS], job["ExitMessage"]) == ("Completed", "order was count")
    assert job["CreationTime"] <= job["ProcessingStartTime"] <= job["ProcessingEndTime"]
    assert jobs.keys(f"{name}/") == ["reports/counts.json", "reports/deep/told.json", "second/x"]
    assert json.loads(jobs.read(f"s3://{BUCKET}/{name}/reports/counts.json")) == {"a/one.csv": 3, "b/two.csv": 2}
    told = json.loads(jobs.read(f"s3://{BUCKET}/{name}/reports/deep/told.json"))
    assert told["arguments"] == ["--slice", "a b; $HOME"]
    assert (told["environment"]["STAGE"], told["environment"]["PROCESSING_JOB_NAME"]) == ("test", name)
    assert told["configuration"]["ProcessingJobArn"] == job["ProcessingJobArn"]
    assert told["configuration"]["ProcessingInputs"] == inputs == job["ProcessingInputs"]
    streams = jobs.logs.describe_log_streams(logGroupName="/aws/sagemaker/ProcessingJobs", logStreamNamePrefix=name)
    stream = streams["logStreams"][0]["logStreamName"]
    events = jobs.logs.get_log_events(logGroupName="/aws/sagemaker/ProcessingJobs", logStreamName=stream)["events"]
    assert [each["message"] for each in events] == ["counted"]


def test_a_program_that_fails_says_why_and_leaves_nothing(jobs: Jobs) -> None:
    name = process(jobs, request("fail"))
    job = jobs.wait("Processing", name)
    assert job[STATUS] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: no rows in the slice EWR, exit code: 4"
    assert job["ExitMessage"] == "no rows in the slice EWR"
    assert jobs.keys(f"{name}/") == []


def test_what_cannot_be_had_fails_the_job(jobs: Jobs) -> None:
    missing = [source("a", "nothing/here/", "/opt/ml/processing/input")]
    job = jobs.wait("Processing", process(jobs, request("count", ProcessingInputs=missing)))
    assert "No S3 objects found under S3 URL s3://models/nothing/here/ given in the input a" in job["FailureReason"]
    wanted = request("count")
    wanted["AppSpecification"]["ContainerEntrypoint"] = ["python3", "evaluate"]
    job = jobs.wait("Processing", process(jobs, wanted))
    assert "has no program 'python3': its own files are evaluate" in job["FailureReason"]


def test_a_job_is_stopped_on_request_and_by_its_time_limit(jobs: Jobs) -> None:
    name = process(jobs, request("wait"))
    until(lambda: jobs.output("Processing", name))
    jobs.sagemaker.stop_processing_job(ProcessingJobName=name)
    assert jobs.wait("Processing", name)[STATUS] == "Stopped"
    assert jobs.keys(f"{name}/") == []
    with pytest.raises(ClientError, match=r"ValidationException.*processing job is in status Stopped"):
        jobs.sagemaker.stop_processing_job(ProcessingJobName=name)
    late = process(jobs, request("wait", StoppingCondition={"MaxRuntimeInSeconds": 1}))
    job = jobs.wait("Processing", late)
    assert (job[STATUS], job["FailureReason"]) == (
        "Stopped",
        "ClientError: The job ran longer than MaxRuntimeInSeconds (1)",
    )


def test_names_are_unique_and_jobs_are_listed(jobs: Jobs) -> None:
    wanted = request("count")
    name = process(jobs, wanted)
    jobs.wait("Processing", name)
    with pytest.raises(jobs.sagemaker.exceptions.ResourceInUse):
        process(jobs, wanted)
    (listed,) = jobs.sagemaker.list_processing_jobs(NameContains=name)["ProcessingJobSummaries"]
    assert (listed[STATUS], listed["ProcessingJobName"]) == ("Completed", name)
    assert jobs.sagemaker.list_processing_jobs(NameContains=name, StatusEquals="Failed")["ProcessingJobSummaries"] == []
    with pytest.raises(ClientError, match=r"ValidationException.*Could not find requested job with name: none"):
        jobs.describe("Processing", "none")


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        (
            {"ProcessingOutputConfig": {"Outputs": [output("o", "x", "/opt/ml/processing/o", "Continuous")]}},
            "NotInSandbox",
            r"S3UploadMode Continuous \(there is EndOfJob\)",
        ),
        (
            {"ProcessingInputs": [source("i", "x", "/opt/ml/processing/i", S3InputMode="Pipe")]},
            "NotInSandbox",
            "S3InputMode Pipe",
        ),
        ({"AppSpecification": {"ImageUri": PROCESSOR}}, "NotInSandbox", "without ContainerEntrypoint"),
        ({"NetworkConfig": {"EnableNetworkIsolation": True}}, "NotInSandbox", "NetworkConfig.EnableNetworkIsolation"),
        ({"ProcessingInputs": [source("i", "x", "/etc")]}, "ValidationException", "LocalPath '/etc' does not begin"),
        (
            {"ProcessingInputs": [source("i", "x", "/opt/ml/processing/../../etc")]},
            "ValidationException",
            "does not begin with /opt/ml/processing/",
        ),
        ({"ProcessingInputs": [source("i", "x", "/opt/ml/processing/i")] * 2}, "ValidationException", "comes twice"),
    ],
)
def test_what_is_not_done_or_wrong_is_refused(jobs: Jobs, changes: dict[str, Any], code: str, says: str) -> None:
    with pytest.raises(ClientError, match=rf"{code}.*{says}"):
        process(jobs, request("count") | changes)
