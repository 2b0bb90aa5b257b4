"""Training jobs: what a program is given, what becomes of what it leaves, and how jobs end."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import AUC, BUCKET, TRAINER, Jobs, until

FILES = {"train/a.csv": "1,2", "train/deep/b.csv": "3,4", "train2.csv": "no part of it"}


def channel(name: str, address: str, data_type: str = "S3Prefix", **more: Any) -> dict[str, Any]:
    return {"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": data_type, "S3Uri": address}}, **more}


@pytest.fixture(scope="module")
def data(jobs: Jobs) -> str:
    for name, body in FILES.items():
        jobs.put(f"data/{name}", body)
    jobs.put("data/manifest", json.dumps([{"prefix": f"s3://{BUCKET}/data/train/"}, "deep/b.csv"]))
    return f"s3://{BUCKET}/data"


def test_a_program_is_given_the_training_contract(jobs: Jobs, data: str) -> None:
    channels = [
        channel("train", f"{data}/train/", ContentType="text/csv"),
        channel("validation", f"{data}/manifest", "ManifestFile"),
        channel("one", f"{data}/train2.csv"),
    ]
    hyperparameters = {"max-depth": "6", "note": "a b", "words": '["x"]'}
    name = jobs.train(InputDataConfig=channels, Environment={"STAGE": "test"}, hyperparameters=hyperparameters)
    told = jobs.told(jobs.wait("Training", name))
    assert told["files"] == {
        "train/a.csv": "1,2",
        "train/deep/b.csv": "3,4",
        "validation/deep/b.csv": "3,4",
        "one/train2.csv": "no part of it",
    }
    configuration = told["configuration"]
    assert configuration["hyperparameters"] == {"order": "report", **hyperparameters}
    assert configuration["inputdataconfig"]["train"] == {
        "ContentType": "text/csv",
        "TrainingInputMode": "File",
        "S3DistributionType": "FullyReplicated",
        "RecordWrapperType": "None",
    }
    assert configuration["resourceconfig"]["hosts"] == ["algo-1"]
    assert configuration["resourceconfig"]["current_instance_type"] == "ml.m5.large"
    variables = told["environment"]
    prefix = variables["GROUNDWORK_ML_PREFIX"]
    assert variables["SM_CHANNEL_TRAIN"] == f"{prefix}/input/data/train"
    assert variables["SM_MODEL_DIR"] == f"{prefix}/model"
    assert variables["SM_OUTPUT_DATA_DIR"] == f"{prefix}/output/data"
    assert json.loads(variables["SM_CHANNELS"]) == ["one", "train", "validation"]
    assert json.loads(variables["SM_HPS"]) == {"order": "report", "max-depth": 6, "note": "a b", "words": ["x"]}
    assert (variables["SM_HP_NOTE"], variables["SM_HP_MAX-DEPTH"]) == ("a b", "6")
    assert int(variables["SM_NUM_CPUS"]) >= 1
    assert (variables["STAGE"], variables["TRAINING_JOB_NAME"]) == ("test", name)
    assert variables["TRAINING_JOB_ARN"] == jobs.describe("Training", name)["TrainingJobArn"]


def test_a_program_sees_nothing_of_the_servers_environment(jobs: Jobs) -> None:
    variables = jobs.told(jobs.wait("Training", jobs.train()))["environment"]
    allowed = {"PATH", "LANG", "LC_CTYPE", "HOME", "TMPDIR", "PYTHONUNBUFFERED"}
    prefixes = ("AWS_", "SM_", "TRAINING_JOB_", "GROUNDWORK_")
    assert [name for name in variables if name not in allowed and not name.startswith(prefixes)] == []
    assert variables["AWS_ENDPOINT_URL"] == jobs.sandbox.settings.endpoint


def test_states_over_time_and_what_is_left(jobs: Jobs) -> None:
    request = jobs.training()
    asked = time.monotonic()
    arn = jobs.sagemaker.create_training_job(**request)["TrainingJobArn"]
    job = jobs.wait("Training", request["TrainingJobName"])
    took = time.monotonic() - asked
    assert (job["TrainingJobStatus"], job["SecondaryStatus"], job["TrainingJobArn"]) == ("Completed", "Completed", arn)
    passed = [each["Status"] for each in job["SecondaryStatusTransitions"]]
    assert passed == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    times = [each["StartTime"] for each in job["SecondaryStatusTransitions"]]
    assert times == sorted(times)
    assert all(each["StatusMessage"] for each in job["SecondaryStatusTransitions"])
    assert job["CreationTime"] <= job["TrainingStartTime"] <= job["TrainingEndTime"] <= job["LastModifiedTime"]
    assert job["BillableTimeInSeconds"] == job["TrainingTimeInSeconds"] == 1
    assert took < 2
    assert {each["MetricName"]: round(each["Value"], 6) for each in job["FinalMetricDataList"]} == {
        "validation:auc": 0.75,
        "loss": 0.001,
    }
    place = f"s3://{BUCKET}/artifacts/{request['TrainingJobName']}/output"
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == f"{place}/model.tar.gz"
    assert sorted(jobs.archive(f"{place}/model.tar.gz")) == ["deep/weights", "told.json"]
    assert jobs.archive(f"{place}/output.tar.gz") == {"curve.csv": b"1,2"}
    for member in ("HyperParameters", "ResourceConfig", "OutputDataConfig", "RoleArn", "AlgorithmSpecification"):
        assert job[member] == request[member]


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("fail", "AlgorithmError: the labels are all the same, exit code: 3"),
        ("crash", "AlgorithmError: ValueError: column dep_time is missing, exit code: 1"),
    ],
)
def test_a_program_that_fails_says_why(jobs: Jobs, order: str, reason: str) -> None:
    job = jobs.wait("Training", jobs.train(order))
    assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", reason)
    assert job["SecondaryStatusTransitions"][-1]["StatusMessage"] == reason
    assert "ModelArtifacts" not in job
    assert jobs.keys(f"artifacts/{job['TrainingJobName']}") == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"TrainingImage": "nobody/pushed:1"},
            rf"no image was pushed to nobody/pushed:1; known are: .*{TRAINER}.*Push",
        ),
        ({"ContainerEntrypoint": ["../train"]}, "has no program '../train': its own files are train"),
        ({"ContainerEntrypoint": ["/bin/sh", "-c", "true"]}, "has no program '/bin/sh'"),
    ],
)
def test_an_image_or_program_that_is_not_there_fails_the_job(jobs: Jobs, changes: Any, says: str) -> None:
    request = jobs.training()
    request["AlgorithmSpecification"] |= changes
    jobs.sagemaker.create_training_job(**request)
    job = jobs.wait("Training", request["TrainingJobName"])
    assert job["TrainingJobStatus"] == "Failed"
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(job["FailureReason"])


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (
            ("S3Prefix", "s3://models/none/"),
            "No S3 objects found under S3 URL s3://models/none/ given in the chan",
        ),
        (("S3Prefix", "s3://no-such-bucket/x"), "the channel c s3://no-such-bucket/x cannot be read"),
        (("ManifestFile", "s3://models/bad/torn"), "the manifest s3://models/bad/torn is not a list"),
        (("ManifestFile", "s3://models/bad/up"), "would lie outside of the channel c"),
        (("ManifestFile", "s3://models/bad/gone"), "s3://models/bad/none of the channel c: "),
        (("S3Prefix", "s3://models/bad/clash"), "of the channel c: "),
    ],
)
def test_a_channel_that_cannot_be_had_fails_the_job(jobs: Jobs, source: tuple[str, str], says: str) -> None:
    prefix = {"prefix": "s3://models/bad/"}
    manifests = {"torn": "[", "up": json.dumps([prefix, "../up"]), "gone": json.dumps([prefix, "none"])}
    for name, body in {**manifests, "clash/a": "file", "clash/a/b": "and folder"}.items():
        jobs.put(f"bad/{name}", body)
    job = jobs.wait("Training", jobs.train(InputDataConfig=[channel("c", source[1], source[0])]))
    assert says in job["FailureReason"]
    assert [each["Status"] for each in job["SecondaryStatusTransitions"]] == ["Starting", "Downloading", "Failed"]


def test_a_stopped_job_may_save_and_its_model_is_brought_away(jobs: Jobs) -> None:
    name = jobs.train("save_when_asked")
    until(lambda: jobs.output("Training", name))
    jobs.sagemaker.stop_training_job(TrainingJobName=name)
    assert jobs.describe("Training", name)["TrainingJobStatus"] in ("Stopping", "Stopped")
    job = jobs.wait("Training", name)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert jobs.archive(job["ModelArtifacts"]["S3ModelArtifacts"]) == {"checkpoint": b"half-way"}
    assert [each["Value"] for each in job["FinalMetricDataList"]] == [pytest.approx(0.6)]
    assert [each["Status"] for each in job["SecondaryStatusTransitions"]][-3:] == ["Stopping", "Uploading", "Stopped"]
    with pytest.raises(ClientError, match=r"ValidationException.*training job is in status Stopped"):
        jobs.sagemaker.stop_training_job(TrainingJobName=name)


def test_a_job_over_its_time_is_stopped(jobs: Jobs) -> None:
    job = jobs.wait("Training", jobs.train("wait", StoppingCondition={"MaxRuntimeInSeconds": 1}))
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert job["TrainingTimeInSeconds"] in (2, 3)


def test_a_name_is_a_jobs_for_ever(jobs: Jobs) -> None:
    request = jobs.training()
    jobs.sagemaker.create_training_job(**request)
    jobs.wait("Training", request["TrainingJobName"])
    with pytest.raises(jobs.sagemaker.exceptions.ResourceInUse, match="names must be unique"):
        jobs.sagemaker.create_training_job(**request)


def test_a_job_that_is_not_there_is_a_validation_error(jobs: Jobs) -> None:
    for action in (jobs.sagemaker.describe_training_job, jobs.sagemaker.stop_training_job):
        with pytest.raises(ClientError, match=r"ValidationException.*Requested resource not found"):
            action(TrainingJobName="none")


def test_two_at_once_and_a_queued_job_can_be_stopped(jobs: Jobs) -> None:
    working = [jobs.train("wait") for _ in range(2)]
    queued, last = jobs.train(), jobs.train()
    for name in working:
        until(lambda name=name: jobs.output("Training", name))
    waiting = jobs.describe("Training", queued)
    assert (waiting["TrainingJobStatus"], waiting["SecondaryStatus"]) == ("InProgress", "Starting")
    assert "TrainingStartTime" not in waiting
    listing = jobs.sandbox.ask("sagemaker")
    assert (listing["slots"], listing["running"]) == (2, sorted(f"training/{name}" for name in working))
    jobs.sagemaker.stop_training_job(TrainingJobName=queued)
    assert jobs.describe("Training", queued)["SecondaryStatus"] == "Stopped"
    jobs.sagemaker.stop_training_job(TrainingJobName=working[0])
    assert jobs.wait("Training", last)["TrainingJobStatus"] == "Completed"
    jobs.sagemaker.stop_training_job(TrainingJobName=working[1])
    assert [jobs.wait("Training", name)["TrainingJobStatus"] for name in working] == ["Stopped", "Stopped"]


def test_jobs_are_listed_as_asked_for(jobs: Jobs) -> None:
    names = [jobs.train(TrainingJobName=f"listed-{letter}") for letter in "abc"]
    for name in names:
        jobs.wait("Training", name)

    def listed(**wanted: Any) -> list[str]:
        found = jobs.sagemaker.list_training_jobs(NameContains="LISTED", **wanted)["TrainingJobSummaries"]
        return [each["TrainingJobName"] for each in found]

    assert listed() == names[::-1]
    assert listed(SortBy="Name", SortOrder="Ascending") == names
    assert listed(StatusEquals="Failed") == []
    hour = timedelta(hours=1)
    around = jobs.describe("Training", names[1])["CreationTime"] - hour, datetime.now(UTC) + hour
    assert listed(CreationTimeAfter=around[0], LastModifiedTimeBefore=around[1]) == names[::-1]
    assert listed(CreationTimeAfter=around[1]) == listed(CreationTimeBefore=around[0]) == []
    first = jobs.sagemaker.list_training_jobs(NameContains="listed", MaxResults=2)
    rest = jobs.sagemaker.list_training_jobs(NameContains="listed", MaxResults=2, NextToken=first["NextToken"])
    assert [len(each["TrainingJobSummaries"]) for each in (first, rest)] == [2, 1]
    assert set(rest["TrainingJobSummaries"][0]) == {
        "TrainingJobName",
        "TrainingJobArn",
        "TrainingJobStatus",
        "SecondaryStatus",
        "CreationTime",
        "LastModifiedTime",
        "TrainingEndTime",
    }


def test_its_log_comes_while_it_runs(jobs: Jobs) -> None:
    name = jobs.train("log")
    group = "/aws/sagemaker/TrainingJobs"

    def events() -> list[str]:
        if not jobs.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        streams = jobs.logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")["logStreams"]
        if not streams:
            return []
        assert streams[0]["logStreamName"].startswith(f"{name}/algo-1-")
        found = jobs.logs.get_log_events(logGroupName=group, logStreamName=streams[0]["logStreamName"])["events"]
        return [each["message"] for each in found]

    assert until(events) == ["first"]
    assert jobs.describe("Training", name)["TrainingJobStatus"] == "InProgress"
    jobs.wait("Training", name)
    assert events() == ["first", "last"]


def change(request: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    *parents, last = path.split(".")
    place = request
    for each in parents:
        place[each] = dict(place.get(each, {}))
        place = place[each]
    place[last] = value
    return request


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("ResourceConfig.InstanceCount", 2, r"ResourceConfig.InstanceCount 2 \(there is 1\)"),
        ("AlgorithmSpecification.TrainingInputMode", "Pipe", r"TrainingInputMode Pipe \(there is File, FastFile\)"),
        ("CheckpointConfig", {"S3Uri": "s3://models/checkpoints"}, "CheckpointConfig"),
        ("EnableNetworkIsolation", True, "EnableNetworkIsolation"),
        ("ResourceConfig.KeepAlivePeriodInSeconds", 60, "ResourceConfig.KeepAlivePeriodInSeconds"),
        ("OutputDataConfig.CompressionType", "NONE", "OutputDataConfig.CompressionType NONE"),
        (
            "InputDataConfig",
            [channel("c", "s3://models/x", CompressionType="Gzip")],
            "InputDataConfig.c.Compress",
        ),
        ("InputDataConfig", [channel("c", "s3://models/x", "AugmentedManifestFile")], "S3DataType AugmentedManifest"),
    ],
)
def test_what_would_have_no_effect_is_refused(jobs: Jobs, path: str, value: Any, says: str) -> None:
    request = change(jobs.training(), path, value)
    with pytest.raises(ClientError, match=rf"NotInSandbox.*sagemaker.CreateTrainingJob with .*{says}.* is not in the"):
        jobs.sagemaker.create_training_job(**request)
    with pytest.raises(ClientError, match="Requested resource not found"):
        jobs.describe("Training", request["TrainingJobName"])


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("TrainingJobName", "under_score", "Value at 'TrainingJobName' failed to satisfy constraint: .* pattern"),
        ("RoleArn", "arn:aws:iam::999999999999:role/x", "RoleArn: cross-account pass role is not allowed"),
        ("AlgorithmSpecification.MetricDefinitions", [{"Name": "m", "Regex": "("}], "metric m cannot be read"),
        ("AlgorithmSpecification.MetricDefinitions", [{"Name": "m", "Regex": "x"}], "metric m has no group"),
        ("EnableManagedSpotTraining", True, "MaxWaitTimeInSeconds must be at least MaxRuntimeInSeconds"),
        ("StoppingCondition.MaxWaitTimeInSeconds", 90, "is for EnableManagedSpotTraining alone"),
        ("InputDataConfig", [channel("c", "s3://models/x")] * 2, "a channel name comes twice: c, c"),
        ("Tags", [{"Key": "semi;colon", "Value": "x"}], "'Tags.1.member.Key' failed to satisfy"),
    ],
)
def test_what_sagemaker_would_refuse_is_refused(jobs: Jobs, path: str, value: Any, says: str) -> None:
    with pytest.raises(ClientError, match=rf"ValidationException.*{says}"):
        jobs.sagemaker.create_training_job(**change(jobs.training(), path, value))


def test_a_vpc_spot_instances_and_a_volume_change_nothing(jobs: Jobs) -> None:
    request = jobs.training(
        VpcConfig={"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
        EnableManagedSpotTraining=True,
        StoppingCondition={"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60},
        EnableInterContainerTrafficEncryption=True,
    )
    jobs.sagemaker.create_training_job(**request)
    job = jobs.wait("Training", request["TrainingJobName"])
    assert (job["TrainingJobStatus"], job["EnableManagedSpotTraining"]) == ("Completed", True)
    assert job["VpcConfig"] == request["VpcConfig"]


def test_metrics_without_a_value_are_left_out(jobs: Jobs) -> None:
    request = jobs.training()
    nothing = [{"Name": "none", "Regex": "no such line ([0-9]+)"}, {"Name": "word", "Regex": "(epoch)"}]
    request["AlgorithmSpecification"]["MetricDefinitions"] = [*nothing, AUC]
    jobs.sagemaker.create_training_job(**request)
    job = jobs.wait("Training", request["TrainingJobName"])
    assert [each["MetricName"] for each in job["FinalMetricDataList"]] == ["validation:auc"]


def test_tags_of_a_job(jobs: Jobs) -> None:
    name = jobs.train(Tags=[{"Key": "team", "Value": "flights"}, {"Key": "Größe", "Value": "ä b"}])
    arn = jobs.describe("Training", name)["TrainingJobArn"]
    jobs.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "delays"}])
    jobs.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["Größe"])
    assert jobs.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "delays"}]
    none = f"{arn}-not"
    with pytest.raises(ClientError, match=f"Could not find resource with ARN {none}"):
        jobs.sagemaker.list_tags(ResourceArn=none)
